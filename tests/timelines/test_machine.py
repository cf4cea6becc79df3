"""Random actions in random order: the product does what an independent model of the rules does."""

import ast
import asyncio
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import initialize, rule, run_state_machine_as_test
from starlette.applications import Starlette

from tests.api.client import Api, Json
from tests.timelines.market import ORG, Order, a_market
from tests.timelines.model import Model
from tests.timelines.model_values import OVER, Owner
from tests.timelines.step import FIRST, Held, MachineBase, Met, Run
from tests.timelines.strategies import BEGINNINGS, HOW, OWNERS, STEPS, WHICH

PLAYED = settings(
    max_examples=12,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
KINDS = {"done": 9, "refused": 5, "spoilt": 2, "repeated": 1, "brought by time": 1}
"""The least number of different events of each kind."""
MODEL = ["model", "model_state", "model_values"]
MODULES = {f"tests.timelines.{part}" for part in MODEL}


class Machine(MachineBase):
    @initialize(begins=BEGINNINGS, owners=OWNERS)
    def opens(self, begins: str, owners: tuple[Owner, ...]) -> None:
        self.begins = datetime.fromisoformat(begins).replace(tzinfo=UTC)
        self.market = self.run(a_market(self.api, self.begins, owners))
        self.sells("plain", FIRST)

    @rule(which=WHICH, how=HOW, step=STEPS)
    def acts(self, which: int, how: str, step: tuple[str, dict[str, Any]]) -> None:
        name, values = step
        getattr(self, name)(self.pick(which), how, **values)

    def sells_another(self, _: Held, how: str, order: Order) -> None:
        if len(self.live()) < 4:
            self.sells(how, order)

    def changes_plan(self, held: Held, how: str, plan: str) -> None:
        self.on(held, how, "changePlan", {"planCode": plan}, Model.change_plan, plan)

    def changes_quantity(self, held: Held, how: str, quantity: int, when: Any) -> None:
        day, data = self.when(held, when)
        self.on(
            held, how, "changeQuantity", {"quantity": quantity} | data, Model.change_quantity, quantity, day
        )

    def changes_add_ons(self, held: Held, how: str, quantities: dict[str, int], when: Any) -> None:
        day, data = self.when(held, when)
        add_ons = [{"code": code, "quantity": quantity} for code, quantity in quantities.items()]
        self.on(held, how, "changeAddOns", {"addOns": add_ons} | data, Model.change_add_ons, quantities, day)

    def cancels_add_on(self, held: Held, how: str, code: str, when: Any) -> None:
        held = self.one_with(lambda each: code in each.add_ons, held)
        day, data = self.when(held, when)
        if code in held.add_ons:
            data = {"addOnId": held.add_ons[code], "when": {"at": "IMMEDIATE"}} | data
            self.asks(held, how, "cancelAddOn", data, Model.cancel_add_on, code, day)

    def changes_numbers(self, held: Held, how: str, kind: str) -> None:
        own, free, ids = sorted(held.model.numbers), self.free(), self.market.numbers
        swapped = {own[0]: free[0]} if kind == "swap" and own and free else {}
        added, removed = set(free[:1] if kind == "add" else ()), set(own[:1] if kind == "remove" else ())
        data = {
            "swap": [{"fromNumberId": ids[old], "toNumberId": ids[new]} for old, new in swapped.items()],
            "addNumberIds": [ids[number] for number in added],
            "removeNumberIds": [ids[number] for number in removed],
        }
        self.on(held, how, "changeNumbers", data, Model.change_numbers, swapped, added, removed)

    def changes_billing_model(self, held: Held, how: str, cycle: str, multiplier: int) -> None:
        data = {"cycle": cycle, "multiplier": multiplier}
        self.on(held, how, "changeBillingModel", data, Model.change_billing_model, (cycle, multiplier))

    def sets_auto_renewal(self, held: Held, how: str, on: bool) -> None:
        self.on(held, how, "setAutoRenewal", {"on": on}, Model.set_auto_renewal, on)

    def extends_by(self, held: Held, how: str, count: int, cycle: str) -> None:
        by = {"by": {"quick": {"count": count, "cycle": cycle}}}
        self.on(held, how, "extendSubscription", by, Model.extend, (count, cycle), None)

    def extends_until(self, held: Held, how: str, days: int) -> None:
        until = held.model.term.end + timedelta(days=days)
        self.on(held, how, "extendSubscription", {"by": {"until": str(until)}}, Model.extend, None, until)

    def cancels(self, held: Held, how: str, when: Any) -> None:
        day, data = self.when(held, when)
        self.on(held, how, "cancelSubscription", {"when": {"at": "IMMEDIATE"}} | data, Model.cancel, day)

    def terminates(self, held: Held, how: str) -> None:
        self.on(held, how, "terminateSubscription", {}, Model.terminate)

    def revokes(self, held: Held, how: str, latest: int) -> None:
        """Revokes a change that is scheduled, or was."""
        held = self.one_with(lambda each: each.changes, held)
        if len(held.changes) >= latest:
            change = list(held.changes)[-latest]
            waiting = held.model.pending(*held.changes[change]) if change in held.waiting else None
            self.asks(
                held, how, "revokeScheduledChange", {"scheduledChangeId": change}, Model.revoke, waiting
            )

    def changes_ownership(self, held: Held, how: str, owner: int) -> None:
        data = {"newOwnerOrgUuid": ORG.format(owner)}
        self.on(held, how, "changeOwnership", data, Model.change_ownership, self.market.owners[owner])

    def assigns(self, held: Held, how: str, members: set[int]) -> None:
        ids = {self.market.members[held.model.owner.name][member] for member in members}
        self.on(held, how, "assignMembers", {"memberIds": sorted(ids)}, Model.assign, ids)

    def unassigns(self, held: Held, how: str, members: set[int]) -> None:
        held = self.one_with(lambda each: each.model.assignees, held)
        ids = {self.market.members[held.model.owner.name][member] for member in members}
        self.on(held, how, "unassignMembers", {"memberIds": sorted(ids)}, Model.unassign, ids)

    def links(self, held: Held, how: str, paper: int) -> None:
        contract = self.market.contracts[held.model.owner.name][paper]
        self.on(held, how, "linkContract", {"contractId": contract}, Model.link, contract)

    def unlinks(self, held: Held, how: str) -> None:
        held = self.one_with(lambda each: each.model.contract, held)
        self.on(held, how, "unlinkContract", {}, Model.link, None)

    def updates_settings(self, held: Held, how: str, changes: Json) -> None:
        self.on(held, how, "updateSettings", {"settings": changes}, Model.update_settings, changes)

    def time_goes_on(self, _: Held, how: str, days: int, hours: int) -> None:
        self.comes(self.market.clock + timedelta(days=days, hours=hours))

    def a_term_comes_to_its_end(self, held: Held, how: str, late: int) -> None:
        """Moves the clock `late` seconds past the end; -1 is a second before it."""
        self.comes(held.model.due().astimezone(UTC) + timedelta(seconds=late))

    def comes(self, moment: datetime) -> None:
        if self.market.clock < moment < self.begins + timedelta(days=1500):
            self.market.clock = moment
            self.run(self.market.admin.made("advanceClock", {"to": moment.isoformat()}, "now"))
            self.news = max(1, *(self.passes(held.model) for held in self.all))
            self.touched = list(self.all)

    def passes(self, model: Model) -> int:
        """Takes the model to the present. Returns how many records it wrote."""
        known = len(model.records)
        while model.status not in OVER and model.due() <= self.market.clock:
            model.at_term_end()
            self.met["brought by time", model.records[-1].action] += 1
        return len(model.records) - known


@pytest.fixture
async def run() -> Run:
    """Lets a synchronous test call the API, on the loop of the application."""
    return asyncio.get_running_loop().run_until_complete


def test_product_does_what_the_model_does(app: Starlette, api: Api, run: Run) -> None:
    met: Met = Counter()
    run_state_machine_as_test(lambda: Machine(api, app.state.engine, run, met), settings=PLAYED)
    # Far below the present counts, because another version of hypothesis may draw differently.
    assert all(kinds(met, what) >= least for what, least in KINDS.items()), met
    assert sum(count for (what, _), count in met.items() if what == "done") >= 40, met


def kinds(met: Met, what: str) -> int:
    return len({kind for known, kind in met if known == what})


def test_the_model_shares_no_code_with_the_product() -> None:
    for part in MODEL:
        tree = ast.parse((Path(__file__).parent / f"{part}.py").read_text())
        for node in ast.walk(tree):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert name in MODULES or name.partition(".")[0] in sys.stdlib_module_names
