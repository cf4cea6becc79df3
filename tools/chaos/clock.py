"""A clock that runs fast, the same in every process with the same arguments."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class FastClock:
    """It was `base` at the Unix time `began`, runs `speed` times as fast, and stops at `stop`."""

    base: datetime
    began: float
    speed: float
    stop: datetime

    def __call__(self) -> datetime:
        return min(self.base + timedelta(seconds=(time.time() - self.began) * self.speed), self.stop)

    def arguments(self) -> list[str]:
        return [self.base.isoformat(), str(self.began), str(self.speed), self.stop.isoformat()]

    @classmethod
    def from_arguments(cls, arguments: list[str]) -> "FastClock":
        base, began, speed, stop = arguments
        return cls(
            datetime.fromisoformat(base).astimezone(UTC),
            float(began),
            float(speed),
            datetime.fromisoformat(stop).astimezone(UTC),
        )
