"""What pages show: bookings, and requests that a version leaves out."""

from datetime import datetime
from uuid import UUID

from app.bookings.domain import Booking, ConfirmPlacement
from app.bookings.service import confirm_placement
from app.requests.domain import RequestDetail
from app.schedules import repository
from app.schedules.domain import Release
from app.schedules.release import release_version
from app.venues.domain import Room
from tests.school import School


async def book(school: School, detail: RequestDetail, starts_at: datetime, room: Room) -> Booking:
    """Book a request's first activity."""
    wanted = ConfirmPlacement(activity_id=detail.activities[0].id, starts_at=starts_at, room_ids=(room.id,))
    return await confirm_placement(school.database, wanted, actor=school.organiser, locale="en", clock=school.clock)


async def leave_out(school: School, version_id: UUID, detail: RequestDetail, room: Room) -> None:
    """Leave a request out of a draft, because a room is taken; that is proven."""
    blocking = [{"rule": "room_overlap", "resource_id": str(room.id)}]
    explanation = {"proof": "full", "blocking": blocking}
    await school.database.transact(repository.insert_unplaced, version_id, detail.request.id, explanation)


async def release(school: School, version_id: UUID) -> None:
    """The draft is the schedule now."""
    await school.database.transact(
        release_version,
        version_id,
        Release(),
        expected_version=None,
        actor=school.organiser,
        clock=school.clock,
    )
