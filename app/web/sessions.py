"""Signed-in people: an opaque cookie, its hash in PostgreSQL. A flushed cache signs nobody out."""

from typing import Any

from litestar import Response
from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from app.accounts import repository
from app.accounts.secrets import token_hash

SESSION_COOKIE = "session"
# Seconds; the longest that browsers keep a cookie. When a session ends is decided by its row.
_COOKIE_LIFE = 400 * 24 * 3600


class SessionMiddleware(AbstractAuthenticationMiddleware):
    """Finds who is behind the cookie; nobody is a visitor, guards decide what that means."""

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        """One indexed look-up a request that carries a cookie."""
        token = connection.cookies.get(SESSION_COOKIE)
        if not token:
            return AuthenticationResult(user=None, auth=None)
        async with connection.app.state.database.pool.acquire() as database_connection:
            account = await repository.find_session_account(database_connection, token_hash(token))
        return AuthenticationResult(user=account.actor() if account else None, auth=token if account else None)


def set_session_cookie(response: Response[Any], token: str, *, secure: bool) -> None:
    """HttpOnly, SameSite=Lax."""
    response.set_cookie(
        SESSION_COOKIE, token, max_age=_COOKIE_LIFE, httponly=True, secure=secure, samesite="lax", path="/"
    )


def clear_session_cookie(response: Response[Any]) -> None:
    """Sign out in this browser."""
    response.delete_cookie(SESSION_COOKIE, path="/")
