"""The guide quotes the files that the other tests run."""

import re
from pathlib import Path
from textwrap import dedent

import pytest
from graphql import GraphQLObjectType

from tests.settings import default_schema

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guide" / "clients.md").read_text(encoding="utf-8")
QUOTES = re.findall(r"<!-- (\S+) -->\n```\w+\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize(("path", "quote"), QUOTES)
def test_each_quote_is_part_of_its_file(path: str, quote: str) -> None:
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines(keepends=True)
    count = quote.count("\n")
    assert quote in {dedent("".join(lines[i : i + count])) for i in range(len(lines))}


def test_every_block_names_its_file() -> None:
    assert len(QUOTES) == GUIDE.count("\n```") / 2 == 6


def test_the_files_that_are_linked_are_there() -> None:
    links = re.findall(r"\]\((\.\./[^)#]+)\)", GUIDE)
    assert [link for link in links if not (ROOT / "docs" / "guide" / link).exists()] == []


def test_the_types_that_have_no_id_are_listed() -> None:
    listed = re.findall(r'"(\w+)"', (ROOT / "tests" / "clients" / "values.js").read_text(encoding="utf-8"))
    schema = default_schema()._schema
    roots = {schema.query_type, schema.mutation_type, schema.subscription_type}
    kinds = [kind for kind in schema.type_map.values() if isinstance(kind, GraphQLObjectType)]
    without = {kind.name for kind in kinds if "id" not in kind.fields and kind not in roots}
    other = re.compile(r"__\w+|PageInfo|\w+(Payload|Connection|Edge)")
    assert sorted(name for name in without if not other.fullmatch(name)) == listed
