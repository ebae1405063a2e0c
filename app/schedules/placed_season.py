"""The placements of a version beside the standing bookings: what the board and its list show."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import msgspec

from app.database import Connection
from app.schedules import repository
from app.schedules.changes.difference import same_placement
from app.schedules.domain import PlacedActivity, PromisedActivity, Version
from app.seasons.domain import Season

Change = Literal["", "new", "move", "lost"]


class PlacedSeason(msgspec.Struct, frozen=True, kw_only=True):
    """The placements of a draft and what was booked since, or the standing bookings where there is no draft."""

    version: Version | None
    placements: Sequence[PlacedActivity]
    promised: dict[UUID, PromisedActivity]

    @property
    def is_draft(self) -> bool:
        """Whether the placements are planned and not promised yet."""
        return self.version is not None and self.version.state == "draft"

    @property
    def draft_id(self) -> UUID | None:
        """Give the version that is planned and not promised yet, if there is one."""
        return self.version.id if self.version is not None and self.is_draft else None

    @property
    def lost(self) -> list[PromisedActivity]:
        """The standing bookings that the draft gives back."""
        placed = {placement.activity_id for placement in self.placements}
        return [placement for key, placement in self.promised.items() if key not in placed] if self.is_draft else []

    def change(self, placement: PlacedActivity) -> Change:
        """Give what the draft does to an activity that it places."""
        before = self.promised.get(placement.activity_id)
        if before is None:
            return "new"
        return "" if before is placement or same_placement(before, placement) else "move"

    def state(self, placement: PlacedActivity) -> str:
        """Give confirmed or tentative for a standing booking, and draft for what nobody was promised."""
        return "draft" if self.change(placement) else self.promised[placement.activity_id].state


def shown_version(versions: list[Version]) -> Version | None:
    """Give the newest draft, unless something newer is released."""
    drafts = [version for version in versions if version.state == "draft"]
    released = [version for version in versions if version.state == "released"]
    newest = drafts[:1] if drafts and (not released or drafts[0].number > released[0].number) else released
    return newest[0] if newest else None


async def read_placed_season(connection: Connection, season: Season, version: Version | None) -> PlacedSeason:
    """Read a draft's placements, or the standing bookings where `version` is not a draft."""
    standing = await repository.list_promised(connection, season.id)
    promised = {placement.activity_id: placement for placement in standing}
    if version is None or version.state != "draft":
        return PlacedSeason(version=version, placements=standing, promised=promised)
    planned = await repository.list_placements(connection, version.id)
    newer = await repository.list_booked_since(connection, season.id, version.based_on_sequence)
    stays = newer & promised.keys() - {placement.activity_id for placement in planned}
    placements = [*planned, *(placement for key, placement in promised.items() if key in stays)]
    return PlacedSeason(version=version, placements=placements, promised=promised)
