"""Runs programs to their end."""

import asyncio
from pathlib import Path

SECONDS = 60


async def ran(directory: Path, *command: str | Path, fails: bool = False) -> str:
    """The output of the program, run in that directory. It must succeed, or fail if `fails`."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=directory, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        async with asyncio.timeout(SECONDS):
            printed, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert (process.returncode != 0) is fails, printed.decode()
    return printed.decode()
