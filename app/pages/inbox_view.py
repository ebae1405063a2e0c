"""What the inbox shows: requests by what they wait for, employers to verify, where the schedule stands."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from app.actors import Actor
from app.amendments import repository as amendments
from app.amendments.domain import Amendment
from app.blockings.domain import Blocking
from app.blockings.service import list_waiting
from app.clock import Clock
from app.database import Connection
from app.decisions.escalating import is_overdue, overdue_since
from app.decisions.objecting import FiledRequest, list_filed
from app.employers import repository as employers
from app.employers.domain import Employer
from app.events import RequestAgreed
from app.layout.paging import Part, part_of
from app.outbox.repository import list_subjects
from app.requests import repository
from app.requests.domain import Activity, Request
from app.safety.domain import Outstanding
from app.safety.service import list_outstanding
from app.schedules import repository as schedules
from app.schedules import run_repository
from app.schedules.domain import SolveRun, Version
from app.seasons import repository as seasons
from app.seasons.policies import Policies
from app.series import repository as series
from app.strikes import repository as strikes
from app.strikes.domain import OpenAppeal

TABS: Final[dict[str, tuple[str, ...]]] = {
    "waiting": ("submitted",),
    "approved": ("approved", "waitlisted"),
    "scheduled": ("scheduled", "took_place"),
    "settled": ("returned", "refused", "withdrawn", "cancelled", "stopped", "no_show", "expired"),
}
ROWS_SHOWN: Final = 100


class InboxView(Part[Request], frozen=True, kw_only=True):
    """A part of one tab of the inbox; `agreed` requests have another time that suits their owner; `amendments`
    are changes that wait for approval, `filed` what departments booked and can be objected to, `unfiled` large events
    that security has not on file, `appeals` against what counts against an employer, `blockings` what somebody asks to
    block; the decision of an `overdue` request should have been there. A series is one row, for so many `dates`;
    `to_place` counts each of them.
    """

    tab: str
    search: str
    totals: dict[str, int]
    to_place: int
    dates: dict[UUID, int]
    activities: dict[UUID, list[Activity]]
    agreed: set[UUID]
    reviews: list[Employer]
    amendments: list[Amendment]
    filed: list[FiledRequest]
    unfiled: list[Outstanding]
    appeals: list[OpenAppeal]
    blockings: list[Blocking]
    overdue: set[UUID]
    latest: Version | None
    run: SolveRun | None


async def read_inbox(
    connection: Connection, season_id: UUID, *, tab: str, search: str, actor: Actor, clock: Clock, part: int = 1
) -> InboxView:
    """Read a part of one tab of a season's inbox; a tab that does not exist is the first one."""
    tab = tab if tab in TABS else "waiting"
    ids = await repository.list_request_ids(connection, season_id, states=TABS[tab], search=search or None)
    shown = part_of(ids, part, size=ROWS_SHOWN)
    versions = await schedules.list_versions(connection, season_id)
    rows = await repository.list_requests(connection, season_id, request_ids=shown.rows)
    counted = await series.count_decisions(connection, season_id, TABS)
    policies = await seasons.get_policies(connection, season_id)
    return InboxView(
        rows=rows,
        found=shown.found,
        part=shown.part,
        parts=shown.parts,
        tab=tab,
        search=search,
        totals={name: one.decisions for name, one in counted.items()},
        to_place=counted["approved"].requests,
        dates=await series.count_dates(
            connection, [row.series_id for row in rows if row.series_id is not None], states=TABS[tab]
        ),
        activities=await repository.list_activities(connection, shown.rows),
        agreed=await _agreed(connection, versions) if tab == "approved" else set(),
        amendments=await amendments.list_of_season(connection, season_id, states=["awaiting_approval"]),
        filed=await list_filed(connection, season_id, actor=actor, clock=clock),
        unfiled=await list_outstanding(connection, season_id, policies, clock=clock),
        appeals=await strikes.list_open_appeals(connection),
        blockings=await list_waiting(connection, actor=actor, now=clock.now()),
        overdue=await _overdue(connection, rows, policies, clock=clock) if tab == "waiting" else set(),
        reviews=await employers.list_employers(connection, state="under_review"),
        latest=versions[0] if versions else None,
        run=await run_repository.find_latest_run(connection, season_id),
    )


async def _overdue(connection: Connection, rows: Sequence[Request], policies: Policies, *, clock: Clock) -> set[UUID]:
    """Give the requests whose decision should have been there by the season's rule."""
    if not rows:
        return set()
    before = await overdue_since(connection, policies.request_decision_working_days, clock=clock)
    return {request.id for request in rows if is_overdue(request, before)}


async def _agreed(connection: Connection, versions: list[Version]) -> set[UUID]:
    """Give the requests whose owners agreed to another time since the schedule was released."""
    released = next((version for version in versions if version.state == "released"), None)
    if released is None or released.released_at is None:
        return set()
    since = released.released_at
    return await list_subjects(connection, RequestAgreed, season_id=released.season_id, since=since)
