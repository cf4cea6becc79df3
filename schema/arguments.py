"""Arguments that many fields take, each described once."""

from typing import Annotated, TypeVar

import strawberry

T = TypeVar("T")

First = Annotated[
    int | None,
    strawberry.argument(
        description="Number of entries from the start, 0 to 100. Default: 20 if `last` is also absent. "
        "BAD_USER_INPUT together with `last`."
    ),
]
After = Annotated[
    str | None,
    strawberry.argument(
        description="Only entries after this cursor, which the same list returned. BAD_USER_INPUT for an "
        "invalid cursor."
    ),
]
Last = Annotated[
    int | None,
    strawberry.argument(
        description="Number of entries from the end, 0 to 100. BAD_USER_INPUT together with `first`."
    ),
]
Before = Annotated[
    str | None,
    strawberry.argument(
        description="Only entries before this cursor, which the same list returned. BAD_USER_INPUT for an "
        "invalid cursor."
    ),
]
Given = Annotated[
    T,
    strawberry.argument(description="The values of the mutation. Each text has at most 10,000 characters."),
]
