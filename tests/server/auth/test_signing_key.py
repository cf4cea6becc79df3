"""The instance's key is created once, then found again."""

from pathlib import Path

from domain.principal import Principal, Role
from server.auth.signing_key import instance_key
from server.auth.tokens import InstanceTokens, authenticate, mint


async def test_a_token_outlives_a_restart(tmp_path: Path) -> None:
    token = mint(instance_key(tmp_path), Principal(Role.PLATFORM_OPERATOR, "Op"), issued_at=0, days=1)
    verifier = InstanceTokens(instance_key(tmp_path))
    assert (await authenticate(verifier, f"Bearer {token}", now=60)).name == "Op"


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    instance_key(tmp_path)
    [file] = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
