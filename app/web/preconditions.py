"""ETag and If-Match on edits: nobody overwrites what they have not seen."""

from typing import Any

from litestar import Request

from app.errors import PreconditionFailed, PreconditionRequired


def etag(row_version: int) -> str:
    """The entity tag of a row's version."""
    return f'"{row_version}"'


def expected_version(request: Request[Any, Any, Any]) -> int | None:
    """The version that If-Match names; None for `*`. Raises PreconditionRequired without the header."""
    header = request.headers.get("if-match")
    if header is None:
        raise PreconditionRequired
    if header.strip() == "*":
        return None
    tag = header.strip().removeprefix("W/").strip('"')
    if not tag.isdecimal() or len(tag) > 9:
        raise PreconditionFailed
    return int(tag)
