"""Invalid or incomplete HTTP is refused or dropped, and the next request is answered."""

import asyncio
import json

import httpx
import pytest

from tests.api.client import World
from tests.live.serving import Server
from tests.live.watching import PATIENCE

BODY = json.dumps({"query": "{ viewer { role } }"})
POST = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
REFUSED = {
    "no HTTP": "hello\r\n\r\n",
    "a TLS handshake": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "no host": "POST /graphql HTTP/1.1\r\n\r\n",
    "another version": "POST /graphql HTTP/9.9\r\nHost: x\r\n\r\n",
    "a length below zero": POST + "Content-Length: -1\r\n\r\n",
    "a length that is no number": POST + "Content-Length: ten\r\n\r\n",
    "two lengths": POST + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a length and chunks": POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "another transfer encoding": POST + "Transfer-Encoding: gzip\r\n\r\n",
    "a chunk that is none": POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a header without a name": POST + ": x\r\n\r\n",
    "a header with a blank": POST + "Authorization : x\r\n\r\n",
    "a header with NUL": POST + "Authorization: a\0b\r\n\r\n",
    "a header without end": POST + "X: " + "x" * 200_000,
    "very many headers": POST + "X: x\r\n" * 50_000,
    "a path without end": "GET /graphql?query=" + "x" * 200_000,
}
CUT_SHORT = {
    "nothing": "",
    "a line": "POST /graphql",
    "its head": POST,
    "half of its body": POST + "Authorization: {token}\r\nContent-Length: 1000\r\n\r\n" + '{{"query": ',
    "half of a chunk": POST + "Authorization: {token}\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n" + '{{"que',
}


async def _first_answer(server: Server, text: str, *, cut: bool = False) -> bytes:
    """What comes back for these bytes until the server closes; empty where it just does."""
    reading, writing = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writing.write(text.encode("latin-1"))
        if cut:
            writing.close()
            return b""
        async with asyncio.timeout(PATIENCE):
            return await reading.readline()
    except ConnectionError:
        return b""
    finally:
        writing.close()


async def _assert_well(server: Server, world: World) -> None:
    headers = {"authorization": f"Bearer {world.admin.token}", "content-type": "application/json"}
    async with httpx.AsyncClient(base_url=f"http://{server.host}") as client:
        response = await client.post("/graphql", content=BODY, headers=headers)
    assert response.json()["data"] == {"viewer": {"role": "PARTNER_ADMIN"}}


@pytest.mark.parametrize("name", REFUSED)
async def test_it_is_refused(server: Server, world: World, name: str) -> None:
    answer = await _first_answer(server, REFUSED[name])
    assert answer == b"" or answer.split()[1].startswith(b"4")
    await _assert_well(server, world)


@pytest.mark.parametrize("name", CUT_SHORT)
async def test_a_request_that_is_cut_short_harms_nobody(server: Server, world: World, name: str) -> None:
    token = f"Bearer {world.admin.token}"
    await _first_answer(server, CUT_SHORT[name].format(token=token), cut=True)
    await _assert_well(server, world)


async def test_a_body_may_come_in_small_chunks(server: Server, world: World) -> None:
    head = f"{POST}Authorization: Bearer {world.admin.token}\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = BODY.ljust(20_000)
    chunks = "".join(f"1\r\n{letter}\r\n" for letter in body)
    answer = await _first_answer(server, f"{head}{chunks}0\r\n\r\n")
    assert answer.split()[1] == b"200"
