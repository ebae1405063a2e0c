"""Who gets to a handler at all; whose things they may touch there is asked by the use case."""

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
    """Guard: somebody is signed in."""
    if _person(connection) is None:
        raise Unauthenticated


class May(msgspec.Struct, frozen=True):
    """Guard: people who may do this to some things at least."""

    permission: Permission

    def __call__(self, connection: _Connection, _: BaseRouteHandler) -> None:
        """Raises Unauthenticated, Forbidden."""
        must_at_all(_person(connection), self.permission)
