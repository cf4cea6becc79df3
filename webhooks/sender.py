"""Sends one delivery to one endpoint, at an address that was checked. Standard Webhooks."""

import asyncio
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
import orjson
from standardwebhooks import Webhook

from webhooks.deliveries import Answer, Delivery
from webhooks.public_addresses import is_public

TIMEOUT = 15.0  # seconds for an attempt


class UnsafeTargetError(Exception):
    """The URL leads to an address that partners must not reach."""


@dataclass(frozen=True)
class Sender:
    """`insecure` allows plain HTTP and private addresses: only for tests and the demo.

    `timeout` is in seconds, for a whole attempt.
    """

    client: httpx.AsyncClient
    insecure: bool = False
    timeout: float = TIMEOUT

    async def send(self, delivery: Delivery, now: datetime) -> Answer:
        """Returns the result of one attempt. Errors of the network and of the endpoint do not raise.

        Error texts do not name the URL, because customers read them too.
        """
        try:
            async with asyncio.timeout(self.timeout):
                return await self._post(delivery, now)
        except TimeoutError:
            return Answer(f"no answer within {self.timeout:g} seconds")
        except UnsafeTargetError as error:
            return Answer(str(error))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return Answer(type(error).__name__)

    async def _post(self, delivery: Delivery, now: datetime) -> Answer:
        url = httpx.URL(delivery.target.url)
        if url.scheme != "https" and not self.insecure:
            raise UnsafeTargetError("only https is allowed")
        host = url.raw_host.decode()  # as the URL spells it; `url.host` may differ
        address = await self._checked_address(host, url.port or (443 if url.scheme == "https" else 80))
        content = body_of(delivery)
        # Connects to the checked address: resolving the name again could give another one.
        request = self.client.build_request(
            "POST",
            url.copy_with(host=address),
            content=content,
            headers=headers_of(delivery, content, now) | {"Host": url.netloc.decode()},
            extensions={"sni_hostname": host},
        )
        response = await self.client.send(request, stream=True)
        try:
            return _answer(response, now)
        finally:
            await response.aclose()

    async def _checked_address(self, host: str, port: int) -> str:
        loop = asyncio.get_running_loop()
        infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(info[4][0]) for info in infos]
        if not self.insecure and not all(is_public(address) for address in addresses):
            raise UnsafeTargetError("it leads to an address that is not on the public internet")
        return addresses[0]


def new_client() -> httpx.AsyncClient:
    """A client that follows no redirects and uses no proxies: both would bypass the check of the address.

    It reuses no connection: a connection opened for one name must not serve another name at the same address.
    It has no limit of connections, because slow endpoints would use it up.
    """
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    return httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=TIMEOUT, limits=limits)


def body_of(delivery: Delivery) -> bytes:
    """The body is identical for each attempt and each endpoint."""
    return orjson.dumps({"type": delivery.kind, "timestamp": delivery.created_at, "data": delivery.payload})


def headers_of(delivery: Delivery, content: bytes, now: datetime) -> dict[str, str]:
    """The id stays the same; each attempt has its own timestamp and a signature by each secret."""
    message_id = f"msg_{delivery.id}"
    text = content.decode()
    signatures = [Webhook(secret).sign(message_id, now, text) for secret in delivery.target.secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Tenure",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _answer(response: httpx.Response, now: datetime) -> Answer:
    if 200 <= response.status_code < 300:
        return Answer()
    error = f"HTTP {response.status_code}"
    gone = response.status_code == httpx.codes.GONE
    return Answer(error, gone, retry_after(response.headers.get("Retry-After"), now))


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """How long the header asks to wait (seconds or an HTTP date); None if it is missing or invalid."""
    if not header:
        return None
    try:
        if header.isascii() and header.isdigit():
            return timedelta(seconds=min(int(header), 10**9))
        return max(parsedate_to_datetime(header) - now, timedelta())
    except (ValueError, TypeError, OverflowError):
        return None
