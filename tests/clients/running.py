"""Programs of others, run to their end."""

import asyncio
from pathlib import Path

SECONDS = 60


async def ran(directory: Path, *words: str | Path, fails: bool = False) -> str:
    """What the program prints, run there; it must succeed, or must not."""
    process = await asyncio.create_subprocess_exec(
        *words, cwd=directory, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
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
