"""The servers under test: one process each, on 127.0.0.1, stopped with the benchmark."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.principal import Principal, Role
from server.auth.signing_key import instance_key
from server.auth.tokens import mint
from tools.bench.data import PARTNER, plain
from tools.server_process import TENURE, Server, started

PEERS = Path(__file__).parent / "peers"


@contextmanager
def tenure(url: str, folder: Path, *, plans: bool = True) -> Iterator[Server]:
    """`tenure serve` as in production, with an admin's token, but without an effective rate limit."""
    settings = {"DATABASE_URL": url, "DATA_DIR": str(folder), "PLANS": str(plans), "SHUTDOWN_GRACE": "0"}
    settings["RATE_LIMIT"] = "1000000000"
    token = mint(
        instance_key(folder), Principal(Role.PARTNER_ADMIN, "bench", PARTNER), int(time.time()), days=1
    )
    with started(TENURE, settings, token=token) as server:
        yield server


@contextmanager
def uvicorn(name: str, url: str) -> Iterator[Server]:
    """A module of tools.bench with an `app`."""
    command = (sys.executable, "-m", "uvicorn", f"tools.bench.{name}:app", "--port", "PORT")
    quiet = ("--no-access-log", "--log-level", "warning")
    with started((*command, *quiet), {"DATABASE_URL": plain(url)}) as server:
        yield server


def install_peers(folder: Path) -> str | None:
    """Installs the peers on Node. Returns the reason if that fails, else None."""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    for path in PEERS.iterdir():
        if path.is_file():
            shutil.copy(path, folder)
    command = [npm, "install", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=300)
    except subprocess.CalledProcessError as error:
        return f"npm install failed: {error.stderr.strip()[-300:]}"
    except subprocess.TimeoutExpired:
        return "npm install took longer than five minutes"
    return None


@contextmanager
def node(script: str, folder: Path, peer_url: str) -> Iterator[Server]:
    settings = {"DATABASE_URL": peer_url, "PARTNER_ID": str(PARTNER), "NODE_ENV": "production"}
    settings["GRAPHILE_ENV"] = "production"
    command = (str(folder / "node_modules" / ".bin" / "node"), f"{script}.mjs")
    with started(command, settings, folder=folder) as server:
        yield server


def versions(folder: Path) -> dict[str, str]:
    """The versions of the installed peers."""
    required: dict[str, str] = json.loads((PEERS / "package.json").read_text(encoding="utf-8"))[
        "dependencies"
    ]
    return {name: required[name] for name in required if (folder / "node_modules" / name).exists()}
