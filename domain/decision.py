"""What an action decides, before it is written: the subscription after it, its lines, its provisioning."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.lifecycle import Action
from domain.lines import Line
from domain.provisioning import Provision
from domain.subscription import Subscription


class ChangeSource(StrEnum):
    """The origin of a change of an add-on's quantity."""

    ORDER = "ORDER"
    CHANGE = "CHANGE"
    SCHEDULE = "SCHEDULE"
    TRANSFER = "TRANSFER"


@dataclass(frozen=True)
class Decision:
    """`before` is None for a new subscription. The change is the difference of `before` and `after`.

    `effective_on` is the first day of the change. Add-on records get `source`. Reductions of add-ons
    take effect on `add_ons_reduced_on`, if it is set. `applied` names the scheduled changes that were
    carried out. Other changes that are in `before` but not in `after` were revoked.
    """

    action: Action
    effective_on: date
    before: Subscription | None
    after: Subscription
    summary: str
    lines: tuple[Line, ...] = ()
    provisioning: tuple[Provision, ...] = ()
    source: ChangeSource = ChangeSource.CHANGE
    add_ons_reduced_on: date | None = None
    applied: frozenset[UUID] = frozenset()
