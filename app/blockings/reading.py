"""Who may see and do what with a blocking, and how its reader sees it."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.actors import Actor
from app.blockings import repository
from app.blockings.domain import Blocking, BlockingAct, BlockingNotFound, BlockingRow
from app.database import Connection
from app.errors import Forbidden
from app.permissions import may, must_at_all
from app.requests.access import decides_rooms
from app.venues.closure_repository import ClosableResource


def approves_there(actor: Actor, resource_id: UUID, resource: ClosableResource) -> bool:
    """Whether somebody decides about a venue: the centre everywhere, who has the duty in its rooms, a department in
    most of its own.
    """
    if decides_about(actor, resource_id, resource.department_id):
        return True
    own = resource.department_id is not None and resource.department_id == actor.department_id
    return own and not resource.needs_approval


def is_of(actor: Actor, row: BlockingRow) -> bool:
    """Whether a blocking is of somebody's house (their department, or the career centre), or they asked for it."""
    if actor.organises:
        return row.department_id is None
    own_house = row.department_id is not None and row.department_id == actor.department_id
    return own_house or row.asked_by == actor.account_id


def decides_about(actor: Actor, resource_id: UUID, department_id: UUID | None) -> bool:
    """Whether somebody decides about blockings of a venue: the centre, and who has the duty for the room."""
    return may(actor, "decide_blockings", own=False) or decides_rooms(actor, [resource_id], department_id)


def must_decide_about(actor: Actor, row: BlockingRow) -> None:
    """Check that somebody decides about a blocking, and not only sees it. Raises BlockingNotFound, Forbidden."""
    if not is_seen(actor, row):
        raise BlockingNotFound
    if not decides_about(actor, row.resource_id, row.room_department_id):
        raise Forbidden


def seen_by(actor: Actor, row: BlockingRow, *, now: datetime) -> Blocking:
    """Give a blocking as its reader sees it."""
    fields = msgspec.structs.asdict(row)
    for name in ("room_department_id", "needs_approval", "asked_by"):
        fields.pop(name)
    if not is_of(actor, row) and not decides_about(actor, row.resource_id, row.room_department_id):
        fields |= {"asked_by_name": None, "decided_by_name": None, "decision_note": ""}
    over = row.ends_at <= now
    return Blocking(**fields, counts=row.state == "accepted", over=over, acts=_acts(actor, row, over=over))


async def get_seen(connection: Connection, blocking_id: UUID, *, actor: Actor, now: datetime) -> Blocking:
    """Give a blocking to who decides about it, whose it is, and whose room it blocks. Raises BlockingNotFound."""
    must_at_all(actor, "block_venues")
    row = await repository.get_blocking(connection, blocking_id)
    if not is_seen(actor, row):
        raise BlockingNotFound
    return seen_by(actor, row, now=now)


def is_seen(actor: Actor, row: BlockingRow) -> bool:
    """Whether somebody may see a blocking."""
    own_room = row.room_department_id is not None and row.room_department_id == actor.department_id
    return is_of(actor, row) or own_room or decides_about(actor, row.resource_id, row.room_department_id)


def _acts(actor: Actor, row: BlockingRow, *, over: bool) -> tuple[BlockingAct, ...]:
    acts: list[BlockingAct] = []
    if over:
        return ()
    if row.state == "asked" and decides_about(actor, row.resource_id, row.room_department_id):
        acts += ["accept", "refuse"]
    if not (actor.organises or is_of(actor, row)):
        return tuple(acts)
    if row.state in ("asked", "accepted"):
        acts.append("change")
    if row.state == "accepted" or (row.state == "asked" and is_of(actor, row)):
        acts.append("withdraw")
    if row.state == "accepted":
        acts.append("exempt")
    return tuple(acts)
