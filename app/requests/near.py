"""Requests near the rooms that they ask for: who decides about one, and what somebody decides about."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from app.actors import Actor, account_of
from app.clock import Clock
from app.database import Connection, load_queries
from app.database.rows import fetch_all
from app.events import DecisionAsked
from app.outbox import append
from app.requests.access import decides_near, seen_by
from app.requests.domain import Request

_queries = load_queries(__file__)


async def list_near_deciders(connection: Connection, request_id: UUID, *, today: date) -> list[UUID]:
    """List who has the duty to decide about a request on a day."""
    rows = _queries.list_near_deciders(connection, request_id=request_id, today=today)
    return [row["account_id"] async for row in rows]


async def list_near(connection: Connection, season_id: UUID, *, actor: Actor) -> list[Request]:
    """List the requests of a season that somebody has the duty to decide about, those that wait first."""
    if not any(duty.kind == "approve" for duty in actor.duties):
        return []
    listed = await fetch_all(Request, _queries.list_asking_for_rooms(connection, season_id=season_id))
    return [seen_by(actor, request) for request in listed if decides_near(actor, request)]


async def tell_near_deciders(
    connection: Connection,
    request_id: UUID,
    season_id: UUID,
    *,
    actor: Actor | None,
    clock: Clock,
    told: Collection[UUID] = (),
) -> None:
    """Tell whoever has the duty to decide about a request that it waits, but for who was `told` before."""
    now = clock.now()
    deciders = await list_near_deciders(connection, request_id, today=clock.local(now).date())
    for account_id in (account_id for account_id in deciders if account_id not in told):
        asked = DecisionAsked(subject_id=account_id, season_id=season_id, request_id=request_id)
        await append(connection, asked, actor_id=account_of(actor), now=now)
