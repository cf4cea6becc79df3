"""The worker connects to an address, but the certificate must be valid for the name."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.webhooks.test_targets import send
from webhooks.sender import new_client

NAME = "right.example"


def _write_certificate(path: Path) -> None:
    """A self-signed one for NAME, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, form, plain)
    )


class Server:
    """Answers 204 to every request, and records the requested names."""

    def __init__(self, certificate: Path) -> None:
        self.certificate, self.names, self.requests = certificate, list[str | None](), list[bytes]()
        self.port = 0

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        context.sni_callback = lambda _socket, name, _context: self.names.append(name)  # type: ignore[assignment]
        return context

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    _write_certificate(tmp_path / "server.pem")
    server = Server(tmp_path / "server.pem")
    listening = await asyncio.start_server(server.answer, "127.0.0.1", 0, ssl=server.context())
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server


@pytest.fixture(autouse=True)
def _names_lead_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def here(_host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", here)


def trusting(server: Server) -> httpx.AsyncClient:
    return httpx.AsyncClient(verify=ssl.create_default_context(cafile=server.certificate), trust_env=False)


async def test_a_valid_certificate_is_accepted(server: Server) -> None:
    answer = await send(f"https://{NAME}:{server.port}/hook", trusting(server), insecure=True)
    assert (answer.error, server.names) == (None, [NAME])
    [request] = server.requests
    assert f"Host: {NAME}:{server.port}\r\n".encode() in request


async def test_the_certificate_of_another_name_is_refused(server: Server) -> None:
    answer = await send(f"https://wrong.example:{server.port}/hook", trusting(server), insecure=True)
    assert (answer.error, server.requests) == ("ConnectError", [])


async def test_an_untrusted_certificate_is_always_refused(
    server: Server,
) -> None:
    answer = await send(f"https://{NAME}:{server.port}/hook", new_client(), insecure=True)
    assert (answer.error, server.requests) == ("ConnectError", [])
