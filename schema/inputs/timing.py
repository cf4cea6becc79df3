"""When a reduction or a cancellation takes effect."""

import datetime as dt  # `date` is the name of a field

import strawberry

from domain.timing import NOW, CancellationTime, When


@strawberry.input(
    description="When a reduction or a cancellation takes effect. Source: rules.md, The actions."
)
class CancellationTimeInput:
    at: CancellationTime = strawberry.field(description="At once, on a past day, or when the term is over.")
    date: dt.date | None = strawberry.field(
        default=None,
        description="With SPECIFIC_DATE, and with nothing else: a day from the term's first up to "
        "today, both included.",
    )

    def when(self) -> When:
        return When(self.at, self.date)


def when_of(given: CancellationTimeInput | None) -> When:
    return given.when() if given else NOW
