"""Where a partner's URL may lead: not to private addresses in any form, nor to names that resolve to them."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.engine import new_id
from tests.webhooks.receiver import Receiver, receiving
from webhooks.deliveries import Answer, Delivery, Target
from webhooks.sender import Sender, new_client, retry_after

NOW = datetime(2021, 6, 16, 1, tzinfo=UTC)
UNSAFE = "it leads to an address that is not on the public internet"
SECRET = "whsec_" + "A" * 43 + "="
WRITTEN = [
    "127.0.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "017700000001", "0177.1", "127.1", "127.0.1",
    "0", "0.0.0.0", "10.1", "0xa9fea9fe", "2852039166", "0251.0376.0124776",  # noqa: S104 - nothing is bound
    "169.254.169.254",
    "100.100.100.200", "192.0.0.192", "168.63.129.16", "100.64.0.1", "192.168.0.1", "172.16.0.1",
    "224.0.0.1", "255.255.255.255", "localhost", "LOCALHOST",
    "[::1]", "[::]", "[fe80::1]", "[fd00:ec2::254]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]",
    "[::127.0.0.1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::a00:1]",
    "[ff02::1]", "[fec0::1]",
]  # fmt: skip
NAMED = {
    "one private": ["10.0.0.1"],
    "a public one first": ["93.184.216.34", "10.0.0.1"],
    "a private one first": ["127.0.0.1", "93.184.216.34"],
    "a private one of another family": ["93.184.216.34", "::1"],
    "metadata among many": ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "fd00:ec2::254"],
    "mapped": ["::ffff:169.254.169.254"],
}


def a_delivery(url: str) -> Delivery:
    target = Target(new_id(), url, (SECRET,))
    return Delivery(new_id(), new_id(), "CANCEL", NOW, {"version": 1}, "lease", 1, target)


async def send(url: str, client: httpx.AsyncClient, *, insecure: bool = False) -> Answer:
    async with client:
        return await Sender(client, insecure).send(a_delivery(url), NOW)


class Network:
    """Replaces name resolution and the network, and records resolved names and sent requests."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.resolved, self.sent = list(answers), list[str](), list[httpx.Request]()

    def getaddrinfo(self, host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        self.resolved.append(host)
        addresses = self.answers.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    def client(self) -> httpx.AsyncClient:
        def note(request: httpx.Request) -> httpx.Response:
            self.sent.append(request)
            return httpx.Response(204)

        return httpx.AsyncClient(transport=httpx.MockTransport(note))


@pytest.mark.parametrize("host", WRITTEN)
@pytest.mark.parametrize("rest", ["/hook", ":8443/hook"])
async def test_a_private_address_is_refused_in_any_form(host: str, rest: str) -> None:
    network = Network()
    answer = await send(f"https://{host}{rest}", network.client())
    assert (answer.error, network.sent) == (UNSAFE, [])


@pytest.mark.parametrize("addresses", NAMED.values(), ids=NAMED.keys())
async def test_a_name_is_refused_for_any_of_its_addresses(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Network(addresses)
    monkeypatch.setattr(socket, "getaddrinfo", network.getaddrinfo)
    answer = await send("https://hooks.example/", network.client())
    assert (answer.error, network.sent) == (UNSAFE, [])


@pytest.mark.parametrize(
    "url",
    ["http://93.184.216.34/", "HTTP://93.184.216.34/", "http://93.184.216.34:443/", "ftp://93.184.216.34/"],
)
async def test_only_https_is_allowed(url: str) -> None:
    network = Network()
    answer = await send(url, network.client())
    assert (answer.error, network.sent) == ("only https is allowed", [])


@pytest.mark.parametrize(
    "url", ["https://", "https:///x", "https://[::1", "https://a:b/", "file:///etc/passwd"]
)
@pytest.mark.parametrize("insecure", [False, True])
async def test_an_invalid_url_is_a_failure(url: str, insecure: bool) -> None:
    answer = await send(url, new_client(), insecure=insecure)
    assert answer.error


@pytest.mark.parametrize(
    ("url", "address", "port", "host"),
    [
        ("https://hooks.example/a?b=c", "93.184.216.34", None, "hooks.example"),
        ("https://hooks.example:8443/a?b=c", "93.184.216.34", 8443, "hooks.example:8443"),
        ("https://hooks.example:22/a?b=c", "2606:4700::1111", 22, "hooks.example:22"),
        ("https://xn--strae-oqa.example/a?b=c", "93.184.216.34", None, "xn--strae-oqa.example"),
    ],
)
async def test_it_connects_to_the_checked_address(
    url: str, address: str, port: int | None, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name would have another address the second time: it is resolved only once."""
    network = Network([address], ["127.0.0.1"])
    monkeypatch.setattr(socket, "getaddrinfo", network.getaddrinfo)
    assert (await send(url, network.client())).error is None
    [request] = network.sent
    name = host.partition(":")[0]
    assert network.resolved == [name]
    assert (request.url.host, request.url.port, request.url.raw_path) == (address, port, b"/a?b=c")
    assert (request.headers["host"], request.extensions["sni_hostname"]) == (host, name)
    assert "authorization" not in request.headers


async def test_a_rebound_name_does_not_change_the_address(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Network(["127.0.0.1"], ["127.0.0.2"])
    monkeypatch.setattr(socket, "getaddrinfo", network.getaddrinfo)
    answer = await send(f"http://rebound.example:{receiver.port}/hook", new_client(), insecure=True)
    assert answer.error is None
    assert [call.headers["Host"] for call in receiver.calls()] == [f"rebound.example:{receiver.port}"]
    assert network.resolved == ["rebound.example"]


async def test_the_environment_s_proxies_are_not_used(
    receiver: Receiver, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiving(tmp_path_factory.mktemp("proxy")) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        answer = await send(receiver.url("hook"), new_client(), insecure=True)
        assert (answer.error, len(receiver.calls()), proxy.calls()) == (None, 1, [])


async def test_slow_endpoints_leave_connections_free(receiver: Receiver) -> None:
    receiver.answer("slow", seconds=3)
    async with new_client() as client:
        sender = Sender(client, insecure=True)
        slow = [a_delivery(receiver.url("slow")) for _ in range(120)]
        sending = [asyncio.create_task(sender.send(delivery, NOW)) for delivery in slow]
        await asyncio.sleep(0.5)
        async with asyncio.timeout(2):
            answer = await sender.send(a_delivery(receiver.url("hook")), NOW)
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
    assert answer.error is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None), ("", None), ("0", 0), ("90", 90), ("9" * 5000, None), ("9" * 30, 10**9),
        ("-5", None), ("1.5", None), ("\u0663", None), ("Wed, 16 Jun 2021 01:01:30 GMT", 90),
        ("Wed, 16 Jun 2021 03:01:30 +0200", 90), ("Wed, 16 Jun 2021 00:00:00 GMT", 0),
        ("Wed, 16 Jun 2021 01:01:30 -0000", None), ("Wed, 16 Jun 99999999999999999999 01:01:30 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_in_seconds_or_as_a_date(header: str | None, seconds: int | None) -> None:
    assert retry_after(header, NOW) == (None if seconds is None else timedelta(seconds=seconds))


@given(header=st.text() | st.from_regex(r"\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ [+-]?\w+", fullmatch=True))
def test_no_retry_after_raises(header: str) -> None:
    pause = retry_after(header, NOW)
    assert pause is None or pause >= timedelta()
