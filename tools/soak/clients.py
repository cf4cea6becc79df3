"""Clients that change a subscription. They repeat each request with its key until it is answered."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx

CHANGE = """mutation($input: ChangeQuantityInput!) { changeQuantity(input: $input) {
  record { id } quote { price { amount } } userErrors { code message } } }"""
SETTINGS = """mutation($input: UpdateSettingsInput!) { updateSettings(input: $input) {
  record { id } quote { price { amount } } userErrors { code message } } }"""
READ = """query($id: ID!) { subscription(by: {id: $id}) { version price { amount }
  history(first: 5) { totalCount edges { node { summary } } }
  invoices(first: 3) { edges { node { number } } } } }"""
PAUSE = 0.1  # seconds between two rounds, and before asking again
RETRYABLE = {"UNAVAILABLE", "DEADLINE_EXCEEDED"}


@dataclass
class Notes:
    """Of all clients: seconds of each answer, error codes, and when mutations were acknowledged."""

    seconds: list[float] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    acknowledged_at: list[float] = field(default_factory=list)
    reads: int = 0
    unexpected: list[str] = field(default_factory=list)


@dataclass
class Client:
    """Changes one subscription that no other client changes."""

    http: httpx.AsyncClient
    token: str
    subscription: str
    notes: Notes
    quantity: int
    records: list[str] = field(default_factory=list)
    charged: Decimal = Decimal(0)

    async def act(self, running: Callable[[], bool]) -> None:
        """Mutates and reads in turn while `running()`. The last mutation is answered too."""
        while running():
            await self._mutate(f"{self.subscription} {len(self.records)}")
            if await self._ask(READ, {"id": self.subscription}):
                self.notes.reads += 1
            await asyncio.sleep(PAUSE)

    async def _mutate(self, key: str) -> None:
        own: dict[str, Any] = {"subscriptionId": self.subscription, "idempotencyKey": key}
        if len(self.records) % 2 == 0:
            self.quantity += 1
            name, query, data = "changeQuantity", CHANGE, own | {"quantity": self.quantity}
        else:
            name, query, data = "updateSettings", SETTINGS, own | {"settings": {"key": key}}
        while True:
            if answer := await self._ask(query, {"input": data}):
                break
            await asyncio.sleep(PAUSE)
        self._note(answer[name])

    def _note(self, payload: Any) -> None:
        if payload["userErrors"]:
            self.notes.unexpected.append(str(payload["userErrors"]))
            return
        self.notes.acknowledged_at.append(time.monotonic())
        self.records.append(payload["record"]["id"])
        self.charged += Decimal(payload["quote"]["price"]["amount"])

    async def _ask(self, query: str, variables: dict[str, Any]) -> Any:
        """The data; None if the request may be repeated."""
        began = time.monotonic()
        headers = {"Authorization": f"Bearer {self.token}"}
        body = {"query": query, "variables": variables}
        response = await self.http.post("/graphql", json=body, headers=headers)
        self.notes.seconds.append(time.monotonic() - began)
        answer = response.json()
        codes = {error.get("extensions", {}).get("code", "none") for error in answer.get("errors", [])}
        self.notes.codes.update(codes)
        if codes - RETRYABLE:
            self.notes.unexpected.append(f"{response.status_code} {answer}")
        return None if codes else answer["data"]
