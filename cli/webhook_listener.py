"""A small receiver for trying webhooks out: prints what verifies, refuses what does not."""

import json

import typer
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route


def create_listener(secret: str) -> Starlette:
    """Answers 204 to a delivery that the secret has signed, 400 to any other."""
    webhook = Webhook(secret)

    async def receive(request: Request) -> PlainTextResponse:
        body = await request.body()
        try:
            content = webhook.verify(body, dict(request.headers))
        except (WebhookVerificationError, ValueError) as error:  # ValueError: no text, no base64
            typer.echo(f"refused: {error}", err=True)
            return PlainTextResponse("The signature does not verify.", 400)
        typer.echo(f"{request.headers['webhook-id']} {json.dumps(content)}")
        return PlainTextResponse("", 204)

    return Starlette(routes=[Route("/", receive, methods=["POST"])])
