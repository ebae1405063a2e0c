"""Drafts made by hand, for tests that need an exact one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from app.requests.domain import Activity
from app.schedules import repository
from app.schedules.domain import Figures, PlacedActivity
from app.schedules.problem.builder import build_problem
from app.schedules.problem.facts import read_season_facts
from app.schedules.problem.file import pack_problem
from tests.school import School


def placed(activity: Activity, starts_at: datetime, *rooms: UUID, channel: UUID | None = None) -> PlacedActivity:
    """A placement of a draft."""
    return PlacedActivity(
        activity_id=activity.id,
        request_id=activity.request_id,
        kind=activity.kind,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=activity.duration_minutes),
        room_ids=tuple(sorted(rooms)),
        channel_id=channel,
        pinned=False,
    )


async def draft(school: School, placements: Sequence[PlacedActivity]) -> UUID:
    """A draft on what is released and booked now."""

    async def make(connection):  # type: ignore[no-untyped-def]
        sequence = await repository.season_booking_sequence(connection, school.season.id)
        facts = await read_season_facts(connection, school.season.id, clock=school.clock)
        version_id = await repository.insert_version(
            connection,
            season_id=school.season.id,
            based_on_id=await repository.find_released(connection, school.season.id),
            based_on_sequence=sequence,
            figures=Figures(requests=len(facts.requests), placed=len(placements)),
            problem=pack_problem(build_problem(facts, clock=school.clock).problem),
            parameters={},
            engine_version="test",
            created_by=school.organiser.account_id,
            now=school.clock.now(),
        )
        await repository.insert_placements(connection, version_id, placements)
        return version_id

    return await school.database.transact(make)
