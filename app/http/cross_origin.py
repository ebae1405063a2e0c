"""Protects against CSRF: a browser's unsafe request must come from our own pages, by Sec-Fetch-Site, else by Origin.

So forms, caches and tabs need no token; cookies are SameSite=Lax besides. See docs/decisions.
"""

from urllib.parse import urlsplit

from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.errors import N_, Forbidden

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class CrossOriginRefused(Forbidden):
    """The request was sent by a page of another site."""

    type = "cross-origin"
    sentence = N_("This request came from another site and was not carried out.")


def is_cross_origin(headers: Headers) -> bool:
    """Whether a browser says that another site's page sent this; other tools send no such header."""
    if site := headers.get("sec-fetch-site"):
        return site not in ("same-origin", "none")
    if origin := headers.get("origin"):
        return urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
    return False


class CrossOriginProtection(ASGIMiddleware):
    """Refuses unsafe requests of other sites' pages."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Pass on requests that are safe or come from our pages."""
        if (
            scope["type"] == ScopeType.HTTP
            and scope["method"] not in _SAFE
            and is_cross_origin(Headers.from_scope(scope))
        ):
            raise CrossOriginRefused
        await next_app(scope, receive, send)
