"""Problems that a person can act on, as data."""

import strawberry

from domain.errors import ErrorCode, LifecycleError


@strawberry.type(description="Why an action was refused. Nothing has changed.")
class UserError:
    code: ErrorCode = strawberry.field(description="What a program branches on: it does not change.")
    message: str = strawberry.field(description="What a person reads, and can act on; the words may change.")
    field: list[str] | None = strawberry.field(
        description="The path, below `input`, of the value to correct."
    )


@strawberry.type
class Refusable:
    """What every payload begins with."""

    user_errors: list[UserError] = strawberry.field(
        default_factory=list,
        description="Why it was refused, for a person to act on; empty where it was done.",
    )


def user_error(error: LifecycleError) -> UserError:
    return UserError(code=error.code, message=error.message, field=list(error.field) if error.field else None)
