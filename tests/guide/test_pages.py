"""Each page of the guide, run from top to bottom on a fresh demo, answers as it shows.

After a change of what is answered, `UPDATE_GUIDE=1 pytest tests/guide` writes new answers: read them.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from domain.errors import ErrorCode
from resolvers.errors import RequestErrorCode
from tests.guide.demo_partner import MEANWHILE, DemoPartner
from tests.guide.pages import (
    GUIDE,
    NOT_RUN_HERE,
    Exchange,
    Meanwhile,
    root_fields,
    steps,
    task_pages,
    written,
)
from tests.settings import default_schema

UPDATE = bool(os.environ.get("UPDATE_GUIDE"))
TASKS = [(page, page.read_text(encoding="utf-8")) for page in task_pages()]
ALL = sorted(GUIDE.glob("*.md"))
LINES = 120

of_each_task = pytest.mark.parametrize(("page", "text"), TASKS, ids=[page.stem for page, _ in TASKS])
of_each = pytest.mark.parametrize("page", ALL, ids=lambda page: page.stem)


@of_each_task
async def test_the_answers_are_those_of_the_page(partner: DemoPartner, page: Path, text: str) -> None:
    answered = text
    for step in reversed([await taken(partner, step) for step in steps(text)]):
        if step is not None:
            (start, end), answer = step
            answered = answered[:start] + answer + answered[end:]
    if UPDATE:
        write(page, answered)
    else:
        assert answered == text


def write(page: Path, text: str) -> None:
    page.write_text(text, encoding="utf-8")


async def taken(partner: DemoPartner, step: Exchange | Meanwhile) -> tuple[tuple[int, int], str] | None:
    """The answer's place in the page, and the new answer."""
    if isinstance(step, Meanwhile):
        await MEANWHILE[step.comment](partner)
        return None
    return step.span, written(await partner.answer(step)) + "\n"


def test_every_page_that_is_not_run_here_is_there() -> None:
    assert NOT_RUN_HERE.keys() < {page.name for page in ALL}


def test_every_api_field_is_on_a_tested_page() -> None:
    others = [(GUIDE / name).read_text(encoding="utf-8") for name in ("webhooks.md", "live-updates.md")]
    shown = set[str]().union(*map(root_fields, [*others, *(text for _, text in TASKS)]))
    schema = default_schema()._schema
    roots = [schema.query_type, schema.mutation_type, schema.subscription_type]
    assert {name for root in roots if root for name in root.fields} - shown == set()


@of_each_task
def test_the_page_is_short(page: Path, text: str) -> None:
    assert len(text.splitlines()) <= LINES


@of_each_task
def test_refusals_are_only_at_the_end_of_the_page(page: Path, text: str) -> None:
    well, _, problems = text.partition("\n## What can go wrong\n")
    codes = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", problems))
    assert codes <= set(ErrorCode) | set(RequestErrorCode)
    exchanges = [step for step in steps(text) if isinstance(step, Exchange)]
    met = [refusals(json.loads(step.answer)) for step in exchanges if step.span[0] > len(well)]
    assert codes & set[str]().union(*met)
    answers = [json.loads(step.answer) for step in exchanges if step.span[0] < len(well)]
    assert [answer for answer in answers if refusals(answer)] == []


def refusals(answer: Any) -> set[str]:
    """The codes in an answer's `userErrors` and `errors`."""
    if isinstance(answer, dict):
        own = {answer["code"]} if {"code", "message"} <= answer.keys() else set()
        own |= {answer["extensions"]["code"]} if {"extensions", "message"} <= answer.keys() else set()
        return own.union(*map(refusals, answer.values()))
    return set[str]().union(*map(refusals, answer)) if isinstance(answer, list) else set()


@of_each
def test_the_files_that_are_linked_are_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_index_names_every_page() -> None:
    index = (GUIDE / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in ALL if f"({page.name})" not in index] == ["README.md"]
