"""A receiver of webhooks as a process: records each call, and answers as a file says.

python receiver_process.py DIRECTORY PORT (0 takes a free port) prints the port. DIRECTORY/calls.jsonl gets a
line for each call. DIRECTORY/NAME.json has the answer for the path /NAME: {"status", "seconds", "headers",
"once"}. Without the file, the answer is 204. With "once": N, only the first call of each Nth new id gets it.
"""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any

DIRECTORY, PORT = Path(sys.argv[1]), int(sys.argv[2])
LOG = os.open(DIRECTORY / "calls.jsonl", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
SEEN: set[tuple[str, str]] = set()
LOCK = Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length).decode()
        if len(body.encode()) < length:  # the sender was killed while it sent
            return
        name = self.path.lstrip("/")
        with LOCK:
            answer = self._answer(name)
            call = {"name": name, "headers": dict(self.headers), "body": body, "at": time.time()}
            os.write(LOG, json.dumps(call | {"status": answer["status"]}).encode() + b"\n")
        time.sleep(answer["seconds"])
        self.send_response(answer["status"])
        for key, value in {**answer["headers"], "Content-Length": "0"}.items():
            self.send_header(key, value)
        self.end_headers()

    def _answer(self, name: str) -> dict[str, Any]:
        default = {"status": 204, "seconds": 0, "headers": {}}
        path = DIRECTORY / f"{name}.json"
        if not path.exists():
            return default
        answer: dict[str, Any] = default | json.loads(path.read_text())
        return answer if "once" not in answer or self._is_chosen(name, answer["once"]) else default

    def _is_chosen(self, name: str, each: int) -> bool:
        key = (name, self.headers["webhook-id"])
        new = key not in SEEN
        SEEN.add(key)
        return new and len(SEEN) % each == 0

    def log_message(self, *_: Any) -> None:
        """Logs nothing."""


class Server(ThreadingHTTPServer):
    request_queue_size = 100


server = Server(("127.0.0.1", PORT), Handler)
print(server.server_port, flush=True)
server.serve_forever()
