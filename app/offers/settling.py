"""Ends the open offers of a request, and gives free what was held for them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.database import Connection
from app.offers import repository


async def withdraw_offers(
    connection: Connection,
    request_id: UUID,
    *,
    settled_by: UUID | None,
    now: datetime,
    only: Sequence[UUID] | None = None,
    note: str = "",
) -> list[UUID]:
    """Take back the open offers of a request (`only` some of them), which is locked; give their ids."""
    offer_ids = await repository.lock_open(connection, request_id)
    if only is not None:
        offer_ids = [offer_id for offer_id in offer_ids if offer_id in only]
    if offer_ids:
        await repository.release_holds(connection, offer_ids)
        await repository.settle_offers(connection, offer_ids, "withdrawn", settled_by=settled_by, now=now, note=note)
    return offer_ids
