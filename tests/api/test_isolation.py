"""No partner finds or changes another's rows by any field, even with one of two guards switched off."""

from collections.abc import AsyncIterator, Iterator

import pytest
from gql.transport.exceptions import TransportQueryError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.principal import Role
from tests.api.client import Api, Caller, a_customer, yearly
from tests.api.database import unchanged
from tests.api.foreign_ids import (
    QUERIES,
    QUERY_FIELDS,
    SUBSCRIPTION_FIELDS,
    Ids,
    check_same_answer,
    mutations,
    previews,
    queries,
    without_names,
    without_request_ids,
)
from tests.api.guards import GuardedApp, Guards, with_guards
from tests.api.sample_partner import SamplePartner, a_sample_partner, foreign_id
from tests.live.watching import Watchers, live_query, note

ROLES = (Role.PARTNER_ADMIN, Role.CUSTOMER_ADMIN)  # the others see the same
EITHER_ALONE = (Guards.CONDITIONS, Guards.ROWS)


@pytest.fixture(scope="module")
async def sample(api: Api, engine: AsyncEngine) -> SamplePartner:
    """Its own, because the tests write to it."""
    return await a_sample_partner(api, engine, customers=1)


@pytest.fixture(scope="module")
async def neighbour(api: Api, engine: AsyncEngine) -> SamplePartner:
    """Another partner. Only it has this customer and this kind of numbers."""
    neighbour = await a_sample_partner(api, engine, customers=4)
    await a_customer(neighbour.admin, name="Neighbour's own", orgUuid="11111111-1111-4111-8111-111111111111")
    kind = {"code": "theirs", "name": "Theirs", "prices": yearly("1.00", "1.00")}
    await neighbour.admin.made("saveSku", kind, "sku { code }")
    stock = {"skuCode": "theirs", "e164": ["+6599999999"]}
    await neighbour.admin.made("addNumbers", stock, "numbers { id }")
    return neighbour


@pytest.fixture(scope="module")
async def theirs(neighbour: SamplePartner) -> Ids:
    """The neighbour's ids and other names."""
    ids = neighbour.customers[0].ids
    last = "{ subscriptions(last: 1) { edges { node { reference } } } }"
    [found] = (await neighbour.admin.ask(last))["subscriptions"]["edges"]
    return ids | {
        "orgUuid": "11111111-1111-4111-8111-111111111111",
        "reference": found["node"]["reference"],  # beyond those of the sample, which has fewer
        "name": "Neighbour's own",
        "sku": "theirs",
    }


@pytest.fixture(scope="module", params=EITHER_ALONE)
def guarded(request: pytest.FixtureRequest, database_url: str) -> Iterator[GuardedApp]:
    with with_guards(database_url, request.param) as guarded:
        yield guarded


@pytest.fixture
async def through(guarded: GuardedApp, sample: SamplePartner) -> AsyncIterator[Api]:
    """The API behind the guards. It has already read the partner's currency, which it reads once."""
    async with guarded.server.api() as api:
        await caller_of(api, sample, Role.PARTNER_ADMIN).ask("{ viewer { role } }")
        yield api


def caller_of(api: Api, sample: SamplePartner, role: Role) -> Caller:
    return api.as_role(role, sample.partner, sample.customers[0].id)


def test_every_argument_of_every_query_field_is_tried() -> None:
    """Except the arguments of paging. Previews have their own cases."""
    paging = {"first", "after", "last", "before", "orderBy"}
    for field in set(QUERY_FIELDS) - {"previewProration"}:
        cases = "".join(QUERIES[field])
        assert [name for name in set(QUERY_FIELDS[field].args) - paging if f"({name}:" not in cases] == [], (
            field
        )


@pytest.mark.parametrize("role", ROLES)
async def test_no_query_finds_rows_of_another_partner(
    guarded: GuardedApp, through: Api, sample: SamplePartner, theirs: Ids, role: Role
) -> None:
    caller = caller_of(through, sample, role)
    for attempt in queries(theirs):
        await check_same_answer(guarded.app.state.engine, caller, attempt, theirs)


