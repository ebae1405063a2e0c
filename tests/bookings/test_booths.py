"""A fair's booths count like seats: by hand as in a solve, and in what is offered instead."""

import pytest

from app.bookings import service
from app.bookings.domain import ConfirmPlacement, ResourceTaken
from app.errors import Invalid
from app.requests.domain import ActivityWish
from tests.school import School, at

FAIR = ActivityWish(kind="department_fair", attendance=200, booths=40, duration_minutes=120)


async def test_a_fair_needs_its_booths(school: School) -> None:
    small, large, other = [await school.room(500, booths=booths) for booths in (39, 40, 60)]
    departments = [await school.department(code) for code in ("FAIR", "SHOW")]
    taken, asked = [(await school.request(FAIR, department=owner)).activities[0].id for owner in departments]

    async def book(activity: object, room: object) -> object:
        wanted = ConfirmPlacement(activity_id=activity, starts_at=at(8, 10), room_ids=(room,))  # type: ignore[arg-type]
        return await service.confirm_placement(
            school.database, wanted, actor=school.organiser, locale="en", clock=school.clock
        )

    with pytest.raises(Invalid) as refused:
        await book(taken, small.id)
    assert refused.value.fields[0].code == "too-few-booths"
    await book(taken, large.id)
    with pytest.raises(ResourceTaken) as lost:
        await book(asked, large.id)
    offered = {room for offer in lost.value.extra["alternatives"] for room in offer["room_ids"]}
    assert offered <= {str(large.id), str(other.id)}
    assert str(other.id) in offered
