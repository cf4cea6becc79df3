"""The committed schema matches the code and has every error code of the contract."""

from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLObjectType, build_schema
from graphql.utilities import find_breaking_changes

from domain.errors import ErrorCode
from resolvers.errors import RequestErrorCode
from tests.api.inputs import SCHEMA
from tests.api.sample_partner import SamplePartner
from tests.settings import default_schema

SDL = Path(__file__).parents[2] / "schema" / "schema.graphql"
CODES = """
  NOT_FOUND STALE_VERSION QUOTE_STALE IDEMPOTENCY_KEY_REUSED
  TRIAL_NOT_ALLOWED ALREADY_ENDED NOT_ALLOWED_IN_STATUS SAME_OWNER SAME_PLAN NOTHING_TO_CHANGE
  DATE_IN_FUTURE DATE_BEFORE_BILLING_CYCLE EXTENSION_TOO_SHORT
  SKU_MISMATCH NUMBER_NOT_AVAILABLE NO_LICENCE_LEFT NOT_OFFERED CONTRACT_NOT_ACTIVE CURRENCY_MISMATCH
  ALREADY_SCHEDULED INVALID_QUANTITY INVALID_VALUE FEATURE_NOT_ALLOWED
"""


def test_the_committed_schema_matches_the_code() -> None:
    assert SDL.read_text(encoding="utf-8") == default_schema().as_str() + "\n"


def test_user_error_codes_are_complete() -> None:
    kind: Any = SCHEMA.type_map["UserErrorCode"]
    assert isinstance(kind, GraphQLEnumType)
    assert set(CODES.split()) <= set(kind.values) == {code.value for code in ErrorCode}


def test_request_error_codes_are_complete() -> None:
    required = {"UNAUTHENTICATED", "FORBIDDEN", "BAD_USER_INPUT", "UNAVAILABLE", "INTERNAL"}
    assert required <= {code.value for code in RequestErrorCode}


def test_mutations_take_one_input_and_give_user_errors() -> None:
    mutation: Any = SCHEMA.mutation_type
    for name, field in mutation.fields.items():
        assert list(field.args) == ["input"], name
        payload: GraphQLObjectType = field.type.of_type
        assert str(payload.fields["userErrors"].type) == "[UserError!]!", name


def test_every_connection_follows_relay() -> None:
    connections = [kind for name, kind in SCHEMA.type_map.items() if name.endswith("Connection")]
    assert len(connections) >= 9
    for kind in connections:
        assert isinstance(kind, GraphQLObjectType)
        assert {"edges", "nodes", "pageInfo", "totalCount"} <= set(kind.fields)
        edge: Any = kind.fields["edges"].type.of_type.of_type.of_type
        assert str(edge.fields["cursor"].type) == "String!"
        assert str(edge.fields["node"].type).endswith("!")


def test_node_and_nodes_may_be_null() -> None:
    query: Any = SCHEMA.query_type
    assert str(query.fields["node"].type) == "Node"
    assert str(query.fields["nodes"].type) == "[Node]!"


@pytest.mark.parametrize("name", ["CustomerKey", "SubscriptionKey", "SubscriptionChange", "ExtensionInput"])
def test_fields_of_one_of_inputs_are_optional(name: str) -> None:
    kind: Any = SCHEMA.type_map[name]
    assert kind.is_one_of
    assert all(not str(field.type).endswith("!") for field in kind.fields.values())


@pytest.mark.parametrize(
    "by", [{}, {"id": None}, {"id": "x", "orgUuid": None}, None, "x", {"id": "x", "z": 1}]
)
async def test_invalid_one_of_input_is_bad_input(sample: SamplePartner, by: Any) -> None:
    body = await sample.admin.post("query($by: CustomerKey!) { customer(by: $by) { id } }", by=by)
    assert [error["extensions"]["code"] for error in body["errors"]] == ["BAD_USER_INPUT"]


def test_schema_survives_a_round_trip() -> None:
    assert find_breaking_changes(SCHEMA, build_schema(SDL.read_text(encoding="utf-8"))) == []
