"""The instance's own signing key: created at the first start, in a file that only its owner may read."""

import json
import os
import tempfile
from pathlib import Path

from joserfc.jwk import OKPKey

NAME = "instance-key.json"


def instance_key(data_dir: Path) -> OKPKey:
    """The key in that directory, created if missing. Two processes that start at once get the same key."""
    path = data_dir / NAME
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        key = OKPKey.generate_key("Ed25519")
        _write_once(path, json.dumps(key.as_dict(private=True)))
    return OKPKey.import_key(json.loads(path.read_text(encoding="utf-8")))


def _write_once(path: Path, content: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
    try:
        os.link(name, path)  # unlike a rename, it does not replace an existing file
    except FileExistsError:
        pass
    finally:
        os.unlink(name)
