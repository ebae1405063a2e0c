"""Guards decide who gets to a handler at all; the use case decides to whose things.

They are coroutines, because Litestar hands other functions to a thread, for every request.
"""

import contextlib
from typing import Any

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from app.actors import Actor
from app.errors import Unauthenticated
from app.http.problems import DISK_FULL
from app.permissions import Permission, must_at_all

_Connection = ASGIConnection[Any, Any, Any, Any]


def _person(connection: _Connection) -> Actor | None:
    user = connection.scope.get("user")
    return user if isinstance(user, Actor) else None


async def signed_in(connection: _Connection, _: BaseRouteHandler) -> None:
    """Check that somebody is signed in. Raises Unauthenticated."""
    if _person(connection) is None:
        raise Unauthenticated


class Searches(msgspec.Struct, frozen=True):
    """Guard that counts what costs the database much; with a parameter's name only where that one is given."""

    by: str = ""

    async def __call__(self, connection: _Connection, _: BaseRouteHandler) -> None:
        """Count it for the signed-in person. Raises TooManySearches."""
        person = _person(connection)
        if person is None or (self.by and not "".join(connection.query_params.getall(self.by, [])).strip()):
            return
        state = connection.app.state
        # While the disk is full nothing can be counted, and everything may still be read.
        with contextlib.suppress(*DISK_FULL):
            await state.database.transact(state.count_search, person.account_id)


class May(msgspec.Struct, frozen=True):
    """Guard that lets in people who may do something to some things at least."""

    permission: Permission

    async def __call__(self, connection: _Connection, _: BaseRouteHandler) -> None:
        """Check the signed-in person. Raises Unauthenticated, Forbidden."""
        must_at_all(_person(connection), self.permission)
