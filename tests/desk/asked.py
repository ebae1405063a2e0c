"""Questions to a desk, as the service asks them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from app.desk.desk import Desk
from app.desk.domain import LikelyPlacements, OpenDay
from app.desk.messages import Question
from app.employers.domain import Employer
from app.requests.domain import Activity, Window
from app.requests.repository import Owner
from tests.school import School


def step(
    *, teams: tuple[UUID, ...] = (), minutes: int = 120, windows: tuple[Window, ...] = (), **more: Any
) -> Activity:
    """An activity that is only asked about."""
    given: dict[str, Any] = {
        "kind": "info_session",
        "attendance_mode": "on_site",
        "attendance": 80,
        "rooms_needed": 1,
        "booths": 0,
        "needs_channel": False,
        "features": (),
        "campus_ids": (),
        "asked_room_ids": (),
        "audience": (),
        "gap_after_previous_minutes": 0,
        "same_day_as_previous": False,
    }
    return Activity(
        id=uuid4(),
        request_id=uuid4(),
        ordinal=1,
        invitation_sequence=0,
        duration_minutes=minutes,
        windows=windows,
        team_ids=teams,
        **{**given, **more},
    )


def question(
    school: School, *steps: Activity, employer: Employer | None = None, request_id: UUID | None = None
) -> Question:
    """Where could these steps of an employer go, or of the career centre?"""
    owner = Owner(kind="career_centre") if employer is None else Owner(kind="employer", employer_id=employer.id)
    return Question(season_id=school.season.id, owner=owner, activities=steps, request_id=request_id)


def day_of(found: LikelyPlacements, month: int, day: int) -> OpenDay:
    """What a day of 2023 has."""
    return next(entry for entry in found.days if (entry.day.month, entry.day.day) == (month, day))


def comparable(found: LikelyPlacements) -> tuple[object, ...]:
    """All but the moment."""
    return found.revision, found.valid_until, found.earliest_day, found.placements, found.days


async def answers(desk: Desk, questions: Sequence[Question]) -> list[tuple[object, ...]]:
    """What a desk says to some questions."""
    return [comparable(await desk.answer(asked)) for asked in questions]
