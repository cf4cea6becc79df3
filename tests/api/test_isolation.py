"""No partner finds or changes what is another's: through either wall alone, by any field that there is."""

from collections.abc import AsyncIterator, Iterator

import pytest
from gql.transport.exceptions import TransportQueryError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.principal import Role
from tests.api.client import Api, Caller, a_customer, yearly
from tests.api.foreign_ids import (
    ASKED,
    QUERIES,
    WATCHED,
    Ids,
    mutations,
    neither_tells,
    previews,
    queries,
    without_names,
    without_request_ids,
)
from tests.api.isolation import Standing, Walled, walled
from tests.api.sample_partner import House, a_house, foreign_id
from tests.api.watching import images
from tests.live.watching import Watchers, note, viewed

ROLES = (Role.PARTNER_ADMIN, Role.CUSTOMER_ADMIN)  # the others see what these see
WALLS = (Standing.CONDITIONS, Standing.ROWS)


@pytest.fixture(scope="module")
async def house(api: Api, engine: AsyncEngine) -> House:
    """One of its own, because it is written to."""
    return await a_house(api, engine, customers=1)


@pytest.fixture(scope="module")
async def neighbour(api: Api, engine: AsyncEngine) -> House:
    """Another partner, with a customer and a kind of numbers that only it has."""
    neighbour = await a_house(api, engine, customers=4)
    await a_customer(neighbour.admin, name="Neighbour's own", orgUuid="11111111-1111-4111-8111-111111111111")
    kind = {"code": "theirs", "name": "Theirs", "prices": yearly("1.00", "1.00")}
    await neighbour.admin.made("saveSku", kind, "sku { code }")
    stock = {"skuCode": "theirs", "e164": ["+6599999999"]}
    await neighbour.admin.made("addNumbers", stock, "numbers { id }")
    return neighbour


@pytest.fixture(scope="module")
async def theirs(neighbour: House) -> Ids:
    """Whatever names something of the neighbour's."""
    ids = neighbour.rooms[0].ids
    last = "{ subscriptions(last: 1) { edges { node { reference } } } }"
    [found] = (await neighbour.admin.ask(last))["subscriptions"]["edges"]
    return ids | {
        "orgUuid": "11111111-1111-4111-8111-111111111111",
        "reference": found["node"]["reference"],  # beyond those of the house, which has fewer
        "name": "Neighbour's own",
        "sku": "theirs",
    }


@pytest.fixture(scope="module", params=WALLS)
def walls(request: pytest.FixtureRequest, database_url: str) -> Iterator[Walled]:
    with walled(database_url, request.param) as walls:
        yield walls


@pytest.fixture
async def through(walls: Walled, house: House) -> AsyncIterator[Api]:
    """The API through them. What it asks once of a partner, its currency, it has asked before."""
    async with walls.server.api() as api:
        await caller_of(api, house, Role.PARTNER_ADMIN).ask("{ viewer { role } }")
        yield api


def caller_of(api: Api, house: House, role: Role) -> Caller:
    return api.as_role(role, house.partner, house.rooms[0].customer)


def test_every_argument_of_every_query_field_is_tried() -> None:
    """But for those that choose a page of what is found anyway; and previews have cases of their own."""
    paging = {"first", "after", "last", "before", "orderBy"}
    for field in set(ASKED) - {"previewProration"}:
        cases = "".join(QUERIES[field])
        assert [name for name in set(ASKED[field].args) - paging if f"({name}:" not in cases] == [], field


@pytest.mark.parametrize("role", ROLES)
async def test_no_query_finds_what_is_another_partner_s(
    walls: Walled, through: Api, house: House, theirs: Ids, role: Role
) -> None:
    caller = caller_of(through, house, role)
    for attempt in queries(theirs):
        await neither_tells(walls.app.state.engine, caller, attempt, theirs)


@pytest.mark.parametrize("role", ROLES)
async def test_no_mutation_and_no_preview_takes_what_is_another_partner_s(
    walls: Walled, through: Api, house: House, neighbour: House, engine: AsyncEngine, theirs: Ids, role: Role
) -> None:
    before = await images(engine, house.partner, neighbour.partner)
    caller, own = caller_of(through, house, role), house.rooms[0].ids
    for attempt in (*mutations(own, theirs), *previews(own, theirs)):
        body = await neither_tells(walls.app.state.engine, caller, attempt, theirs)
        assert "errors" in body or body["data"][attempt.field]["userErrors"], attempt.name
    assert await images(engine, house.partner, neighbour.partner) == before


async def test_what_is_set_up_is_set_up_for_oneself(
    walls: Walled, through: Api, api: Api, neighbour: House, engine: AsyncEngine
) -> None:
    other = await a_house(api, engine, customers=1)
    before = await images(engine, neighbour.partner)
    caller = through.as_role(Role.PARTNER_ADMIN, other.partner)
    for name, data in without_names(other.rooms[0].ids):
        await caller.do(name, data) if name != "createPartner" else None
    assert await images(engine, neighbour.partner) == before


async def test_no_watcher_hears_of_what_is_another_partner_s(
    walls: Walled, through: Api, api: Api, house: House, neighbour: House
) -> None:
    assert set(WATCHED) == {"subscriptionChanged"}
    caller, mine = caller_of(through, house, Role.PARTNER_ADMIN), house.rooms[0]
    theirs = neighbour.rooms[0].ids
    subscription, record = theirs["CustomerSubscription"], theirs["HistoryRecord"]
    nothing, no_record = foreign_id("CustomerSubscription"), foreign_id("HistoryRecord")
    for another_s, nobody_s in (
        ((subscription, None), (nothing, None)),
        ((subscription, record), (nothing, no_record)),
        ((None, record), (None, no_record)),
        ((mine.subscription, record), (mine.subscription, no_record)),
    ):
        assert await _refusal(walls, caller, *another_s) == await _refusal(walls, caller, *nobody_s)
    watchers = Watchers(walls.server)
    async with viewed(walls.server, caller) as watch:
        await watchers.are_more()
        await note(neighbour.admin, subscription, f"theirs, {walls.standing}")
        await note(house.admin, mine.subscription, f"mine, {walls.standing}")
        assert await watch.reasons(1) == [f"mine, {walls.standing}"]


async def _refusal(walls: Walled, caller: Caller, subscription: str | None, after: str | None) -> str:
    async with viewed(walls.server, caller, subscription, after) as watch:
        with pytest.raises(TransportQueryError) as raised:
            await watch.next()
    return without_request_ids(str(raised.value.errors))


async def test_with_both_walls_down_the_same_questions_do_find(
    database_url: str, house: House, theirs: Ids
) -> None:
    """Else what the others do not find would prove nothing."""
    with walled(database_url, Standing.NEITHER) as walls:
        async with walls.server.api() as api:
            caller = caller_of(api, house, Role.PARTNER_ADMIN)
            told = set()
            quotes = [one for one in previews(house.rooms[0].ids, theirs) if "terminate" in one.name]
            for attempt in (*queries(theirs), *quotes):
                try:
                    await neither_tells(walls.app.state.engine, caller, attempt, theirs)
                except AssertionError:
                    told.add(attempt.field)
    # The others take no name of anything: their first pages are full of yet other partners' rows.
    named = {field for field, templates in QUERIES.items() if '"{' in "".join(templates)}
    assert told >= named | {"previewProration"}
