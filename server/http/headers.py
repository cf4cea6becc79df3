"""Headers of a request, as ASGI hands them over: names in lower case, each as often as it was sent."""

from starlette.types import Scope


def header(scope: Scope, name: bytes) -> str | None:
    """The first header of that name."""
    for key, value in scope["headers"]:
        if key == name:
            found: str = value.decode("latin-1")
            return found
    return None


def joined(scope: Scope, name: bytes) -> str:
    """All headers of that name as one; empty where there is none."""
    return ", ".join([value.decode("latin-1") for key, value in scope["headers"] if key == name])
