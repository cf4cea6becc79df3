"""Repeats a first answer word for word, and keeps the words of new ones. Source: rules, section 9.

The effect and its outcome are kept in the action's own transaction; the words follow right after the
answer is made. Should the server die in between, a repetition is answered from the outcome instead.
"""

import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

import orjson
from strawberry.extensions import SchemaExtension

from models.engine import is_disconnect, partner_transaction
from models.store.idempotency import keep_words
from resolvers.context import Context


class FirstAnswers(SchemaExtension):
    async def on_execute(self) -> AsyncIterator[None]:
        yield
        context: Context = self.execution_context.context
        result: Any = self.execution_context.result
        if not (context.words_to_keep or context.words_to_repeat) or result is None or not result.data:
            return
        document = self._document()
        for path, (first_document, words) in context.words_to_repeat.items():
            if first_document == document and path in result.data:
                result.data[path] = orjson.loads(words)
        if not result.errors:
            await self._keep(context, document, result.data)

    def _document(self) -> str:
        """Stands for the operation with its variables: what shapes an answer."""
        execution = self.execution_context
        parts = [execution.query, execution.operation_name, execution.variables]
        return hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()

    async def _keep(self, context: Context, document: str, data: dict[str, Any]) -> None:
        for path, key in context.words_to_keep.items():
            try:
                async with partner_transaction(context.engine, context.partner_id) as connection:
                    # As text: JSONB would put the fields in an order of its own.
                    words = orjson.dumps(data[path]).decode()
                    await keep_words(connection, context.partner_id, key, document, words)
            except Exception as error:
                # The action is committed; its words are a courtesy that must not turn it into a failure.
                if not is_disconnect(error):
                    raise
