"""The table of permissions is whole, the guide shows it, and what a page is told is what a mutation says."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from strawberry import Schema

from cli.generate_docs import permissions_table, with_table
from domain.errors import ErrorCode
from domain.lifecycle import ALLOWED, Action
from domain.principal import Role
from schema import permissions
from schema.actions import BY_MUTATION, ROWS
from schema.permissions import ACTIONS, MUTATIONS, QUERIES, SUBSCRIPTIONS
from tests.api.client import Api, Caller, Json
from tests.api.inputs import LIFECYCLE, SCHEMA, samples
from tests.api.sample_partner import House, Room, a_house
from tests.settings import default_schema

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "roles.md"
ROLES = (Role.CUSTOMER_MEMBER, Role.PARTNER_STAFF, Role.CUSTOMER_ADMIN, Role.PARTNER_ADMIN)
MUTATION_OF = {row.action: row.mutation for row in ROWS}
# Those that end the subscription come last.
IN_TURN = sorted(ALLOWED, key=lambda action: (action in {Action.CANCEL, Action.TERMINATE}, action))
ACTIONS_OF = """query($id: ID!) {
  subscription(by: {id: $id}) { actions { action allowed reason { code message } } }
}"""
STATE = {ErrorCode.ALREADY_ENDED, ErrorCode.NOT_ALLOWED_IN_STATUS, ErrorCode.TRIAL_NOT_ALLOWED}


@pytest.fixture(scope="module")
async def house(api: Api, engine: AsyncEngine) -> House:
    """A room for each role: its subscription is changed."""
    return await a_house(api, engine, customers=len(ROLES))


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        (SCHEMA.query_type, QUERIES),
        (SCHEMA.mutation_type, MUTATIONS),
        (SCHEMA.subscription_type, SUBSCRIPTIONS),
    ],
)
def test_every_root_field_has_a_row_and_nothing_else_has(kind: Any, rows: dict[str, Any]) -> None:
    assert set(rows) == set(kind.fields)


def test_every_action_has_a_row_and_who_takes_it_is_the_mutation_or_time() -> None:
    assert set(ACTIONS) == set(Action)
    assert set(BY_MUTATION) == LIFECYCLE
    assert len(MUTATION_OF) == len(BY_MUTATION) == len(ROWS)
    assert {action for action, roles in ACTIONS.items() if roles} == set(MUTATION_OF)


def test_a_field_without_a_row_does_not_get_as_far_as_a_client(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {name: roles for name, roles in MUTATIONS.items() if name != "changePlan"}
    monkeypatch.setattr(permissions, "MUTATIONS", rows)
    with pytest.raises(KeyError, match="changePlan"):
        default_schema()
    monkeypatch.undo()
    assert isinstance(default_schema(), Schema)


def test_the_guide_shows_the_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_table(page, permissions_table())
    with pytest.raises(ValueError, match="marks"):
        with_table("no marks", "table")


@pytest.mark.parametrize("role", ROLES)
async def test_what_a_page_is_told_is_what_the_mutation_says(house: House, role: Role) -> None:
    room = house.rooms[ROLES.index(role)]
    caller = house.api.as_role(role, house.partner, room.customer)
    met = set()
    for action in IN_TURN * 2:  # the second time round some have ended
        told = await _told(caller, room, action)
        said = await _said(caller, room, action)
        met.add(said["code"] if said else None)
        if told:
            assert (action, said) == (action, told)
        else:
            assert not said or said["code"] not in {*STATE, ErrorCode.FORBIDDEN}, action
    ends = role in ACTIONS[Action.TERMINATE]
    assert (ErrorCode.FORBIDDEN in met, ErrorCode.ALREADY_ENDED in met) == (not ends, ends)


async def _told(caller: Caller, room: Room, action: Action) -> Json | None:
    found = (await caller.ask(ACTIONS_OF, id=room.subscription))["subscription"]["actions"]
    [one] = [one for one in found if one["action"] == action]
    assert one["allowed"] is (one["reason"] is None)
    reason: Json | None = one["reason"]
    return reason


async def _said(caller: Caller, room: Room, action: Action) -> Json | None:
    """The error that the mutation meets, of either kind."""
    name = MUTATION_OF[action]
    data = samples(name, room.ids)[0]
    for guard in ("expectedVersion", "quoteToken", "idempotencyKey"):
        data.pop(guard, None)
    kind = name[0].upper() + name[1:] + "Input"
    query = f"mutation($input: {kind}!) {{ {name}(input: $input) {{ userErrors {{ code message }} }} }}"
    body = await caller.post(query, input=data)
    if "errors" in body:
        [error] = body["errors"]
        return {"code": error["extensions"]["code"], "message": error["message"]}
    return next(iter(body["data"][name]["userErrors"]), None)
