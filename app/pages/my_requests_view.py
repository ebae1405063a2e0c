"""What owners see of their requests: the list, and the choices of the form."""

from datetime import date
from uuid import UUID

import msgspec

from app.actors import Actor
from app.bookings import repository as bookings
from app.bookings.domain import Booking
from app.clock import Clock
from app.database import Connection
from app.locales import Translator
from app.notifications.domain import Unreached
from app.notifications.repository import list_unreached
from app.pages.answers.offer_view import ToAnswer, read_to_answer
from app.pages.series.series_view import SeriesLine, series_lines
from app.participations.domain import Participation
from app.participations.service import list_own
from app.requests import repository, service
from app.requests.checks import asking_span
from app.requests.domain import Activity, Request
from app.schedules import repository as schedules
from app.seasons import repository as seasons
from app.seasons.domain import Season
from app.strikes.domain import Outcome
from app.strikes.reading import find_outcome
from app.venues import repository as venues
from app.venues import room_repository
from app.venues.domain import Campus, Channel, CodeEntry, Major, Room
from app.venues.named import read_named_venues
from app.waitlist.service import WaitlistRank, read_ranks


class MyRequestsView(msgspec.Struct, frozen=True, kw_only=True):
    """An owner's requests; of `series` only the dates that wait for an answer stand among them.

    `ranks` has those that wait in line; `standing` has the bookings by activity; `to_answer` what waits for the
    owner; `outcome` says whether no-shows hold its employer back; `unreached` whom messages do not reach; `unplaced`
    has the requests that the released schedule left out.
    """

    participations: list[Participation]
    series: list[SeriesLine]
    requests: list[Request]
    activities: dict[UUID, list[Activity]]
    standing: dict[UUID, Booking]
    to_answer: dict[UUID, ToAnswer]
    unplaced: set[UUID]
    rooms: dict[str, Room | Channel]
    campuses: dict[UUID, Campus]
    reasons: list[CodeEntry]
    ranks: dict[UUID, WaitlistRank]
    outcome: Outcome | None
    unreached: list[Unreached]


class RequestChoices(msgspec.Struct, frozen=True, kw_only=True):
    """What a request's form offers; `span` has the days that can be asked for now, None if there are none."""

    campuses: list[Campus]
    rooms: list[Room]
    majors: list[Major]
    features: list[CodeEntry]
    span: tuple[date, date] | None


async def read_my_requests(
    connection: Connection, season_id: UUID, *, actor: Actor, translate: Translator, clock: Clock
) -> MyRequestsView:
    """Read what somebody's employer or department asked for in a season; what waits for an answer comes first."""
    now = clock.now()
    listed = await service.list_visible(connection, season_id, actor=actor)
    activities = await repository.list_activities(connection, [request.id for request in listed])
    ids = [activity.id for group in activities.values() for activity in group]
    standing = await bookings.list_standing(connection, season_id, activity_ids=ids)
    has_reasons = any(request.state_reason for request in listed)
    released = await schedules.find_released(connection, season_id)
    unplaced = await schedules.list_unplaced(connection, released) if released else []
    left_out = {entry.request_id for entry in unplaced}
    named = await read_named_venues(connection)
    ids = [request.id for request in listed]
    waiting = {
        request_id: entry
        for request_id, entry in (await read_to_answer(connection, ids, standing, translate=translate, now=now)).items()
        if entry.kept or entry.open_offers
    }
    return MyRequestsView(
        participations=await list_own(connection, season_id, actor=actor),
        series=series_lines(listed),
        requests=sorted(
            (request for request in listed if request.series_id is None or request.id in waiting),
            key=lambda request: request.id not in waiting,
        ),
        to_answer=waiting,
        activities=activities,
        standing={booking.activity_id: booking for booking in standing},
        unplaced={request.id for request in listed if request.state == "approved" and request.id in left_out},
        rooms=named.by_id,
        campuses=named.campuses,
        reasons=await venues.list_code_entries(connection, "request_refusal") if has_reasons else [],
        unreached=await list_unreached(connection, ids),
        ranks=await read_ranks(connection, season_id) if any(one.state == "waitlisted" for one in listed) else {},
        outcome=None if actor.employer_id is None else await find_outcome(connection, actor.employer_id, clock=clock),
    )


async def read_request_choices(connection: Connection, season: Season | None, *, clock: Clock) -> RequestChoices:
    """Read what the form of a request offers in a season, if there is one."""
    return RequestChoices(
        campuses=await venues.list_campuses(connection),
        rooms=[
            room
            for room in await room_repository.list_rooms(connection)
            if room.retired_at is None or room.retired_at > clock.now()
        ],
        majors=await venues.list_majors(connection),
        features=await venues.list_code_entries(connection, "feature"),
        span=None if season is None else await _span(connection, season, clock),
    )


async def _span(connection: Connection, season: Season, clock: Clock) -> tuple[date, date] | None:
    """Give the days of the season that can be asked for now."""
    policies = await seasons.get_policies(connection, season.id)
    today = clock.local(clock.now()).date()
    earliest, latest, _ = await asking_span(connection, season, policies, today=today)
    first, last = max(earliest, season.first_day), min(latest, season.last_day)
    return (first, last) if first <= last else None
