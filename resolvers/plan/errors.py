"""Why an operation goes the reference way."""


class UnservedError(Exception):
    """A plan does not cover this; `reason` is a word for the metric."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
