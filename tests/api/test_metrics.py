"""What Prometheus reads of operations and actions."""

from prometheus_client.parser import text_string_to_metric_families

from tests.api.client import Api, World


async def figures(api: Api, name: str, **labels: str) -> float:
    """The sample's value, 0 where there is none yet."""
    text = (await api.client.get("/metrics")).text
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and sample.labels == labels
    )


async def test_actions_are_counted_by_why_they_were_refused(api: Api, world: World) -> None:
    async def counted(refusal: str) -> float:
        return await figures(api, "tenure_actions_total", action="change_plan", refusal=refusal)

    data = {"subscriptionId": world.subscription, "planCode": "business"}
    done, refused = await counted(""), await counted("NOT_FOUND")
    await world.admin.made("changePlan", data, "subscription { id }")
    payload = await world.admin.do("changePlan", data | {"planCode": "no such plan"})
    assert [error["code"] for error in payload["userErrors"]] == ["NOT_FOUND"]
    assert (await counted(""), await counted("NOT_FOUND")) == (done + 1, refused + 1)


async def test_operations_are_timed_by_kind_and_error(api: Api, world: World) -> None:
    async def counted(kind: str, error: str = "") -> float:
        return await figures(api, "tenure_operation_seconds_count", kind=kind, error=error)

    cases = [
        ("{ viewer { role } }", "query", ""),
        ("mutation { updateSettings(input: {}) { userErrors { code } } }", "mutation", "BAD_USER_INPUT"),
        ('{ customer(by: {id: "x"}) { id } }', "query", "BAD_USER_INPUT"),
        ("{ nothing }", "query", "BAD_USER_INPUT"),
        ("{", "", "BAD_USER_INPUT"),
    ]
    for query, kind, error in cases:
        for _ in range(2):  # the second time a query is known, and takes a shorter way
            before = await counted(kind, error)
            await world.admin.post(query)
            assert await counted(kind, error) == before + 1, query
