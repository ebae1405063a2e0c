"""Turns the engine's placements into moments, and back."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from app.bookings.domain import Booking
from app.requests.domain import Activity
from app.schedules.domain import PlacedActivity
from app.schedules.problem.facts import SeasonFacts
from app.schedules.problem.season_grid import SeasonGrid
from scheduling import Placement, Solution


def placed_activities(
    facts: SeasonFacts, grid: SeasonGrid, solution: Solution, *, lost_pins: Collection[UUID] = ()
) -> list[PlacedActivity]:
    """Give a solution's placements as moments; a standing booking that did not move keeps its exact times."""
    activities = {str(activity.id): activity for group in facts.activities.values() for activity in group}
    standing = {booking.activity_id: booking for booking in facts.standing}
    pinned = {pin.activity_id for pin in facts.pins}.difference(lost_pins)
    return [
        _placed(grid, placement, activities[placement.activity], standing, pinned) for placement in solution.placements
    ]


def _placed(
    grid: SeasonGrid, placement: Placement, activity: Activity, standing: dict[UUID, Booking], pinned: set[UUID]
) -> PlacedActivity:
    starts_at = grid.moment(placement.day, placement.start)
    ends_at = starts_at + timedelta(minutes=activity.duration_minutes)
    rooms = tuple(sorted(UUID(room) for room in placement.rooms))
    channel = None if placement.channel is None else UUID(placement.channel)
    booking = standing.get(activity.id)
    if booking is not None and _stands_there(grid, placement, booking):
        starts_at, ends_at = booking.starts_at, booking.ends_at
    return PlacedActivity(
        activity_id=activity.id,
        request_id=activity.request_id,
        kind=activity.kind,
        starts_at=starts_at,
        ends_at=ends_at,
        room_ids=rooms,
        channel_id=channel,
        pinned=activity.id in pinned,
    )


def _stands_there(grid: SeasonGrid, placement: Placement, booking: Booking) -> bool:
    day = grid.index().get(booking.starts_at.astimezone(grid.zone).date())
    return (day, grid.floor_slot(booking.starts_at)) == (placement.day, placement.start)


def engine_placement(grid: SeasonGrid, placement: PlacedActivity | Booking) -> Placement:
    """Give a placement as the engine knows it; a day outside the grid becomes day -1, which no rule accepts."""
    return Placement(
        activity=str(placement.activity_id),
        day=grid.index().get(placement.starts_at.astimezone(grid.zone).date(), -1),
        start=grid.floor_slot(placement.starts_at),
        rooms=tuple(str(room) for room in placement.room_ids),
        channel=None if placement.channel_id is None else str(placement.channel_id),
    )
