"""Arguments that many fields take, each described once."""

from typing import Annotated, TypeVar

import strawberry

T = TypeVar("T")

First = Annotated[
    int | None,
    strawberry.argument(
        description="The first so many entries, 0 to 100; 20 where neither `first` nor `last` is given. "
        "Not together with `last`."
    ),
]
After = Annotated[
    str | None,
    strawberry.argument(description="Only entries that follow this cursor, which the same list gave."),
]
Last = Annotated[
    int | None,
    strawberry.argument(description="The last so many entries, 0 to 100. Not together with `first`."),
]
Before = Annotated[
    str | None,
    strawberry.argument(description="Only entries that precede this cursor, which the same list gave."),
]
Given = Annotated[
    T,
    strawberry.argument(
        description="All that the mutation takes; each text in it has at most 10,000 characters."
    ),
]
