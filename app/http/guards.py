"""Guards decide who gets to a handler at all; the use case decides to whose things."""

from typing import Any

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from app.actors import Actor
from app.errors import Unauthenticated
from app.permissions import Permission, must_at_all

_Connection = ASGIConnection[Any, Any, Any, Any]


def _person(connection: _Connection) -> Actor | None:
    user = connection.scope.get("user")
    return user if isinstance(user, Actor) else None


def signed_in(connection: _Connection, _: BaseRouteHandler) -> None:
    """Check that somebody is signed in. Raises Unauthenticated."""
    if _person(connection) is None:
        raise Unauthenticated


class May(msgspec.Struct, frozen=True):
    """Guard that lets in people who may do something to some things at least."""

    permission: Permission

    def __call__(self, connection: _Connection, _: BaseRouteHandler) -> None:
        """Check the signed-in person. Raises Unauthenticated, Forbidden."""
        must_at_all(_person(connection), self.permission)
