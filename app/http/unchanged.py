"""Pages that follow from facts: whoever has the page of today's facts is not sent it again.

Its tag is made of the fact revision, the reader with language and theme, the date and the build.
"""

from hashlib import blake2b
from typing import Any

from litestar import Request, Response

from app.actors import Actor
from app.build import build
from app.database.facts import FactState, get_fact_state
from app.http.reader import reader_locale, reader_theme

_AnyRequest = Request[Any, Any, Any]


async def answer_unchanged(request: _AnyRequest) -> Response[None] | None:
    """Answer 304 where the reader has the page already: a `before_request` of pages that show no time of day.

    The revision is read before the facts are: the page can be newer than its tag, never older.
    """
    async with request.app.state.database.pool.acquire() as connection:
        facts = await get_fact_state(connection)
    request.state.fact_revision = facts.revision
    request.state.etag = _tag(request, facts)
    if request.state.etag not in _known_tags(request):
        return None
    return Response(None, status_code=304, headers=page_headers(request))


def fact_revision(request: _AnyRequest) -> int:
    """Give the revision that `answer_unchanged` read."""
    revision: int = request.state.fact_revision
    return revision


def page_headers(request: _AnyRequest) -> dict[str, str]:
    """Give how a page may be kept: with a tag until it is asked for again, else, where somebody is signed in, never."""
    headers = {"Vary": "Accept-Language, Cookie"}
    etag: str | None = request.state.get("etag")
    if etag is not None:
        return {**headers, "ETag": etag, "Cache-Control": "private, no-cache"}
    return {**headers, "Cache-Control": "no-store" if request.scope.get("user") else "no-cache"}


def _tag(request: _AnyRequest, facts: FactState) -> str:
    user, clock = request.scope.get("user"), request.app.state.clock
    parts = (
        build(),
        facts.server_started_at,
        facts.revision,
        user.account_id if isinstance(user, Actor) else "",
        reader_locale(request),
        reader_theme(request),
        clock.local(clock.now()).date(),
    )
    # Weak: the bytes differ by what the browser can decode.
    return f'W/"{blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


def _known_tags(request: _AnyRequest) -> list[str]:
    return [tag.strip() for value in request.headers.getall("if-none-match", []) for tag in value.split(",")]
