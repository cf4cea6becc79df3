"""Uses the generated client. Takes a JSON object: http, websocket, token, after. Prints one JSON object."""

import asyncio
import json
import sys

from tenure_client import Changed, ChangePlanInput, ChangeQuantityInput, Client, SubscriptionChange

request = json.loads(sys.argv[1])
AUTHORIZATION = {"Authorization": f"Bearer {request['token']}"}
client = Client(
    url=request["http"],
    headers=AUTHORIZATION,
    ws_url=request["websocket"],
    ws_connection_init_payload=AUTHORIZATION,
)


async def first_record(subscription: str) -> Changed:
    """The first record after the last one seen. With `after` no record is missed."""
    async for record in client.changed(subscription_id=subscription, after=request["after"]):
        return record
    raise RuntimeError("The server ended the subscription.")


async def main() -> None:
    page = await client.page(first=10)
    [row] = [edge.node for edge in page.subscriptions.edges]
    upgrade = ChangePlanInput(subscription_id=row.id, plan_code="business")
    quoted = await client.preview(change=SubscriptionChange(change_plan=upgrade))
    more = ChangeQuantityInput(subscription_id=row.id, quantity=3, expected_version=row.version)
    made = (await client.change_quantity(input=more)).change_quantity
    seen = (await first_record(row.id)).subscription_changed
    stale = (await client.change_quantity(input=more)).change_quantity
    values = (
        row.term.starts_on,
        row.price.amount,
        row.price.currency,
        row.settings,
        page.viewer.now,
        row.status,
    )
    result = {
        "types": [type(value).__name__ for value in values],
        "price": str(row.price.amount),
        "quoted": str(quoted.preview_proration.quote.price.amount),
        "quantities": [row.quantity, made.subscription.quantity, seen.subscription.quantity],
        "records": [made.record.id, seen.id],
        "userErrors": [(error.code, error.field) for error in (*made.user_errors, *stale.user_errors)],
    }
    print(json.dumps(result))


asyncio.run(main())
