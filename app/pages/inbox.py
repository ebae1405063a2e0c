"""The organiser's inbox: what waits for a decision, the longest waiting first; one request with its decisions."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from app.actors import Actor
from app.bookings import repository as bookings
from app.clock import Clock
from app.database import Connection, Database
from app.decisions import decide, endings
from app.employers import repository as employers
from app.employers.domain import findings
from app.errors import NotFound
from app.events import RequestAgreed
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.outbox.repository import list_history, list_subjects
from app.pages.department import BOOKABLE_STATES
from app.requests import repository, service
from app.requests.domain import CancelRequest, Decision, RequestDetail, SetWeight
from app.schedules import repository as schedules
from app.schedules import run_repository
from app.schedules.agreements import agree_to_offer
from app.schedules.domain import Version
from app.schedules.pages.unplaced import UnplacedView, unplaced_view
from app.seasons import repository as seasons
from app.seasons.domain import Season
from app.venues import repository as venues
from app.venues import room_repository
from app.venues.domain import Channel, Room

TABS: dict[str, tuple[str, ...]] = {
    "waiting": ("submitted",),
    "approved": ("approved", "waitlisted"),
    "scheduled": ("scheduled", "took_place"),
    "settled": ("returned", "refused", "withdrawn", "cancelled", "stopped", "no_show"),
}


class InboxPages(Controller):
    """For organisers."""

    include_in_schema = False

    @get("/seasons/{code:str}/inbox")
    async def inbox(
        self,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
        tab: str = "waiting",
        q: Annotated[str, QueryParameter(max_length=100)] = "",
    ) -> Answer:
        """Requests by what they wait for."""
        page.must("approve")
        tab = tab if tab in TABS else "waiting"
        async with database.read() as connection:
            counts = await repository.count_by_state(connection, season.id)
            listed = await repository.list_requests(connection, season.id, states=TABS[tab], search=q.strip() or None)
            shown = listed[:300]
            activities = await repository.list_activities(connection, [request.id for request in shown])
            reviews = await employers.list_employers(connection, state="under_review")
            versions = await schedules.list_versions(connection, season.id)
            agreed = await _agreed(connection, versions) if tab == "approved" else set()
            run = await run_repository.find_latest_run(connection, season.id)
        totals = {name: sum(counts.get(state, 0) for state in states) for name, states in TABS.items()}
        return page.render(
            "inbox.html",
            season=season,
            tab=tab,
            totals=totals,
            requests=shown,
            more=len(listed) - len(shown),
            activities=activities,
            reviews=reviews,
            search=q.strip(),
            latest=versions[0] if versions else None,
            agreed=agreed,
            run=run,
            today=clock.local(clock.now()).date(),
        )

    @get("/requests/{request_id:uuid}")
    async def request(
        self,
        request_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """One request, for its owner and for organisers."""
        return await _request_page(page, database, clock, request_id, EMPTY_FORM)

    @get("/activities/{activity_id:uuid}/request")
    async def request_of_activity(
        self, activity_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """From a mark on the board to its request."""
        page.must_be()
        async with database.read() as connection:
            request_id = await repository.get_request_of_activity(connection, activity_id)
        return see_other(f"/requests/{request_id}")

    @post("/requests/{request_id:uuid}/offers/{number:int}")
    async def agree(
        self,
        request_id: FromPath[UUID],
        number: FromPath[int],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """An offered time suits the owner."""
        actor = page.must_be()
        await database.transact(agree_to_offer, request_id, number, actor=actor, clock=clock)
        return see_other(f"/requests/{request_id}")

    @post("/requests/{request_id:uuid}/{act:str}")
    async def decide(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        act: FromPath[str],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Carry out one act of the table of moves."""
        actor = page.must_be()
        values = await submitted_values(request)
        if act not in _ACTS:
            raise NotFound

        async def decide() -> Answer:
            await database.transact(_ACTS[act], request_id, values, actor, clock)
            return see_other(f"/requests/{request_id}")

        again = partial(_request_page, page, database, clock, request_id)
        return await carry_out(decide, page=page, values=values, again=again)


_Act = Callable[[Connection, UUID, dict[str, Any], Actor, Clock], Awaitable[object]]


def _now(clock: Clock) -> datetime:
    return clock.now()


