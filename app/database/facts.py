"""The fact revision: a number that rises with every committed change of what pages show and the engine reads.

Each transaction that changes a fact leaves a row; the revision is the sum of the visible rows (see docs/decisions).
"""

from datetime import datetime

import msgspec

from app.database.connection import Connection
from app.database.queries import load_queries
from app.database.rows import fetch_one

_queries = load_queries(__file__)


class FactState(msgspec.Struct, frozen=True, kw_only=True):
    """The revision, and since when the server runs: a database that is restored counts anew."""

    revision: int
    server_started_at: datetime


async def get_fact_state(connection: Connection) -> FactState:
    """Read which state the facts are in; whoever keeps what follows from them reads this first."""
    return await fetch_one(FactState, _queries.get_fact_state(connection))


async def fold_fact_changes(connection: Connection) -> None:
    """Make one row of those that were left, in one statement; the revision stays the same."""
    await _queries.fold_fact_changes(connection)
