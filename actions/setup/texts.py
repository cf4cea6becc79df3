"""Bounds of what people write. PostgreSQL's text can hold neither NUL nor an unpaired surrogate."""

from domain.errors import ErrorCode, LifecycleError

MAX_CODE = 100
MAX_NAME = 200


def check_code(code: str, *field: str) -> None:
    """Raises INVALID_VALUE for blanks alone, and above MAX_CODE characters."""
    check_text("A code", code, MAX_CODE, *field)


def check_name(name: str, *field: str) -> None:
    """Raises INVALID_VALUE for blanks alone, and above MAX_NAME characters."""
    check_text("A name", name, MAX_NAME, *field)


def check_text(what: str, text: str, longest: int, *field: str) -> None:
    """Raises INVALID_VALUE for blanks alone, NUL, unpaired surrogates, and above `longest` characters."""
    if not text.strip() or len(text) > longest:
        raise LifecycleError(ErrorCode.INVALID_VALUE, f"{what} must have 1 to {longest} characters.", *field)
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"{what} must not hold NUL or unpaired surrogates.", *field
        )
