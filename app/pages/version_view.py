"""What a version's page shows: what its release would change, who would be told what, and what more would help."""

from uuid import UUID

import msgspec

from app.clock import Clock
from app.database import Connection
from app.locales import Translator
from app.notifications.letters import Composed
from app.notifications.release_mails import one_of_each
from app.notifications.service import preview
from app.requests import repository as requests
from app.requests.domain import Request
from app.schedules import additions_repository, repository, versions
from app.schedules.changes.preview import prospective_events
from app.schedules.domain import Additions, Difference, LeftOut, Unplaced, Version
from app.schedules.pages.unplaced import UnplacedView, view_unplaced
from app.seasons import repository as seasons
from app.settings import Settings
from app.venues import repository as venues
from app.venues.domain import Campus, Channel, CodeEntry, Major, Room
from app.venues.named import read_campuses, read_majors, read_named_venues


class AdditionsView(msgspec.Struct, frozen=True, kw_only=True):
    """What more would help a version most, once somebody asked, with the names that it needs."""

    version: Version
    additions: Additions | None
    campuses: dict[UUID, Campus]
    features: list[CodeEntry]


class VersionView(AdditionsView, frozen=True, kw_only=True):
    """A version and the requests that it leaves out; for a draft also the difference, and one mail of each sort.

    `unplaced` are those of them that wait for a place now; `placed_since` got one, `ended_since` want none any more.
    """

    difference: Difference | None
    mails: int
    previews: list[Composed]
    requests: dict[UUID, Request]
    unplaced: list[UnplacedView]
    placed_since: list[Unplaced]
    ended_since: int
    rooms: dict[str, Room | Channel]
    majors: dict[str, Major]


async def read_additions(connection: Connection, version_id: UUID) -> AdditionsView:
    """Read what more would help a version. Raises VersionNotFound."""
    return AdditionsView(
        version=await repository.get_version(connection, version_id),
        additions=await additions_repository.find_additions(connection, version_id),
        campuses=await read_campuses(connection),
        features=await venues.list_code_entries(connection, "feature"),
    )


async def read_version(
    connection: Connection, version_id: UUID, *, translate: Translator, settings: Settings, clock: Clock
) -> VersionView:
    """Read a version as one reader sees it. Raises VersionNotFound."""
    version = await repository.get_version(connection, version_id)
    difference = await versions.get_difference(connection, version, clock=clock)
    changes = [*difference.new, *difference.moved, *difference.cancelled]
    named = await read_named_venues(connection)
    losing = {change.request_id for change in difference.cancelled} if version.state == "draft" else set()
    left_out = LeftOut.of(await repository.list_unplaced(connection, version.id), losing=losing)
    shown = {change.request_id for change in changes} | {conflict.request_id for conflict in difference.conflicts}
    shown |= {entry.request_id for entry in left_out.waiting}
    listed = await requests.list_requests(connection, version.season_id, request_ids=list(shown))
    policies = await seasons.get_policies(connection, version.season_id)
    sample = one_of_each(prospective_events(version, difference, confirms=policies.employer_confirms))
    return VersionView(
        version=version,
        additions=await additions_repository.find_additions(connection, version_id),
        campuses=named.campuses,
        features=await venues.list_code_entries(connection, "feature"),
        difference=difference if version.state == "draft" else None,
        mails=len(changes),
        previews=await preview(connection, sample, settings=settings, now=clock.now()),
        requests={request.id: request for request in listed},
        unplaced=await view_unplaced(connection, left_out.waiting, named, translate=translate, clock=clock),
        placed_since=left_out.placed,
        ended_since=len(left_out.ended),
        rooms=named.by_id,
        majors=await read_majors(connection),
    )
