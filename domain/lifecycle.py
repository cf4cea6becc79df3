"""The state machine: in which status which action is allowed, and the error code if not. rules §4."""

from enum import StrEnum

from domain.errors import ErrorCode, LifecycleError


class Status(StrEnum):
    TRIAL = "TRIAL"
    ACTIVE = "ACTIVE"
    PENDING_FOR_CANCEL = "PENDING_FOR_CANCEL"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    TERMINATED = "TERMINATED"


ENDED = frozenset({Status.CANCELED, Status.EXPIRED, Status.TERMINATED})


class Action(StrEnum):
    CREATE = "CREATE"
    CHANGE_OWNERSHIP = "CHANGE_OWNERSHIP"
    ASSIGN_MEMBERS = "ASSIGN_MEMBERS"
    UNASSIGN_MEMBERS = "UNASSIGN_MEMBERS"
    LINK_CONTRACT = "LINK_CONTRACT"
    UNLINK_CONTRACT = "UNLINK_CONTRACT"
    CHANGE_PLAN = "CHANGE_PLAN"
    CHANGE_ADD_ONS = "CHANGE_ADD_ONS"
    CANCEL_ADD_ON = "CANCEL_ADD_ON"
    CHANGE_NUMBERS = "CHANGE_NUMBERS"
    CHANGE_QUANTITY = "CHANGE_QUANTITY"
    CHANGE_BILLING_MODEL = "CHANGE_BILLING_MODEL"
    SET_AUTO_RENEWAL = "SET_AUTO_RENEWAL"
    EXTEND = "EXTEND"
    CANCEL = "CANCEL"
    TERMINATE = "TERMINATE"
    REVOKE_SCHEDULED_CHANGE = "REVOKE_SCHEDULED_CHANGE"
    UPDATE_SETTINGS = "UPDATE_SETTINGS"
    RENEW = "RENEW"
    EXPIRE = "EXPIRE"
    CONVERT_TRIAL = "CONVERT_TRIAL"


YES = None
NO_TRIAL = ErrorCode.TRIAL_NOT_ALLOWED
NOT_NOW = ErrorCode.NOT_ALLOWED_IN_STATUS

# Actions that a person may take. RENEW, EXPIRE and CONVERT_TRIAL have no row: only the worker takes them.
# CREATE has none: there is no subscription yet. An ended subscription refuses every row.
ALLOWED: dict[Action, dict[Status, ErrorCode | None]] = {
    action: dict(zip((Status.TRIAL, Status.ACTIVE, Status.PENDING_FOR_CANCEL), row, strict=True))
    for action, row in {
        #                               TRIAL     ACTIVE PENDING_FOR_CANCEL
        Action.CHANGE_OWNERSHIP:        (NO_TRIAL, YES, NOT_NOW),
        Action.ASSIGN_MEMBERS:          (YES,      YES, YES),
        Action.UNASSIGN_MEMBERS:        (YES,      YES, YES),
        Action.LINK_CONTRACT:           (YES,      YES, YES),
        Action.UNLINK_CONTRACT:         (YES,      YES, YES),
        Action.CHANGE_PLAN:             (YES,      YES, YES),
        Action.CHANGE_ADD_ONS:          (YES,      YES, YES),
        Action.CANCEL_ADD_ON:           (YES,      YES, YES),
        Action.CHANGE_NUMBERS:          (YES,      YES, YES),
        Action.CHANGE_QUANTITY:         (YES,      YES, YES),
        Action.CHANGE_BILLING_MODEL:    (YES,      YES, NOT_NOW),
        Action.SET_AUTO_RENEWAL:        (YES,      YES, NOT_NOW),
        Action.EXTEND:                  (NOT_NOW,  YES, NOT_NOW),
        Action.CANCEL:                  (YES,      YES, YES),
        Action.TERMINATE:               (YES,      YES, YES),
        Action.REVOKE_SCHEDULED_CHANGE: (YES,      YES, YES),
        Action.UPDATE_SETTINGS:         (YES,      YES, YES),
    }.items()
}  # fmt: skip

# A PENDING_FOR_CANCEL subscription has no next term, so nothing may be scheduled for the end of the
# current term. The code is the refusal of END_OF_BILLING_PERIOD. rules §4.
AT_PERIOD_END_WHEN_PENDING: dict[Action, ErrorCode] = {
    Action.CHANGE_ADD_ONS: ErrorCode.NOT_ALLOWED_IN_STATUS,
    Action.CANCEL_ADD_ON: ErrorCode.NOT_ALLOWED_IN_STATUS,
    Action.CHANGE_QUANTITY: ErrorCode.NOT_ALLOWED_IN_STATUS,
    Action.CANCEL: ErrorCode.ALREADY_SCHEDULED,
}

_MESSAGES = {
    ErrorCode.ALREADY_ENDED: "The subscription has ended ({status}); nothing more can be done with it.",
    ErrorCode.TRIAL_NOT_ALLOWED: "This is not possible during a trial.",
    ErrorCode.NOT_ALLOWED_IN_STATUS: "This is not possible while the subscription is {status}.",
}


def refusal(action: Action, status: Status) -> LifecycleError | None:
    """Why the action is not allowed in that status; None if it is."""
    code = ErrorCode.ALREADY_ENDED if status in ENDED else ALLOWED[action][status]
    return LifecycleError(code, _MESSAGES[code].format(status=status)) if code else None


def check_allowed(action: Action, status: Status) -> None:
    """Raises ALREADY_ENDED, TRIAL_NOT_ALLOWED or NOT_ALLOWED_IN_STATUS."""
    if error := refusal(action, status):
        raise error
