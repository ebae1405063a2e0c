"""What handlers are given: the database, business time, the signed-in person, the reader's language."""

from datetime import datetime
from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.di import Provide

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.errors import Unauthenticated
from app.http.reader import reader_translator
from app.locales import Translator


async def provide_database(state: State) -> Database:
    """Give the pool with its transactions."""
    return state.database  # type: ignore[no-any-return]


async def provide_clock(state: State) -> Clock:
    """Give the business clock, with the school's time zone."""
    return state.clock  # type: ignore[no-any-return]


async def provide_now(state: State) -> datetime:
    """Give the business time of this request, the same moment for all that it does."""
    return state.clock.now()  # type: ignore[no-any-return]


async def provide_translate(request: Request[Any, Any, Any]) -> Translator:
    """Give the translator into the reader's language."""
    return reader_translator(request)


async def provide_actor(request: Request[Any, Any, Any]) -> Actor:
    """Give the signed-in person. Raises Unauthenticated."""
    if not isinstance(request.scope.get("user"), Actor):
        raise Unauthenticated
    return request.scope["user"]  # type: ignore[no-any-return]


async def provide_visitor(request: Request[Any, Any, Any]) -> Actor | None:
    """Give the signed-in person; None where nobody is signed in."""
    user = request.scope.get("user")
    return user if isinstance(user, Actor) else None


# Each is wrapped once: Litestar reads the signature of a bare function anew for every handler.
DEPENDENCIES = {
    "database": Provide(provide_database),
    "clock": Provide(provide_clock),
    "now": Provide(provide_now),
    "translate": Provide(provide_translate),
    "actor": Provide(provide_actor),
    "visitor": Provide(provide_visitor),
}
