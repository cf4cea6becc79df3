"""What a deployment shows of its schema, and how it runs operations."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Features:
    """`suggestions`: errors may ask "Did you mean ...?". `plans`: compiled plans answer what they cover.

    `traced`: each operation is an OpenTelemetry span.
    """

    introspection: bool
    suggestions: bool
    plans: bool
    traced: bool
