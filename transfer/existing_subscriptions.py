"""The subscriptions of the database as records of a file, without anything left to defaults."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Select, Uuid, and_, any_, bindparam, select

from actions.import_subscriptions import Import, ImportedLine
from domain.currency import decimal_texts
from domain.lines import Item, Line
from domain.money import Amounts, Fraction
from domain.periods import BillingModel, Period, Term
from domain.subscription import AddOn, Scheduled, Subscription
from models.store.lookups import same_partner
from models.store.subscriptions import load_states
from models.store.unit_of_work import Reading
from models.tables import assignee, charge_line, customer, invoice, member, subscription, term
from transfer.existing import among, pending_label
from transfer.format import Json

PAGE = 500

_IDS = bindparam("ids", type_=ARRAY(Uuid))
_PARTNER = bindparam("partner_id", type_=Uuid)


def _by_ids(table: Any, *columns: Any) -> Select[Any]:
    return select(*columns).where(table.c.partner_id == _PARTNER, table.c.subscription_id == any_(_IDS))


_TERMS = _by_ids(term, term).order_by(term.c.number)
_EMAILS = _by_ids(assignee, assignee.c.subscription_id, member.c.email).join(
    member, and_(same_partner(member, assignee), member.c.id == assignee.c.member_id)
)
_LINES = (
    _by_ids(charge_line, charge_line, invoice.c.number, invoice.c.customer_id, customer.c.org_uuid)
    .join(invoice, and_(same_partner(invoice, charge_line), invoice.c.id == charge_line.c.invoice_id))
    .join(customer, and_(same_partner(customer, invoice), customer.c.id == invoice.c.customer_id))
    .order_by(charge_line.c.id)
)


async def subscription_ids(
    tx: Reading, keys: Collection[str] | None = None
) -> AsyncIterator[Sequence[Row[UUID, str]]]:
    """Ids and references in the order of the references, page by page."""
    statement = (
        select(subscription.c.id, subscription.c.reference)
        .where(subscription.c.partner_id == tx.partner.id, among(subscription.c.reference, keys))
        .order_by(subscription.c.reference)
    )
    async with tx.connection.stream(statement.execution_options(yield_per=PAGE)) as rows:
        async for page in rows.partitions():
            yield page


async def subscription_records(tx: Reading, ids: Sequence[UUID]) -> AsyncIterator[Json]:
    """In the order of the ids."""
    states = await load_states(tx, ids, charges=False)
    key = {"partner_id": tx.partner.id, "ids": ids}
    terms = _by_subscription(await tx.connection.execute(_TERMS, key))
    emails = _by_subscription(await tx.connection.execute(_EMAILS, key))
    lines = _by_subscription(await tx.connection.execute(_LINES, key))
    for subscription_id in ids:
        state, rows = states[subscription_id], lines[subscription_id]
        past = tuple(
            Term(row.starts_on, row.ends_before, row.anchor_day, row.number)
            for row in terms[subscription_id]
            if row.number != state.term.number
        )
        labels = {row.invoice_id: row.number or pending_label(row.org_uuid) for row in rows}
        exporter = Exporter(tx.partner.currency, labels.__getitem__)
        item = Import(state, past, tuple(_lines(rows)))
        yield exporter.record(item, [row.email for row in emails[subscription_id]])


def _by_subscription(rows: Iterable[Row[Any]]) -> Mapping[UUID, list[Row[Any]]]:
    grouped: defaultdict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        grouped[row.subscription_id].append(row)
    return grouped


def _lines(rows: Sequence[Row[Any]]) -> list[ImportedLine]:
    """Charges, each with what reverses it."""
    reversals: defaultdict[UUID, list[ImportedLine]] = defaultdict(list)
    for row in rows:
        if row.reverses_id:
            reversals[row.reverses_id].append(_line(row))
    return [_line(row, tuple(reversals[row.id])) for row in rows if not row.reverses_id]


def _line(row: Row[Any], reversals: tuple[ImportedLine, ...] = ()) -> ImportedLine:
    line = Line(
        kind=row.kind,
        item=Item(row.item_kind, row.item_code, row.item_name),
        period=Period(row.starts_on, row.ends_before, row.anchor_day),
        quantity=row.quantity,
        fraction=Fraction(row.numerator, row.denominator),
        unit=Amounts(row.unit_price, row.unit_cost),
        amount=Amounts(row.price, row.cost),
        cycle_months=row.cycle_months,
    )
    return ImportedLine(line, row.term_number, row.invoice_id, row.customer_id, reversals)


@dataclass(frozen=True)
class Exporter:
    """`label` names the invoice of an id."""

    currency: str
    label: Callable[[UUID], str]

    def record(self, item: Import, emails: Iterable[str]) -> Json:
        """JSON by the names of the format; what is absent has no key."""
        state = item.state
        trial_ends = state.trial_ends_before
        return _present(
            reference=state.reference,
            customer=str(state.customer.org_uuid),
            planCode=state.plan.code,
            status=state.status.value,
            quantity=state.quantity,
            billingModel=_model(state.model),
            autoRenewal=state.auto_renewal,
            purchasedOn=_day(state.purchased_on),
            anchorDay=state.anchor_day,
            trialEndsOn=_day(trial_ends and trial_ends - timedelta(days=1)),
            endedOn=_day(state.ended_on),
            contract=state.contract and state.contract.reference,
            settings=dict(state.settings),
            addOns=sorted((_add_on(a) for a in state.add_ons), key=lambda a: str(a["code"])),
            numbers=sorted(number.e164 for number in state.numbers),
            assignees=sorted(emails),
            scheduledChanges=[_scheduled(state, change) for change in state.scheduled],
            terms=[self._term(item, term) for term in (*item.past, state.term)],
        )

    def _term(self, item: Import, term: Term) -> Json:
        charges = [self._charge(line) for line in item.lines if line.term_number == term.number]
        return _days(term) | {"number": term.number, "charges": charges}

    def _charge(self, charged: ImportedLine) -> Json:
        line = charged.line
        item = {"kind": line.item.kind.value, "code": line.item.code, "name": line.item.name}
        more = {"item": item, "cycleMonths": line.cycle_months}
        return self._line(charged) | more | {"reversals": [self._line(each) for each in charged.reversals]}

    def _line(self, imported: ImportedLine) -> Json:
        line = imported.line
        return {
            "kind": line.kind.value,
            **_days(line.period),
            "quantity": line.quantity,
            "fraction": {"numerator": line.fraction.numerator, "denominator": line.fraction.denominator},
            "unitPrice": self._amount(line.unit.price),
            "unitCost": self._amount(line.unit.cost),
            "price": self._amount(line.amount.price),
            "cost": self._amount(line.amount.cost),
            "invoice": self.label(imported.invoice_id),
        }

    def _amount(self, minor: int) -> str:
        return decimal_texts(self.currency)(minor)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _days(period: Period) -> Json:
    return {
        "startsOn": period.starts_on.isoformat(),
        "endsOn": period.ends_on.isoformat(),
        "anchorDay": period.anchor_day,
    }


def _model(model: BillingModel) -> Json:
    return {"cycle": model.cycle.value, "multiplier": model.multiplier}


def _add_on(add_on: AddOn) -> Json:
    return {"code": add_on.offer.code, "name": add_on.offer.name, "quantity": add_on.quantity}


def _scheduled(state: Subscription, change: Scheduled) -> Json:
    target = state.add_on(change.add_on_id) if change.add_on_id else None
    return _present(
        action=change.action.value,
        addOn=target and target.offer.code,
        quantity=change.quantity or None,
        billingModel=change.model and _model(change.model),
        summary=change.summary,
        reason=change.reason,
    )


def _present(**values: Any) -> Json:
    return {name: value for name, value in values.items() if value is not None}
