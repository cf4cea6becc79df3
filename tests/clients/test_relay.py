"""relay-compiler reads the SDL as Relay's components need it: nodes, connections, edges, global ids."""

from tests.clients.conftest import Workshop
from tests.clients.running import ran


async def test_fragments_and_connections_compile(of_npm: Workshop) -> None:
    directory = of_npm("relay")
    await ran(directory, "node", "node_modules/relay-compiler/cli.js", "relay.config.json")
    made = {path.name.partition(".")[0]: path for path in directory.glob("src/__generated__/*.ts")}
    assert made.keys() == {
        "SubscriptionsChangedSubscription",
        "SubscriptionsCreateMutation",
        "SubscriptionsHistoryQuery",
        "SubscriptionsPageQuery",
        "SubscriptionsQuery",
        "SubscriptionsRemoveEndpointMutation",
        "Subscriptions_history",
        "Subscriptions_list",
        "Subscriptions_row",
    }
    # A page after the first is asked for by the customer's global id, through `node`.
    assert "node(id: $id)" in made["SubscriptionsPageQuery"].read_text(encoding="utf-8")
    row = made["Subscriptions_row"].read_text(encoding="utf-8")
    assert "readonly amount: string;" in row


async def test_a_field_that_the_sdl_lacks_is_refused(of_npm: Workshop) -> None:
    directory = of_npm("relay")
    source = directory / "src" / "Subscriptions.ts"
    source.write_text(
        source.read_text(encoding="utf-8").replace("    reference\n", "    nickname\n"), "utf-8"
    )
    compiled = await ran(
        directory, "node", "node_modules/relay-compiler/cli.js", "relay.config.json", fails=True
    )
    assert "nickname" in compiled
