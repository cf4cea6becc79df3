"""`tenure listen`: a small receiver to try webhooks with."""

import json
from contextlib import suppress
from typing import Annotated

import typer
import uvicorn
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from cli.console import fail
from demo.load import LISTENER_PORT
from server.settings import Settings


def listen(
    secret: Annotated[str | None, typer.Option(help="whsec_…; if left out, the demo's.")] = None,
    port: Annotated[int, typer.Option(help="TCP port of 127.0.0.1.")] = LISTENER_PORT,
) -> None:
    """Receive webhooks, and print those whose signature is valid."""
    if secret is None:
        path = Settings().data_dir / "demo.json"
        if not path.exists():
            fail("Give --secret, or load the demo first.")
        secret = json.loads(path.read_text(encoding="utf-8"))["webhook"]["secret"]
    typer.echo(f"Listening on http://127.0.0.1:{port}/")
    with suppress(KeyboardInterrupt):
        uvicorn.run(create_listener(secret), host="127.0.0.1", port=port, log_level="warning")


def create_listener(secret: str) -> Starlette:
    """Answers 204 to a delivery that is signed with the secret, 400 to any other."""
    webhook = Webhook(secret)

    async def receive(request: Request) -> PlainTextResponse:
        body = await request.body()
        try:
            content = webhook.verify(body, dict(request.headers))
        except (WebhookVerificationError, ValueError) as error:  # ValueError: not text, or not base64
            typer.echo(f"refused: {error}", err=True)
            return PlainTextResponse("The signature does not verify.", 400)
        typer.echo(f"{request.headers['webhook-id']} {json.dumps(content)}")
        return PlainTextResponse("", 204)

    return Starlette(routes=[Route("/", receive, methods=["POST"])])
