"""What a request's page shows its owner and the organisers."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.actors import Actor
from app.bookings import repository as bookings
from app.bookings.domain import Booking
from app.bookings.filing import could_file
from app.cases import repository as cases
from app.cases.domain import CaseRow
from app.clock import Clock
from app.database import Connection
from app.decisions.cancellation import Cancellation, cancellation_of
from app.decisions.objecting import FiledRequest, find_filed
from app.decisions.rivals import Rivals, read_rivals
from app.desk import repository as desk
from app.desk.pages.likely_view import LikelyView, likely_view
from app.employers import repository as employers
from app.employers.domain import Employer, Finding, findings
from app.locales import Translator
from app.notices import repository as notices
from app.notices.domain import Notice
from app.notifications.domain import Unreached
from app.notifications.repository import list_unreached
from app.outbox.repository import HistoryLine
from app.pages.amendments.amendment_view import AmendmentView, read_amendment
from app.pages.answers.counter_view import CounterChoice, counter_choice
from app.pages.answers.offer_view import ToAnswer, read_to_answer
from app.pages.room_booking_view import BOOKABLE_STATES
from app.participations.domain import OPEN_STATES
from app.people.domain import ENDED, Person
from app.people.repository import list_people
from app.permissions import may
from app.requests import repository, service
from app.requests.access import decides_near, owns
from app.requests.domain import RequestDetail
from app.requests.history import list_visible_history
from app.safety.domain import SafetyFiling
from app.safety.service import list_filings
from app.schedules import repository as schedules
from app.schedules.pages.unplaced import UnplacedView, unplaced_view
from app.seasons import repository as seasons
from app.seasons.policies import Policies
from app.strikes.domain import Outcome
from app.strikes.reading import find_outcome
from app.venues import repository as venues
from app.venues.domain import Campus, Channel, CodeEntry, Major, Room
from app.venues.named import NamedVenues, read_code_entries, read_majors, read_named_venues
from app.waitlist.service import WaitlistRank, read_ranks


class RequestView(msgspec.Struct, frozen=True, kw_only=True):
    """A request with its bookings or why it has none, whose it is, what happened, and what the reader may do.

    `standing` has bookings by activity; `to_answer` what waits for its owner; `counter` what a place is chosen from
    that is offered by hand; `cancellation` what cancelling would do; `cases` are open; `waits` where in line;
    `change` what is to change; `owns`: it is the reader's; `books`: they may give it a place by hand; `swaps`: may ask
    for another's; `answers_for_others`: may answer for other employers; `shown`: what was open when it was sent;
    `key_group`: whether the career centre gives it priority, None for whom that is not; `outcome`: whether no-shows
    hold its employer back, for organisers; `unreached`: its contact, where messages to it do not arrive; `colleagues`
    could take it over; `rivals` ask for the same rooms, for who decides; `beyond`: it is more than its reader decides
    near the room.
    """

    detail: RequestDetail
    standing: dict[UUID, Booking]
    to_answer: ToAnswer
    counter: CounterChoice | None
    cancellation: Cancellation | None
    cases: list[CaseRow]
    waits: WaitlistRank | None
    change: AmendmentView | None
    has_begun: bool
    filed: FiledRequest | None
    owns: bool
    books: bool
    swaps: bool
    now: datetime
    unplaced: UnplacedView | None
    shown: LikelyView | None
    employer: Employer | None
    outcome: Outcome | None
    employer_findings: list[Finding]
    colleagues: list[Person]
    rivals: Rivals | None
    beyond: bool
    answers_for_others: bool
    history: list[HistoryLine]
    key_group: bool | None
    unreached: list[Unreached]
    notice: Notice
    safety: list[SafetyFiling]
    policies: Policies
    reasons: list[CodeEntry]
    features: dict[str, CodeEntry]
    majors: dict[str, Major]
    rooms: dict[str, Room | Channel]
    campuses: dict[UUID, Campus]


async def read_request(
    connection: Connection, request_id: UUID, *, actor: Actor, translate: Translator, clock: Clock
) -> RequestView:
    """Read a request as one reader may see it. Raises RequestNotFound."""
    detail = await service.get_detail(connection, request_id, actor=actor)
    season_id = detail.request.season_id
    ids = [activity.id for activity in detail.activities]
    standing = await bookings.list_standing(connection, season_id, activity_ids=ids)
    employer = None
    if detail.request.employer_id is not None:
        employer = await employers.get_employer(connection, detail.request.employer_id)
    named = await read_named_venues(connection)
    policies = await seasons.get_policies(connection, season_id)
    return RequestView(
        detail=detail,
        standing={booking.activity_id: booking for booking in standing},
        to_answer=(await read_to_answer(connection, [request_id], standing, translate=translate, now=clock.now()))[
            request_id
        ],
        counter=counter_choice(detail, named, actor=actor, now=clock.now()),
        cancellation=await _cancellation(connection, detail, standing, actor=actor, clock=clock),
        cases=await cases.list_cases(connection, states=["open"], request_id=request_id) if standing else [],
        waits=await _waits(connection, detail),
        change=await read_amendment(
            connection,
            detail.request,
            detail.activities,
            {booking.activity_id: booking for booking in standing},
            actor=actor,
            translate=translate,
            clock=clock,
        ),
        filed=await find_filed(connection, detail.request, clock=clock),
        has_begun=any(booking.starts_at <= clock.now() for booking in standing),
        owns=owns(actor, detail.request),
        books=may(actor, "book", own=owns(actor, detail.request))
        and (
            detail.request.state in BOOKABLE_STATES
            or await could_file(connection, actor, detail.request, detail.activities, policies)
        ),
        swaps=may(actor, "swap", own=owns(actor, detail.request)) and detail.request.state == "scheduled",
        now=clock.now(),
        unplaced=await _unplaced(connection, detail, named, translate, clock),
        shown=await _shown(connection, detail, named),
        employer=employer,
        outcome=await find_outcome(connection, employer.id, clock=clock) if employer and actor.organises else None,
        employer_findings=findings(employer, clock.local(clock.now()).date()) if employer else [],
        colleagues=await _colleagues(connection, detail, actor=actor),
        rivals=await _rivals(connection, detail, actor=actor, clock=clock),
        beyond=decides_near(actor, detail.request)
        and detail.request.state == "submitted"
        and "approve" not in detail.acts,
        answers_for_others=actor.organises and detail.request.state in OPEN_STATES,
        history=await list_visible_history(connection, detail.request, actor=actor),
        key_group=await repository.get_key_group(connection, request_id) if actor.organises else None,
        safety=await list_filings(connection, detail.request, policies, clock=clock),
        notice=await notices.get_notice(connection, request_id),
        policies=policies,
        unreached=await list_unreached(connection, [request_id]),
        reasons=await venues.list_code_entries(connection, "request_refusal"),
        features=await read_code_entries(connection, "feature"),
        majors=await read_majors(connection),
        rooms=named.by_id,
        campuses=named.campuses,
    )


async def _rivals(connection: Connection, detail: RequestDetail, *, actor: Actor, clock: Clock) -> Rivals | None:
    """Give who else asks for its rooms, to who can approve it."""
    if "approve" not in detail.acts or not any(step.asked_room_ids for step in detail.activities):
        return None
    return await read_rivals(connection, detail.request, actor=actor, clock=clock)


async def _colleagues(connection: Connection, detail: RequestDetail, *, actor: Actor) -> list[Person]:
    """Give who could take the request over from its contact."""
    request = detail.request
    is_shown = actor.organises or actor.employer_id is not None
    if request.employer_id is None or request.state in ENDED or not is_shown:
        return []
    people = await list_people(connection, request.employer_id)
    return [person for person in people if person.email != request.contact_email.lower()]


async def _waits(connection: Connection, detail: RequestDetail) -> WaitlistRank | None:
    if detail.request.state != "waitlisted":
        return None
    return (await read_ranks(connection, detail.request.season_id)).get(detail.request.id)


async def _cancellation(
    connection: Connection, detail: RequestDetail, standing: list[Booking], *, actor: Actor, clock: Clock
) -> Cancellation | None:
    if "cancel" not in detail.acts:
        return None
    return await cancellation_of(connection, detail.request, standing, actor=actor, clock=clock)


async def _shown(connection: Connection, detail: RequestDetail, named: NamedVenues) -> LikelyView | None:
    """Give what likely placements its owner was shown before sending it."""
    kept = await desk.find_shown(connection, detail.request.id)
    if kept is None:
        return None
    windows = detail.activities[0].windows if detail.activities else ()
    return likely_view(kept.answer, named, wished=[(window.first_day, window.last_day) for window in windows])


async def _unplaced(
    connection: Connection, detail: RequestDetail, named: NamedVenues, translate: Translator, clock: Clock
) -> UnplacedView | None:
    """Explain why the released schedule does not place an approved request, and what would be possible."""
    if detail.request.state not in ("approved", "waitlisted"):
        return None
    released = await schedules.find_released(connection, detail.request.season_id)
    if released is None:
        return None
    listed = await schedules.list_unplaced(connection, released)
    entry = next((entry for entry in listed if entry.request_id == detail.request.id), None)
    activities = list(detail.activities)
    return None if entry is None else unplaced_view(entry, activities, named, translate=translate, clock=clock)
