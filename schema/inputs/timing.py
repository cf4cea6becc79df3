"""When a reduction or a cancellation takes effect."""

import datetime as dt  # `date` is the name of a field

import strawberry

from domain.timing import NOW, CancellationTime, When


@strawberry.input(description="When a reduction or cancellation takes effect. See rules §5.")
class CancellationTimeInput:
    at: CancellationTime = strawberry.field(description="Now, on a past day, or at the end of the term.")
    date: dt.date | None = strawberry.field(
        default=None,
        description="Only with SPECIFIC_DATE: a day from the first day of the current term to today, both "
        "inclusive.",
    )

    def when(self) -> When:
        return When(self.at, self.date)


def when_of(given: CancellationTimeInput | None) -> When:
    return given.when() if given else NOW
