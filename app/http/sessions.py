"""Sessions: a random cookie, whose hash is in PostgreSQL, so that a flushed cache signs nobody out."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from litestar import Response
from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.settings import Settings

SESSION_COOKIE = "session"
# Seconds; the longest that browsers keep a cookie. When a session ends is decided by its row.
_COOKIE_LIFE = 400 * 24 * 3600

# Finds who a session's token belongs to; the application's state has it as `find_actor`.
FindActor = Callable[[Connection, str, date], Awaitable[Actor | None]]


class SessionMiddleware(AbstractAuthenticationMiddleware):
    """Finds the person of a request's cookie; what a visitor may do is decided by the guards."""

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        """Look the cookie up; a request without one asks nothing."""
        actor = await find_signed_in(connection)
        return AuthenticationResult(user=actor, auth=connection.cookies[SESSION_COOKIE] if actor else None)


async def find_signed_in(connection: ASGIConnection[Any, Any, Any, Any]) -> Actor | None:
    """Find who is signed in by the cookie now; an endless answer asks again."""
    token = connection.cookies.get(SESSION_COOKIE)
    if not token:
        return None
    find_actor: FindActor = connection.app.state.find_actor
    clock: Clock = connection.app.state.clock
    async with connection.app.state.database.pool.acquire() as database_connection:
        return await find_actor(database_connection, token, clock.local(clock.now()).date())


def set_session_cookie(response: Response[Any], token: str, *, settings: Settings) -> None:
    """HttpOnly, SameSite=Lax; Secure where people reach the school by https, whatever the last proxy speaks."""
    response.set_cookie(
        SESSION_COOKIE, token, max_age=_COOKIE_LIFE, httponly=True, secure=settings.is_https, samesite="lax", path="/"
    )


def clear_session_cookie(response: Response[Any]) -> None:
    """Delete the cookie of this browser."""
    response.delete_cookie(SESSION_COOKIE, path="/")
