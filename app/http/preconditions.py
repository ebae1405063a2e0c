"""ETag and If-Match on edits, so that nobody overwrites what they have not seen."""

from typing import Annotated

from litestar.params import HeaderParameter

from app.errors import PreconditionFailed, PreconditionRequired

IfMatch = Annotated[
    str | None,
    HeaderParameter(name="If-Match", required=False, description="The ETag of what was read, or `*` for any."),
]


def etag(row_version: int) -> str:
    """Give the entity tag of a row's version."""
    return f'"{row_version}"'


def named_version(if_match: str | None) -> int | None:
    """Give the version that If-Match names; None for `*`, and without the header."""
    return None if if_match is None else expected_version(if_match)


def expected_version(if_match: str | None) -> int | None:
    """Give the version that If-Match names; None for `*`. Raises PreconditionRequired without the header."""
    if if_match is None:
        raise PreconditionRequired
    if if_match.strip() == "*":
        return None
    tag = if_match.strip().removeprefix("W/").strip('"')
    if not tag.isdecimal() or len(tag) > 9:
        raise PreconditionFailed
    return int(tag)
