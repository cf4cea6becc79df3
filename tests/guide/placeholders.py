"""Placeholders for values that differ from one run to the next: see docs/guide/README.md."""

import re
from collections import Counter
from typing import Any

from resolvers.errors import RequestError
from resolvers.ids import parse_global_id

BY_KEY = {"token": "token", "orgUuid": "orgUuid", "secret": "secret"} | dict.fromkeys(
    ("cursor", "startCursor", "endCursor"), "cursor"
)


class Placeholders:
    """Remembers each placeholder; each kind is counted in the order of the page."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def learn(self, real: str, kind: str) -> None:
        if real not in self._names:
            self._counts[kind] += 1
            self._names[real] = f"{kind}-{self._counts[kind]}"

    def conceal(self, answer: Any, key: str = "") -> Any:
        """The answer as the page shows it."""
        if isinstance(answer, dict):
            return {name: self.conceal(value, name) for name, value in answer.items()}
        if isinstance(answer, list):
            return [self.conceal(value, key) for value in answer]
        return self._concealed(answer, key) if isinstance(answer, str) else answer

    def _concealed(self, text: str, key: str) -> str:
        kind = BY_KEY.get(key) or _type_of(text)
        if kind:
            self.learn(text, kind)
        return re.sub("|".join(map(re.escape, self._names)), lambda found: self._names[found[0]], text)

    def reveal(self, variables: Any) -> Any:
        """The variables as they are sent."""
        if isinstance(variables, dict):
            return {name: self.reveal(value) for name, value in variables.items()}
        if isinstance(variables, list):
            return [self.reveal(value) for value in variables]
        return self.real(variables) if isinstance(variables, str) else variables

    def real(self, text: str) -> str:
        return next((real for real, name in self._names.items() if name == text), text)


def _type_of(text: str) -> str | None:
    """The type's name, where that is a global id."""
    try:
        return parse_global_id(text)[0]
    except RequestError:
        return None
