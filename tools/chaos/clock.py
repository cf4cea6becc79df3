"""A clock that runs fast, the same in every process that is given the same numbers."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class FastClock:
    """Stood at `base` at the Unix time `began`, and runs `speed` times as fast since; stands at `stop`."""

    base: datetime
    began: float
    speed: float
    stop: datetime

    def __call__(self) -> datetime:
        return min(self.base + timedelta(seconds=(time.time() - self.began) * self.speed), self.stop)

    def words(self) -> list[str]:
        return [self.base.isoformat(), str(self.began), str(self.speed), self.stop.isoformat()]

    @classmethod
    def of(cls, words: list[str]) -> "FastClock":
        base, began, speed, stop = words
        return cls(
            datetime.fromisoformat(base).astimezone(UTC),
            float(began),
            float(speed),
            datetime.fromisoformat(stop).astimezone(UTC),
        )
