"""Whether messages reach an address: what its mail server said of the last one.

Addresses are of people with and without an account. They are compared in small letters.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from app.database import Connection, load_queries

_queries = load_queries(__file__)


async def note_refused(connection: Connection, address: str, *, refusal: str) -> None:
    """Note that a mail server refuses an address for good."""
    await _queries.note_refused(connection, address=address.lower(), refusal=refusal)


async def list_refused(connection: Connection, addresses: Iterable[str]) -> dict[str, datetime]:
    """Give the addresses, in small letters, that take no messages, with since when."""
    wanted = sorted({address.lower() for address in addresses if address})
    if not wanted:
        return {}
    return {row["address"]: row["refused_at"] async for row in _queries.list_refused(connection, addresses=wanted)}


async def list_refused_of_employer(connection: Connection, employer_id: UUID) -> dict[str, datetime]:
    """Give the addresses of an employer's people that take no messages, with since when."""
    rows = _queries.list_refused_of_employer(connection, employer_id=employer_id)
    return {row["address"]: row["refused_at"] async for row in rows}
