"""Hall plans in PostgreSQL."""

from datetime import datetime
from uuid import UUID

from app.database import Connection, load_queries
from app.database.rows import find_one
from app.halls.domain import HallPlan, RoomPlan

_queries = load_queries(__file__)


async def find_plan(connection: Connection, venue_id: UUID) -> RoomPlan | None:
    """Give a room's plan; None where it has none."""
    return await find_one(RoomPlan, _queries.find_hall_plan(connection, venue_id=venue_id))


async def upsert_plan(
    connection: Connection, venue_id: UUID, plan: HallPlan, *, updated_by: UUID | None, now: datetime
) -> None:
    """Keep a room's plan, in the place of the one before."""
    await _queries.upsert_hall_plan(
        connection,
        venue_id=venue_id,
        rows=list(plan.rows),
        names=list(plan.names),
        cell_cm=plan.cell_cm,
        naming=plan.naming,
        updated_by=updated_by,
        now=now,
    )


async def delete_plan(connection: Connection, venue_id: UUID) -> None:
    """Forget a room's plan."""
    await _queries.delete_hall_plan(connection, venue_id=venue_id)
