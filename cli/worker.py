"""`tenure worker`."""

import asyncio
import signal
from collections.abc import Sequence
from typing import Annotated

import typer
from prometheus_client import start_http_server

from app import Background, system_clock
from cli.console import database
from server.settings import Settings
from workers.renewals import RenewalWorker
from workers.webhooks import WebhookWorker


def worker(
    metrics_port: Annotated[
        int | None, typer.Option(help="Serve Prometheus metrics on this port of HOST.")
    ] = None,
) -> None:
    """Renew, expire, apply scheduled changes, issue invoices and send webhooks when they are due."""
    settings = Settings()
    if metrics_port:
        start_http_server(metrics_port, settings.host)
    with database(settings) as url:
        asyncio.run(_work(workers_of(url, settings)))


def workers_of(url: str, settings: Settings) -> Sequence[Background]:
    return (
        RenewalWorker(url, system_clock),
        WebhookWorker(url, system_clock, insecure=settings.webhooks_insecure),
    )


async def _work(workers: Sequence[Background]) -> None:
    def stop() -> None:
        for each in workers:
            each.stop()

    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop)
    await asyncio.gather(*(each.run() for each in workers))
