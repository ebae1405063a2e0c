"""The fact revision: a number that rises with every committed change of what pages show and the engine reads.

Each transaction that changes a fact leaves a row; the revision is the sum of the visible rows (see docs/decisions).
"""

from collections.abc import Collection
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from app.database.connection import Connection
from app.database.queries import load_queries
from app.database.rows import fetch_all, fetch_one

_queries = load_queries(__file__)


class FactState(msgspec.Struct, frozen=True, kw_only=True):
    """The revision, and since when the server runs: a database that is restored counts anew."""

    revision: int
    server_started_at: datetime


class FactChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a committed change touched, as migration 0027 says; `folded` stands for changes that were added up."""

    id: int
    changes: int
    kind: Literal["bookings", "other", "frame", "folded"]
    booking_ids: tuple[UUID, ...]


async def get_fact_state(connection: Connection) -> FactState:
    """Read which state the facts are in; whoever keeps what follows from them reads this first."""
    return await fetch_one(FactState, _queries.get_fact_state(connection))


async def list_fact_changes(connection: Connection, *, known: Collection[int]) -> list[FactChange]:
    """List the changes that are there but for those that are known."""
    return await fetch_all(FactChange, _queries.list_fact_changes(connection, known=list(known)))


async def fold_fact_changes(connection: Connection) -> None:
    """Make one row of those that were left, in one statement; the revision stays the same."""
    await _queries.fold_fact_changes(connection)
