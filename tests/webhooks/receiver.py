"""Starts and kills the process of a receiver, sets its answers, and reads its calls."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parent / "receiver_process.py"


@dataclass(frozen=True)
class Call:
    """A request that the receiver got, with its Unix time and the status of the answer."""

    name: str
    headers: dict[str, str]
    body: str
    at: float
    status: int

    @property
    def id(self) -> str:
        return self.headers["webhook-id"].removeprefix("msg_")

    @property
    def content(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    directory: Path
    port: int = 0
    _process: subprocess.Popen[str] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Starts on a free port; the next time on the same port."""
        command = [sys.executable, "-I", "-S", str(SCRIPT), str(self.directory), str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def kill(self) -> None:
        """Ends the process with SIGKILL."""
        if self._process is not None:
            assert self._process.stdout is not None
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()
            self._process = None

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/{name}"

    def answer(
        self, name: str, status: int = 204, *, seconds: float = 0, once: int = 0, **headers: str
    ) -> None:
        """Sets the answer on /NAME. `once`=N sets it only for the first call of each Nth new id."""
        fields = {key.replace("_", "-"): value for key, value in headers.items()}
        answer: dict[str, Any] = {"status": status, "seconds": seconds, "headers": fields}
        draft = self.directory / f"{name}.draft"
        draft.write_text(json.dumps(answer | ({"once": once} if once else {})))
        draft.rename(self.directory / f"{name}.json")  # the receiver never reads a half-written file

    def calls(self, name: str | None = None) -> list[Call]:
        """The calls, in order."""
        path = self.directory / "calls.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        calls = [Call(**json.loads(line)) for line in lines]
        return [call for call in calls if name in {None, call.name}]


@contextmanager
def receiving(directory: Path) -> Iterator[Receiver]:
    receiver = Receiver(directory)
    receiver.start()
    try:
        yield receiver
    finally:
        receiver.kill()
