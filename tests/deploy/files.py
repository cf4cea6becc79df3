"""Reads the files in deploy/."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))


def manifests() -> Iterator[dict[str, Any]]:
    for path in MANIFESTS:
        yield from yaml.safe_load_all(path.read_text(encoding="utf-8"))


def manifest(kind: str, name: str) -> dict[str, Any]:
    [found] = [
        one for one in manifests() if (one["kind"], one.get("metadata", {}).get("name")) == (kind, name)
    ]
    return found


def pods() -> dict[str, Any]:
    """The pod's spec, by its workload's name."""
    return {
        one["metadata"]["name"]: one["spec"]["template"]["spec"]
        for one in manifests()
        if one["kind"] in {"Deployment", "Job"}
    }


def variables(path: Path) -> dict[str, str]:
    """Of a file of `NAME=value`, also those that are commented out."""
    lines = (line.removeprefix("#") for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line[:1].isupper() and "=" in line)
    return {name: value for name, _, value in pairs if name.replace("_", "").isalnum()}
