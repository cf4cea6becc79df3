"""A webhook worker as a process: python -m tests.webhooks.worker_process URL TIMEOUT LEASE, in seconds."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from workers.webhooks import WebhookWorker


async def main(url: str, patience: float, lease: float) -> None:
    await WebhookWorker(
        url,
        lambda: datetime.now(UTC),
        insecure=True,
        poll=0.02,
        timeout=patience,
        lease_for=timedelta(seconds=lease),
    ).run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3])))