_ACTS: dict[str, _Act] = {
    "approve": lambda c, key, _, actor, clock: decide.approve_request(c, key, actor=actor, now=_now(clock)),
    "return": lambda c, key, values, actor, clock: decide.return_request(
        c, key, as_command(values, Decision), actor=actor, now=_now(clock)
    ),
    "refuse": lambda c, key, values, actor, clock: decide.refuse_request(
        c, key, as_command(values, Decision), actor=actor, now=_now(clock)
    ),
    "waitlist": lambda c, key, _, actor, clock: decide.waitlist_request(c, key, actor=actor, now=_now(clock)),
    "withdraw": lambda c, key, _, actor, clock: decide.withdraw_request(c, key, actor=actor, now=_now(clock)),
    "cancel": lambda c, key, values, actor, clock: endings.cancel_request(
        c, key, as_command(values, CancelRequest), actor=actor, clock=clock
    ),
    "stop": lambda c, key, values, actor, clock: endings.stop_request(
        c, key, as_command(values, Decision), actor=actor, now=_now(clock)
    ),
    "no-show": lambda c, key, _, actor, clock: endings.mark_no_show(c, key, actor=actor, now=_now(clock)),
    "submit": lambda c, key, _, actor, clock: service.submit_draft(c, key, actor=actor, clock=clock),
    "weight": lambda c, key, values, actor, clock: decide.set_weight(
        c, key, as_command({"weight": None, **values}, SetWeight), actor=actor, now=_now(clock)
    ),
}


async def _request_page(page: Page, database: Database, clock: Clock, request_id: UUID, form: Form) -> Answer:
    actor = page.must_be()
    async with database.read() as connection:
        detail = await service.get_detail(connection, request_id, actor=actor)
        season = page.season_link(detail.request.season_id)
        ids = [activity.id for activity in detail.activities]
        held = await bookings.list_held(connection, season.id, activity_ids=ids)
        context: dict[str, Any] = {
            "rooms": {room.id: room for room in await room_repository.list_rooms(connection)},
            "channels": {channel.id: channel for channel in await room_repository.list_channels(connection)},
            "campuses": {campus.id: campus for campus in await venues.list_campuses(connection)},
            "majors": {major.code: major for major in await venues.list_majors(connection)},
            "features": {entry.code: entry for entry in await venues.list_code_entries(connection, "feature")},
            "reasons": await venues.list_code_entries(connection, "request_refusal"),
            "history": await list_history(connection, request_id),
            "policies": await seasons.get_policies(connection, season.id),
        }
        context["unplaced"] = await _unplaced(connection, page, detail, context["rooms"], context["channels"])
        employer = None
        if detail.request.employer_id is not None:
            employer = await employers.get_employer(connection, detail.request.employer_id)
    return page.render(
        "request.html",
        season=season,
        detail=detail,
        held={booking.activity_id: booking for booking in held},
        employer=employer,
        employer_findings=findings(employer, clock.local(clock.now()).date()) if employer else [],
        has_begun=any(booking.starts_at <= clock.now() for booking in held),
        books=actor.role == "department_staff" and detail.request.state in BOOKABLE_STATES,
        form=form,
        status_code=form.status_code,
        **context,
    )


async def _agreed(connection: Connection, versions: list[Version]) -> set[UUID]:
    """Requests whose owners have agreed to another time since the schedule was released."""
    released = next((version for version in versions if version.state == "released"), None)
    if released is None or released.released_at is None:
        return set()
    since = released.released_at
    return await list_subjects(connection, RequestAgreed, season_id=released.season_id, since=since)


async def _unplaced(
    connection: Connection, page: Page, detail: RequestDetail, rooms: dict[UUID, Room], channels: dict[UUID, Channel]
) -> UnplacedView | None:
    """Why an approved request has no place in the released schedule, and what would be possible."""
    if detail.request.state not in ("approved", "waitlisted"):
        return None
    released = await schedules.find_released(connection, detail.request.season_id)
    if released is None:
        return None
    listed = await schedules.list_unplaced(connection, released)
    entry = next((entry for entry in listed if entry.request_id == detail.request.id), None)
    places: dict[str, Room | Channel] = {str(key): room for key, room in rooms.items()}
    places |= {str(key): channel for key, channel in channels.items()}
    return None if entry is None else unplaced_view(entry, list(detail.activities), places, page)
