"""Python's gql: its typed language over HTTP, checked against the SDL, and a live subscription."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from gql import Client, gql
from gql.client import AsyncClientSession
from gql.dsl import DSLMutation, DSLQuery, DSLSchema, dsl_gql
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from gql.utilities import update_schema_scalars
from graphql import GraphQLError, GraphQLScalarType, GraphQLSchema, build_schema

from tests.api.client import World
from tests.live.serving import Server
from tests.live.watching import last_record

SDL = Path(__file__).parents[2] / "schema" / "schema.graphql"


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """The SDL, with Python types for its scalars."""
    schema = build_schema(SDL.read_text(encoding="utf-8"))
    as_python = [
        GraphQLScalarType("Date", serialize=date.isoformat, parse_value=date.fromisoformat),
        GraphQLScalarType("Decimal", serialize=str, parse_value=Decimal),
    ]
    update_schema_scalars(schema, as_python)
    return schema


@pytest.fixture
async def session(server: Server, world: World, schema: GraphQLSchema) -> AsyncIterator[AsyncClientSession]:
    headers = {"Authorization": f"Bearer {world.admin.token}"}
    transport = HTTPXAsyncTransport(f"http://{server.host}/graphql", headers=headers)
    client = Client(transport=transport, schema=schema, parse_results=True, serialize_variables=True)
    async with client as session:
        yield session


async def test_scalars_are_python_values(
    session: AsyncClientSession, schema: GraphQLSchema, world: World
) -> None:
    ds = DSLSchema(schema)
    subscription = ds.CustomerSubscription
    selected = ds.Query.subscription(by={"id": world.subscription}).select(
        subscription.term.select(ds.Term.startsOn), subscription.price.select(ds.Money.amount)
    )
    found = (await session.execute(dsl_gql(DSLQuery(selected))))["subscription"]
    assert found == {"term": {"startsOn": date(2020, 11, 16)}, "price": {"amount": Decimal("370.00")}}


async def test_a_refusal_comes_as_data(
    session: AsyncClientSession, schema: GraphQLSchema, world: World
) -> None:
    ds = DSLSchema(schema)
    extension = {"subscriptionId": world.subscription, "by": {"until": date(2021, 11, 16)}}
    error = ds.SubscriptionPayload.userErrors.select(ds.UserError.code, ds.UserError.field)
    selected = DSLMutation(ds.Mutation.extendSubscription(input=extension).select(error))
    found = await session.execute(dsl_gql(selected))
    errors = [{"code": "EXTENSION_TOO_SHORT", "field": ["by", "until"]}]
    assert found == {"extendSubscription": {"userErrors": errors}}


async def test_a_document_that_the_sdl_refuses_is_never_sent(session: AsyncClientSession) -> None:
    with pytest.raises(GraphQLError, match="nickname"):
        await session.execute(gql("{ viewer { nickname } }"))


async def test_a_live_subscription_is_checked_and_parsed_too(
    server: Server, schema: GraphQLSchema, world: World
) -> None:
    after = await last_record(world.admin, world.subscription)
    more = {"subscriptionId": world.subscription, "quantity": 2}
    made = await world.admin.made("changeQuantity", more, "record { id }")
    watch = gql("subscription($after: ID) { subscriptionChanged(after: $after) { id effectiveOn } }")
    watch.variable_values = {"after": after}
    transport = WebsocketsTransport(
        server.websocket, init_payload={"Authorization": f"Bearer {world.admin.token}"}
    )
    async with Client(transport=transport, schema=schema, parse_results=True) as session:
        records = session.subscribe(watch)
        found = await anext(records)
        await records.aclose()
    expected = {"id": made["record"]["id"], "effectiveOn": date(2021, 6, 16)}
    assert found == {"subscriptionChanged": expected}
