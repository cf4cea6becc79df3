"""The published upgrade, over HTTP."""

from tests.api.client import QUOTE, World

PREVIEW = (
    """query($change: SubscriptionChange!) {
  previewProration(change: $change) { token userErrors { code message } """
    + QUOTE
    + """ } }"""
)


async def test_published_upgrade_is_quoted_and_charged(world: World) -> None:
    change = {"subscriptionId": world.subscription, "planCode": "business"}
    preview = (await world.admin.ask(PREVIEW, change={"changePlan": change}))["previewProration"]
    assert preview["userErrors"] == []
    [line] = preview["quote"]["lines"]
    assert (line["price"]["amount"], line["cost"]["amount"]) == ("370.00", "365.00")
    assert line["fraction"] == {"numerator": 6, "denominator": 12}
    assert (line["periodStartsOn"], line["periodEndsOn"]) == ("2021-06-16", "2021-11-15")
    made = await world.admin.made("changePlan", change | {"quoteToken": preview["token"]}, QUOTE)
    assert made["quote"] == preview["quote"]
