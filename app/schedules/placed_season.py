"""The placements of a version beside the standing bookings: what the board and its list show."""

from typing import Literal
from uuid import UUID

import msgspec

from app.bookings import repository as bookings
from app.database import Connection
from app.requests import repository as requests
from app.requests.domain import Request
from app.schedules import repository
from app.schedules.difference import booked_placement, same_placement
from app.schedules.domain import PlacedActivity, Version
from app.seasons.domain import Season

Change = Literal["", "new", "move", "lost"]


class PlacedSeason(msgspec.Struct, frozen=True, kw_only=True):
    """The placements of a draft, or the standing bookings where there is no draft."""

    version: Version | None
    placements: list[PlacedActivity]
    promised: dict[UUID, PlacedActivity]
    states: dict[UUID, str]
    requests: dict[UUID, Request]

    @property
    def is_draft(self) -> bool:
        """Whether the placements are planned and not promised yet."""
        return self.version is not None and self.version.state == "draft"

    @property
    def lost(self) -> list[PlacedActivity]:
        """The standing bookings that the draft gives back."""
        placed = {placement.activity_id for placement in self.placements}
        return [placement for key, placement in self.promised.items() if key not in placed] if self.is_draft else []

    def change(self, placement: PlacedActivity) -> Change:
        """Give what the draft does to an activity that it places."""
        before = self.promised.get(placement.activity_id)
        return "new" if before is None else "" if same_placement(before, placement) else "move"

    def state(self, placement: PlacedActivity) -> str:
        """Give confirmed or tentative for a standing booking, and draft for what nobody was promised."""
        return self.states.get(placement.activity_id, "draft") if self.change(placement) == "" else "draft"


def shown_version(versions: list[Version]) -> Version | None:
    """Give the newest draft, unless something newer is released."""
    drafts = [version for version in versions if version.state == "draft"]
    released = [version for version in versions if version.state == "released"]
    newest = drafts[:1] if drafts and (not released or drafts[0].number > released[0].number) else released
    return newest[0] if newest else None


async def read_placed_season(connection: Connection, season: Season, version: Version | None) -> PlacedSeason:
    """Read a draft's placements, or the standing bookings where `version` is not a draft."""
    standing = await bookings.list_standing(connection, season.id)
    activities = await requests.list_activities(connection, list({booking.request_id for booking in standing}))
    kinds = {activity.id: activity.kind for group in activities.values() for activity in group}
    promised = {booking.activity_id: booked_placement(booking, kinds[booking.activity_id]) for booking in standing}
    is_draft = version is not None and version.state == "draft"
    placements = await repository.list_placements(connection, version.id) if version and is_draft else None
    listed = await requests.list_requests(connection, season.id)
    return PlacedSeason(
        version=version,
        placements=list(promised.values()) if placements is None else placements,
        promised=promised,
        states={booking.activity_id: booking.state for booking in standing},
        requests={request.id: request for request in listed},
    )
