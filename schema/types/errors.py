"""Problems that a person can act on, as data."""

import strawberry

from domain.errors import ErrorCode, LifecycleError


@strawberry.type(description="Why an action was refused. Nothing has changed.")
class UserError:
    code: ErrorCode
    message: str
    field: list[str] | None = strawberry.field(
        description="The path, below `input`, of the value to correct."
    )


def user_error(error: LifecycleError) -> UserError:
    return UserError(code=error.code, message=error.message, field=list(error.field) if error.field else None)
