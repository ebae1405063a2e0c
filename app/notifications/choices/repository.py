"""Choices of messages in PostgreSQL."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_one, find_one
from app.notifications.choices.domain import Way
from app.notifications.purposes import Purpose
from app.signed_links import LinkNotValid

_queries = load_queries(__file__)


class AddressRow(msgspec.Struct, frozen=True):
    """What is known of an address."""

    id: UUID
    refused_at: datetime | None
    row_version: int


class LinkSubject(msgspec.Struct, frozen=True):
    """Whose mail of which kind a link was in."""

    recipient: str
    purpose: Purpose


async def list_choices(connection: Connection, addresses: Collection[str]) -> dict[str, dict[Purpose, Way]]:
    """Give what was chosen for some addresses, by the address in small letters."""
    found: dict[str, dict[Purpose, Way]] = defaultdict(dict)
    async for row in _queries.list_choices(connection, addresses=[address.lower() for address in addresses]):
        found[row["address"]][row["purpose"]] = row["way"]
    return found


async def find_address(connection: Connection, address: str) -> AddressRow | None:
    """Give what is known of an address."""
    return await find_one(AddressRow, _queries.find_address(connection, address=address.lower()))


async def lock_address(connection: Connection, address: str) -> AddressRow:
    """Lock an address until this transaction ends; nothing has to be known of it."""
    return await fetch_one(AddressRow, _queries.lock_address(connection, address=address.lower()))


async def put_choices(connection: Connection, address_id: UUID, choices: Mapping[Purpose, Way]) -> None:
    """Choose how some kinds reach an address."""
    await _queries.put_choices(connection, address_id=address_id, purposes=list(choices), ways=list(choices.values()))


async def find_link_subject(connection: Connection, delivery_id: UUID) -> LinkSubject:
    """Give whose mail a link was in. Raises LinkNotValid."""
    found = _queries.find_link_subject(connection, delivery_id=delivery_id)
    return await fetch_one(LinkSubject, found, missing=LinkNotValid)


async def list_ways_before(connection: Connection, address_id: UUID) -> dict[Purpose, Way]:
    """Give how the kinds came that are turned off now."""
    return {
        row["purpose"]: row["way_before"] async for row in _queries.list_ways_before(connection, address_id=address_id)
    }
