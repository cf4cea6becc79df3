"""GraphQL over WebSocket (graphql-transport-ws): who asks, and for how long."""

import asyncio

from starlette.websockets import WebSocket, WebSocketState

from resolvers.context import SocketContext

EXPIRED = 4403
"""The code that closes a socket whose token has ended; graphql-ws knows it as Forbidden."""


def authorization_of(context: SocketContext) -> str:
    """What connection_init carries: `{"Authorization": "Bearer …"}`."""
    for name, value in context.connection_params.items():
        if name.lower() == "authorization" and isinstance(value, str):
            return value
    return ""


def close_when_expired(socket: WebSocket, seconds: float) -> None:
    """Closes the socket when its token ends."""
    handle = asyncio.get_running_loop().call_later(max(seconds, 0), _close, socket)
    socket.state.expiry = handle


def _close(socket: WebSocket) -> None:
    if socket.application_state is WebSocketState.CONNECTED:
        socket.state.closing = asyncio.create_task(socket.close(EXPIRED, "The token has expired."))
