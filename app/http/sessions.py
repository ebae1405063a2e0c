"""Sessions: a random cookie, whose hash is in PostgreSQL, so that a flushed cache signs nobody out."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response
from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import ASGIApp

from app.actors import Actor
from app.database import Connection
from app.settings import Settings

SESSION_COOKIE = "session"
# Seconds; the longest that browsers keep a cookie. When a session ends is decided by its row.
_COOKIE_LIFE = 400 * 24 * 3600

# Who a session's token belongs to.
FindActor = Callable[[Connection, str], Awaitable[Actor | None]]


class SessionMiddleware(AbstractAuthenticationMiddleware):
    """Finds who the cookie belongs to; without one, the reader is a visitor, and guards decide."""

    def __init__(self, app: ASGIApp, find_actor: FindActor) -> None:
        super().__init__(app)
        self._find_actor = find_actor

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        """Look the cookie up; a request without one asks nothing."""
        token = connection.cookies.get(SESSION_COOKIE)
        if not token:
            return AuthenticationResult(user=None, auth=None)
        async with connection.app.state.database.pool.acquire() as database_connection:
            actor = await self._find_actor(database_connection, token)
        return AuthenticationResult(user=actor, auth=token if actor else None)


def set_session_cookie(response: Response[Any], token: str, *, settings: Settings) -> None:
    """HttpOnly, SameSite=Lax; Secure where people reach the school by https, whatever the last proxy speaks."""
    response.set_cookie(
        SESSION_COOKIE, token, max_age=_COOKIE_LIFE, httponly=True, secure=settings.is_https, samesite="lax", path="/"
    )


def clear_session_cookie(response: Response[Any]) -> None:
    """Delete the cookie of this browser."""
    response.delete_cookie(SESSION_COOKIE, path="/")
