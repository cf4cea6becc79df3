"""Refusals as data: problems that a person can act on."""

import strawberry

from domain.errors import ErrorCode, LifecycleError


@strawberry.type(description="Why an action is refused. A refused action changes nothing.")
class UserError:
    code: ErrorCode = strawberry.field(description="The code for programs. It does not change.")
    message: str = strawberry.field(description="The text for people. Its wording can change.")
    field: list[str] | None = strawberry.field(
        description="The path to the invalid value, below `input`. Null if no single value is wrong."
    )


@strawberry.type
class Refusable:
    """The base of every payload."""

    user_errors: list[UserError] = strawberry.field(
        default_factory=list, description="Why the action is refused. Empty if it succeeds."
    )


def user_error(error: LifecycleError) -> UserError:
    return UserError(code=error.code, message=error.message, field=list(error.field) if error.field else None)
