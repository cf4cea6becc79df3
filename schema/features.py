"""What a deployment shows of the schema, and how it answers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Features:
    """`suggestions`: errors may ask "Did you mean ...?". `plans`: compiled plans answer what they can.

    `traced`: each operation is an OpenTelemetry span.
    """

    introspection: bool
    suggestions: bool
    plans: bool
    traced: bool
