"""Request ids: in the response, in its errors, and in every log line."""

import json
from typing import Any

import pytest
import structlog

from resolvers.loaders import Loaders
from resolvers.log_context import BOUND, merge_bound
from resolvers.plan.plan import Plans
from tests.api.client import Api
from tests.api.sample_partner import SamplePartner

VIEWER = json.dumps({"query": "query Who { viewer { role } }"})


@pytest.mark.parametrize("given", ["abc", "A-z_0.9:/+=", "x" * 128, "4bf92f35-77b3"])
async def test_a_plain_id_is_taken_over(sample: SamplePartner, given: str) -> None:
    response = await sample.admin.send('{"query": "{"}', **{"x-request-id": given})
    assert response.headers["x-request-id"] == given
    assert [error["extensions"]["requestId"] for error in response.json()["errors"]] == [given]


@pytest.mark.parametrize(
    "given", ["", " ", "a b", "x" * 129, 'a"b', "a\tb", "<script>", "a,b", "%0d", "é".encode()]
)
async def test_another_id_is_not(sample: SamplePartner, given: Any) -> None:
    response = await sample.admin.send('{"query": "{"}', **{"x-request-id": given})
    own = response.headers["x-request-id"]
    assert len(own) == 36
    assert [error["extensions"]["requestId"] for error in response.json()["errors"]] == [own]


async def test_each_request_has_an_id_of_its_own(api: Api) -> None:
    ids = {
        (await api.client.get(path)).headers["x-request-id"] for path in ("/healthz", "/nothing", "/graphql")
    }
    assert len(ids) == 3


async def test_one_line_is_logged_of_a_request(sample: SamplePartner) -> None:
    with structlog.testing.capture_logs(processors=[merge_bound]) as lines:
        response = await sample.admin.send(VIEWER, **{"x-request-id": "mine"})
    [line] = lines
    assert isinstance(line.pop("duration_ms"), float)
    assert line.pop("partner")
    assert line == {
        "event": "request",
        "log_level": "info",
        "request_id": response.headers["x-request-id"],
        "method": "POST",
        "path": "/graphql",
        "status": 200,
        "principal": "partner_admin",
        "role": "PARTNER_ADMIN",
        "operation": "Who",
        "operation_type": "query",
        "cost": 1,
    }


async def test_the_query_string_is_not_logged(sample: SamplePartner) -> None:
    with structlog.testing.capture_logs() as lines:
        await sample.api.client.get(
            "/graphql", params={"query": "{ viewer { role } }", "variables": '"secret"'}
        )
    assert [line["path"] for line in lines] == ["/graphql"]
    assert "secret" not in str(lines)


async def test_bound_values_end_with_their_request(sample: SamplePartner) -> None:
    await sample.admin.send(VIEWER)
    assert BOUND.get() == {}


async def test_a_fault_is_logged_with_its_request_id(
    sample: SamplePartner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise LookupError("secret words")

    monkeypatch.setattr(Loaders, "count", broken)
    monkeypatch.setattr(Plans, "answer", broken)
    with structlog.testing.capture_logs(processors=[merge_bound]) as lines:
        response = await sample.admin.send('{"query": "{ customers { totalCount } }"}')
    [error] = response.json()["errors"]
    assert error["extensions"] == {"code": "INTERNAL", "requestId": response.headers["x-request-id"]}
    assert "secret" not in response.text
    fault, request = [line for line in lines if line["event"] != "plan failed"]
    assert fault["event"] == "fault"
    assert "secret words" in fault["exception"]
    assert fault["request_id"] == request["request_id"] == response.headers["x-request-id"]


async def test_an_early_fault_is_json(sample: SamplePartner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.http.endpoint.authenticate", lambda *_: 1 / 0)
    response = await sample.admin.send(VIEWER)
    assert response.status_code == 500
    [error] = response.json()["errors"]
    assert error["extensions"] == {"code": "INTERNAL", "requestId": response.headers["x-request-id"]}
    assert "division" not in response.text
