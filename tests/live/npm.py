"""Runs programs that use npm packages. Skips without node, npm or a registry."""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = Path(__file__).parent / "node"
SECONDS = 120  # for the install


def installed(directory: Path) -> Path:
    """The programs, beside the packages that they import."""
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        pytest.skip("There is no node here.")
    shutil.copytree(PROGRAMS, directory)
    install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(install, cwd=directory, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("The install took too long.")
    if done.returncode:
        pytest.skip(f"The install failed: {done.stderr.decode()[-300:]}")
    return directory


async def run(program: Path, **argument: Any) -> list[Any]:
    """The lines of JSON that the program prints. Its argument is JSON too."""
    node = shutil.which("node") or ""
    process = await asyncio.create_subprocess_exec(
        node, program, json.dumps(argument), stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(60):
            printed, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return [json.loads(line) for line in printed.splitlines()]
