"""Asks the same of two servers: one that answers by plans, and one that knows the reference way alone."""

import json
from collections import Counter
from typing import Any

import httpx
from prometheus_client import REGISTRY

from domain.principal import Role
from tests.api.client import Caller
from tests.api.sample_partner import House


def outcomes() -> Counter[str]:
    """How many queries went which way, so far; planned ones under no name."""
    [counted] = [metric for metric in REGISTRY.collect() if metric.name == "tenure_queries"]
    return Counter(
        {one.labels["fallback"]: int(one.value) for one in counted.samples if one.name.endswith("_total")}
    )


def callers(house: House) -> list[Caller]:
    room = house.rooms[0]
    return [
        house.admin,
        house.staff,
        house.side_of(room),
        house.side_of(room, Role.CUSTOMER_MEMBER),
        house.platform,
    ]


async def both(caller: Caller, reference: httpx.AsyncClient, query: str, values: dict[str, Any]) -> list[Any]:
    """The answers of the two ways."""
    content = json.dumps({"query": query, "variables": values})
    sides = [caller, Caller(reference, caller.token)]
    return [(await side.send(content)).json() for side in sides]


def comparable(body: Any) -> Any:
    """Without the order of errors, which nothing promises, and what names the request."""
    errors = [
        {key: value for key, value in error.items() if key != "extensions"}
        | {"code": error["extensions"]["code"]}
        for error in body.get("errors", [])
    ]
    return body.get("data"), sorted(errors, key=json.dumps)


async def cursors_of(house: House) -> list[str]:
    page = "edges { cursor }"
    lists = f"customers {{ {page} }} subscriptions {{ {page} }} products {{ {page} }} invoices {{ {page} }}"
    found = await house.admin.ask(f"{{ {lists} availableNumbers(first: 5) {{ {page} }} }}")
    return [edge["cursor"] for connection in found.values() for edge in connection["edges"][:3]]
