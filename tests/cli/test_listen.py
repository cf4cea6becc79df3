"""The small receiver prints what verifies and refuses the rest."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from standardwebhooks import Webhook

from cli.listen import create_listener

SECRET = "whsec_" + "A" * 43 + "="
OTHER = "whsec_" + "B" * 43 + "="
BODY = json.dumps({"type": "CANCEL", "data": {"version": 2}})


def signed(body: str = BODY, secret: str = SECRET, age: timedelta = timedelta()) -> dict[str, str]:
    at = datetime.now(UTC) - age
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", at, body),
    }


async def answer_to(body: str | bytes, headers: dict[str, str], method: str = "POST") -> httpx.Response:
    transport = httpx.ASGITransport(app=create_listener(SECRET))
    async with httpx.AsyncClient(transport=transport, base_url="http://listener") as client:
        return await client.request(method, "/", content=body, headers=headers)


async def test_what_verifies_is_printed_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    response = await answer_to(BODY, signed())
    assert (response.status_code, response.content) == (204, b"")
    identity, _, content = capsys.readouterr().out.strip().partition(" ")
    assert (identity, json.loads(content)) == ("msg_1", json.loads(BODY))


async def test_one_good_signature_among_several_is_enough() -> None:
    both = signed() | {
        "webhook-signature": f"{signed(secret=OTHER)['webhook-signature']} {signed()['webhook-signature']}"
    }
    assert (await answer_to(BODY, both)).status_code == 204


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (BODY, {}),
        (BODY, signed(secret=OTHER)),
        (BODY + " ", signed()),
        (BODY, signed() | {"webhook-id": "msg_2"}),
        (BODY, signed() | {"webhook-timestamp": "1"}),
        (BODY, signed() | {"webhook-timestamp": "now"}),
        (BODY, signed() | {"webhook-signature": "v1"}),
        (BODY, signed() | {"webhook-signature": "v1,A"}),
        (BODY, signed() | {"webhook-signature": "v2," + signed()["webhook-signature"][3:]}),
        (BODY, signed(age=timedelta(hours=1))),
        (BODY, signed(age=timedelta(hours=-1))),
        (b"\xff", signed()),
        ("", signed()),
        ("no JSON", signed("no JSON")),
    ],
)
async def test_what_does_not_verify_is_refused(
    body: str | bytes, headers: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    response = await answer_to(body, headers)
    assert response.status_code == 400
    written = capsys.readouterr()
    assert (written.out, written.err.startswith("refused: ")) == ("", True)


async def test_only_posts_are_taken() -> None:
    assert (await answer_to("", {}, method="GET")).status_code == 405