@pytest.mark.parametrize("role", ROLES)
async def test_no_mutation_accepts_ids_of_another_partner(
    guarded: GuardedApp,
    through: Api,
    sample: SamplePartner,
    neighbour: SamplePartner,
    engine: AsyncEngine,
    theirs: Ids,
    role: Role,
) -> None:
    async with unchanged(engine, sample.partner, neighbour.partner):
        caller, own = caller_of(through, sample, role), sample.customers[0].ids
        for attempt in (*mutations(own, theirs), *previews(own, theirs)):
            body = await check_same_answer(guarded.app.state.engine, caller, attempt, theirs)
            assert "errors" in body or body["data"][attempt.field]["userErrors"], attempt.name


async def test_set_up_affects_only_the_own_partner(
    through: Api, api: Api, neighbour: SamplePartner, engine: AsyncEngine
) -> None:
    other = await a_sample_partner(api, engine, customers=1)
    async with unchanged(engine, neighbour.partner):
        caller = through.as_role(Role.PARTNER_ADMIN, other.partner)
        for name, data in without_names(other.customers[0].ids):
            await caller.do(name, data) if name != "createPartner" else None


async def test_no_watcher_gets_records_of_another_partner(
    guarded: GuardedApp, through: Api, sample: SamplePartner, neighbour: SamplePartner
) -> None:
    assert set(SUBSCRIPTION_FIELDS) == {"subscriptionChanged"}
    caller, mine = caller_of(through, sample, Role.PARTNER_ADMIN), sample.customers[0]
    theirs = neighbour.customers[0].ids
    subscription, record = theirs["CustomerSubscription"], theirs["HistoryRecord"]
    nothing, no_record = foreign_id("CustomerSubscription"), foreign_id("HistoryRecord")
    for foreign, unknown in (
        ((subscription, None), (nothing, None)),
        ((subscription, record), (nothing, no_record)),
        ((None, record), (None, no_record)),
        ((mine.subscription, record), (mine.subscription, no_record)),
    ):
        assert await _refusal(guarded, caller, *foreign) == await _refusal(guarded, caller, *unknown)
    watchers = Watchers(guarded.server)
    async with live_query(guarded.server, caller) as watch:
        await watchers.are_more()
        await note(neighbour.admin, subscription, f"theirs, {guarded.guards}")
        await note(sample.admin, mine.subscription, f"mine, {guarded.guards}")
        assert await watch.reasons(1) == [f"mine, {guarded.guards}"]


async def _refusal(guarded: GuardedApp, caller: Caller, subscription: str | None, after: str | None) -> str:
    async with live_query(guarded.server, caller, subscription, after) as watch:
        with pytest.raises(TransportQueryError) as raised:
            await watch.next()
    return without_request_ids(str(raised.value.errors))


async def test_same_reference_names_own_subscription(sample: SamplePartner, neighbour: SamplePartner) -> None:
    query = '{ subscription(by: {reference: "S-000001"}) { id } }'
    mine, theirs = await sample.admin.ask(query), await neighbour.admin.ask(query)
    assert mine["subscription"]["id"] != theirs["subscription"]["id"]


async def test_without_guards_the_same_queries_find(
    database_url: str, sample: SamplePartner, theirs: Ids
) -> None:
    """Otherwise the other tests would prove nothing."""
    with with_guards(database_url, Guards.NEITHER) as guarded:
        async with guarded.server.api() as api:
            caller = caller_of(api, sample, Role.PARTNER_ADMIN)
            revealing = set()
            quotes = [one for one in previews(sample.customers[0].ids, theirs) if "terminate" in one.name]
            for attempt in (*queries(theirs), *quotes):
                try:
                    await check_same_answer(guarded.app.state.engine, caller, attempt, theirs)
                except AssertionError:
                    revealing.add(attempt.field)
    # The other fields take no name; their first pages are full of other partners' rows.
    named = {field for field, templates in QUERIES.items() if '"{' in "".join(templates)}
    assert revealing >= named | {"previewProration"}
