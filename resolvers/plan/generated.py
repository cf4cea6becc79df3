"""The function that is generated for a plan, and what it can call."""

from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any

import orjson

from resolvers.plan.output import Json
from resolvers.plan.rows import (
    WORDS,
    below,
    counts_below,
    day_before,
    dumped,
    given,
    global_ids,
    joined,
    shown,
)

_HELPERS = {
    "below": below,
    "counts_below": counts_below,
    "day_before": day_before,
    "dumped": dumped,
    "escaped": encode_basestring,
    "given": given,
    "global_ids": global_ids,
    "joined": joined,
    "parsed": orjson.loads,
    "shown": shown,
    "words": WORDS,
}


def generated(names: Sequence[str], lines: Sequence[str], answer: Json, constants: Mapping[str, Any]) -> Any:
    """Takes an object with attributes of those names, runs the lines, and gives the text of the answer."""
    body = [*(f"{name} = x.{name}" for name in names), *lines, f"return {answer.source}"]
    source = "\n".join(["def shape(x):", *(f"    {line}" for line in body)])
    scope = {**_HELPERS, **constants}
    # Of numbers, column names and GraphQL names alone: no value of a client's becomes a part of it.
    exec(compile(source, "<plan>", "exec"), scope)  # noqa: S102 - what the line above says
    return scope["shape"]
