"""The permissions are complete, the guide shows them, and `actions` agrees with the mutations."""

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
from tests.api.sample_partner import SampleCustomer, SamplePartner, a_sample_partner
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
async def sample(api: Api, engine: AsyncEngine) -> SamplePartner:
    """A customer for each role: its subscription is changed."""
    return await a_sample_partner(api, engine, customers=len(ROLES))


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        (SCHEMA.query_type, QUERIES),
        (SCHEMA.mutation_type, MUTATIONS),
        (SCHEMA.subscription_type, SUBSCRIPTIONS),
    ],
)
def test_permissions_list_exactly_the_root_fields(kind: Any, rows: dict[str, Any]) -> None:
    assert set(rows) == set(kind.fields)


def test_permissions_list_every_action() -> None:
    assert set(ACTIONS) == set(Action)
    assert set(BY_MUTATION) == LIFECYCLE
    assert len(MUTATION_OF) == len(BY_MUTATION) == len(ROWS)
    assert {action for action, roles in ACTIONS.items() if roles} == set(MUTATION_OF)


def test_field_without_permission_is_not_served(monkeypatch: pytest.MonkeyPatch) -> None:
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
async def test_actions_field_agrees_with_mutations(sample: SamplePartner, role: Role) -> None:
    customer = sample.customers[ROLES.index(role)]
    caller = sample.api.as_role(role, sample.partner, customer.id)
    codes = set()
    for action in IN_TURN * 2:  # the second time round some have ended
        listed = await _listed(caller, customer, action)
        error = await _met(caller, customer, action)
        codes.add(error["code"] if error else None)
        if listed:
            assert (action, error) == (action, listed)
        else:
            assert not error or error["code"] not in {*STATE, ErrorCode.FORBIDDEN}, action
    ends = role in ACTIONS[Action.TERMINATE]
    assert (ErrorCode.FORBIDDEN in codes, ErrorCode.ALREADY_ENDED in codes) == (not ends, ends)


async def _listed(caller: Caller, customer: SampleCustomer, action: Action) -> Json | None:
    found = (await caller.ask(ACTIONS_OF, id=customer.subscription))["subscription"]["actions"]
    [one] = [one for one in found if one["action"] == action]
    assert one["allowed"] is (one["reason"] is None)
    reason: Json | None = one["reason"]
    return reason


async def _met(caller: Caller, customer: SampleCustomer, action: Action) -> Json | None:
    """The error that the mutation meets, of either kind."""
    name = MUTATION_OF[action]
    data = samples(name, customer.ids)[0]
    for guard in ("expectedVersion", "quoteToken", "idempotencyKey"):
        data.pop(guard, None)
    kind = name[0].upper() + name[1:] + "Input"
    query = f"mutation($input: {kind}!) {{ {name}(input: $input) {{ userErrors {{ code message }} }} }}"
    body = await caller.post(query, input=data)
    if "errors" in body:
        [error] = body["errors"]
        return {"code": error["extensions"]["code"], "message": error["message"]}
    return next(iter(body["data"][name]["userErrors"]), None)
