"""Files with byte order marks, other line ends, and content that cannot be read."""

import io

import pytest

from tests.transfer.import_partner import SHOP, Books, sold
from transfer.import_file import Imported
from transfer.problems import Problems
from transfer.records import Records, source_of
from transfer.sources import BOM, MAX_LINE, Format
from transfer.yaml_source import MAX_YAML


def problems_of(content: bytes, kind: Format = Format.JSONL) -> list[str]:
    """The problems of a file that are found without the database."""
    problems = Problems()
    records = Records(source_of(io.BytesIO(content), kind, problems), problems)
    records.header()
    records.read(lambda _: None)
    for _ in records.subscriptions(lambda _: None):
        pass
    return [problem.removeprefix("f:") for problem in problems.report("f")]


async def test_byte_order_marks_and_line_ends_do_not_matter(books: Books) -> None:
    content = books.lines(*SHOP, sold()).replace("\n", "\r\n\r\n").encode()
    loaded, problems = await books.load(BOM + content)
    assert (loaded.new["subscription"], problems) == (1, [])
    plain = books.lines(*SHOP, sold())
    assert await books.load(plain.removesuffix("\n")) == (Imported({}, 6), [])


async def test_lines_are_counted_as_an_editor_counts_them(books: Books) -> None:
    content = BOM + books.lines(*SHOP).replace("\n", "\r\n\r\n").encode() + b"{}"
    _, [problem] = await books.load(content)
    assert problem.startswith("file:13: ")


EMPTY = '1: The file is empty. Begin with {"tenure": 1, "partner": {"currency": "…"}}.'
HEADER = b'{"tenure": 1, "partner": {"currency": "USD"}}\n'
DEEP = b'{"subscription": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"


@pytest.mark.parametrize("content", [b"", BOM, b"\n\n", b"  \r\n"])
def test_an_empty_file_is_a_problem(content: bytes) -> None:
    assert problems_of(content) == [EMPTY]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"\xff\xfe", "This is not UTF-8. Save the file in UTF-8."),
        ("{}".encode("utf-16"), "This is not UTF-8. Save the file in UTF-8."),
        (b'{"sku": {"code": "a", "code": "b"}}', "The key code comes twice in one object. Give it once."),
        (b'{"sku": 1, "sku": 2}', "The key sku comes twice in one object. Give it once."),
        (b'{"sku": Infinity}', "Infinity is no number of JSON's."),
        (DEEP, "This is nested too deep."),
        (b'{"sku": }', "This is not JSON: Expecting value, at column 9."),
        (b'{"sku": {"code": "' + b"x" * MAX_LINE, f"A line may have at most {MAX_LINE} bytes."),
    ],
    ids=["bytes", "utf-16", "twice", "twice outside", "infinite", "deep", "broken", "long"],
)
def test_after_a_bad_line_the_next_is_read(line: bytes, problem: str) -> None:
    found = problems_of(HEADER + line + b'\n{"sku": {}}\n')
    assert found[0] == f"2: {problem}"
    assert [one.split(":")[0] for one in found[1:]] == ["3"] * 3


def test_the_longest_line_is_read() -> None:
    code = b'{"sku": {"code": "'
    line = code + b"x" * (MAX_LINE - len(code) - 4) + b'"}}\n'
    assert len(line) == MAX_LINE
    assert problems_of(HEADER + line)[0] == "2: sku.code: A code must have 1 to 100 characters."


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "1: Give a mapping with the keys tenure, partner,"),
        (b"- a\n", "1: Give a mapping with the keys tenure, partner,"),
        (b"skus: []\n", "1: Begin with `tenure: 1` and `partner:`."),
        (b"tenure: 1\npartner: {currency: USD\n", "3: This is not YAML: "),
        (b"tenure: 1\npartner: {}\n\tskus: []\n", "3: This is not YAML: "),
        (b"tenure: 1\nskus: &all []\nnumbers: *all\n", "3: Aliases (*name) are not read."),
        (b"tenure: 1\nskus:\n- !!python/object:os.system x\n", "3: The tag tag:yaml.org,2002:python/object"),
        (b"tenure: 1\nskus:\n- {1: a}\n", "3: A key must be a text."),
        (b"tenure: 1\nskus:\n- {code: a,\n   code: b}\n", "4: The key code comes twice"),
        (b"tenure: 1\ntenure: 2\n", "2: The key tenure comes twice"),
        (b"tenure: 1\nskus: all\n", "2: skus must be a list."),
        (b"tenure: 1\nskus:\n- {code: .inf}\n", "3: Infinite numbers cannot be kept."),
        (b"tenure: 1\nskus: " + b"[" * 100_000 + b"]" * 100_000, "2: This is nested too deep."),
        (b"tenure: \xff\n", "1: This is not YAML in UTF-8: "),
        (b"#" * (MAX_YAML + 1), f"1: A YAML file may have at most {MAX_YAML} bytes. Use JSON Lines."),
    ],
)
def test_unreadable_yaml_is_reported_with_its_line(content: bytes, problem: str) -> None:
    found = problems_of(content, Format.YAML)
    assert any(one.startswith(problem) for one in found), found


def test_a_bomb_of_aliases_is_not_expanded() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    assert problems_of("\n".join(lines).encode(), Format.YAML) == [
        "2: Aliases (*name) are not read. Write it out."
    ]
