"""Use cases of owners: draft, submit, change; and reading for everybody. Ending a request is in `app.decisions`."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.actors import Actor, account_of
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.employers import repository as employers
from app.employers.keeping import must_have_room
from app.errors import N_, Invalid
from app.events import (
    RequestChanged,
    RequestDrafted,
    RequestSubmitted,
)
from app.outbox import append
from app.requests import repository
from app.requests.access import must_see, parts_in, seen_by
from app.requests.checks import check_kinds, check_lead_time, check_references, takes_channel
from app.requests.domain import (
    ReferenceTaken,
    Request,
    RequestDetail,
    RequestWish,
    SubmitRequest,
    TooManyDrafts,
)
from app.requests.exceptions import put_exceptions_back, take_exceptions
from app.requests.limits import is_within_limits
from app.requests.near import list_near_deciders, tell_near_deciders
from app.requests.participants import ask_participants, named_employers, write_participants
from app.requests.repository import Owner
from app.requests.states import Act, Party, must_be_possible, possible_acts
from app.requests.wishes import (
    as_wish,
    check_new_wish,
    completed,
    must_be_free_to_ask,
    must_have_verified_address,
    without_id,
)
from app.requests.wording import find_banned_wording, fraud_signs, notice_texts
from app.seasons import repository as seasons
from app.seasons.domain import Season
from app.seasons.policies import Policies
from app.texts import TextsRefused

_REFERENCE_PREFIX = {"employer": "E", "department": "D", "career_centre": "C"}


async def submit_request(
    connection: Connection, command: SubmitRequest, *, actor: Actor | None, clock: Clock
) -> RequestDetail:
    """Ask for activities of a season, or keep the request as a draft. `actor` is None for imports.

    Raises Invalid, SeasonNotFound, EmployerPaused, EmployerMayNotAsk, TooManyOpenRequests, TooManyDrafts,
    KeepsTooMuch, ReferenceTaken, EmailNotVerified.
    """
    now = clock.now()
    checked = await check_new_wish(connection, command, actor=actor)
    season, policies, owner, wish = checked.season, checked.policies, checked.owner, checked.wish
    named = await named_employers(connection, wish, owner, actor=actor)
    request_id = await _insert(connection, wish, season, owner, actor=actor, now=now)
    if named:
        await write_participants(
            connection, request_id, named, season_id=season.id, wish_changed=False, actor=actor, now=now
        )
    await _insert_parts(connection, request_id, wish)
    if command.draft:
        await must_have_few_drafts(connection, season, policies, owner, actor=actor)
        event = RequestDrafted(subject_id=request_id, season_id=season.id)
        await append(connection, event, actor_id=account_of(actor), now=now)
    else:
        await _submit(connection, request_id, wish, season, policies, owner=owner, actor=actor, clock=clock)
    await must_have_room(connection, owner.id, actor=actor)
    return await get_detail(connection, request_id, actor=actor)


async def insert_checked(
    connection: Connection,
    wish: RequestWish,
    season: Season,
    owner: Owner,
    *,
    draft: bool,
    actor: Actor | None,
    now: datetime,
) -> UUID:
    """Insert a request whose wish and asker were checked, as those of a series are once for all of its days."""
    request_id = await _insert(connection, wish, season, owner, actor=actor, now=now)
    await _insert_parts(connection, request_id, wish)
    if draft:
        event = RequestDrafted(subject_id=request_id, season_id=season.id)
        await append(connection, event, actor_id=account_of(actor), now=now)
    else:
        await _mark_submitted(connection, request_id, season, actor=actor, now=now)
    return request_id


async def change_request(
    connection: Connection,
    request_id: UUID,
    wish: RequestWish,
    *,
    expected_version: int | None,
    actor: Actor | None,
    clock: Clock,
    tells_deciders: bool = True,
) -> RequestDetail:
    """Change what is asked for, while it is not decided. `actor` is None for imports.

    Who decides near its rooms only now is told, unless it is not to be (`tells_deciders`).

    Raises RequestNotFound, MoveImpossible, Invalid, KeepsTooMuch.
    """
    now = clock.now()
    request = await repository.lock_request(connection, request_id)
    party = "organiser" if actor is None else must_see(actor, request)
    must_be_possible("edit", request.state, party)
    must_be_seen(request.row_version, expected_version)
    season = await seasons.get_season(connection, request.season_id)
    check_kinds(wish, request.owner_kind)
    if wish.reference not in (None, request.reference):
        raise Invalid.at("reference", N_("The number of a request stays as it is."), "unchangeable")
    wish = completed(wish, season)
    await check_references(connection, wish)
    before = (await repository.list_participants(connection, [request_id]))[request_id]
    already = frozenset(participant.employer_id for participant in before)
    named = await named_employers(connection, wish, _owner_as_stored(request), actor=actor, already=already)
    wished = (await repository.list_activities(connection, [request_id]))[request_id]
    asks_for_rooms = any(activity.asked_room_ids for activity in wish.activities)
    tells_deciders = tells_deciders and asks_for_rooms and request.state == "submitted"
    told = await list_near_deciders(connection, request_id, today=clock.local(now).date()) if tells_deciders else []
    await repository.update_request(connection, request_id, wish)
    await write_participants(
        connection,
        request_id,
        named,
        season_id=season.id,
        wish_changed=(request.title, request.notice_text) != (wish.title, wish.notice_text)
        or [as_wish(activity) for activity in wished] != [without_id(activity) for activity in wish.activities],
        actor=actor,
        now=now,
    )
    exceptions = await take_exceptions(connection, request_id)
    some_stay = await repository.delete_parts(connection, request_id, wish.activities)
    await _insert_parts(connection, request_id, wish, some_stay=some_stay)
    await put_exceptions_back(connection, request, exceptions, wished, actor=actor, now=now)
    await must_have_room(connection, request.employer_id or request.department_id, actor=actor)
    event = RequestChanged(subject_id=request_id, season_id=season.id)
    await append(connection, event, actor_id=account_of(actor), now=now)
    if tells_deciders:
        await tell_near_deciders(connection, request_id, season.id, told=told, actor=actor, clock=clock)
    if request.state == "submitted":
        owner = _owner_as_stored(request)
        if (
            owner.employer_id is None
            or (await employers.get_employer(connection, owner.employer_id)).state == "verified"
        ):
            await ask_participants(connection, request_id, owner=owner, season_id=season.id, actor=actor, now=now)
    return await get_detail(connection, request_id, actor=actor)


async def submit_draft(
    connection: Connection, request_id: UUID, *, actor: Actor, clock: Clock, tells_deciders: bool = True
) -> RequestDetail:
    """Submit a draft or a returned request. Raises MoveImpossible and what submit_request raises."""
    request = await repository.lock_request(connection, request_id)
    party = must_see(actor, request)
    must_be_possible("submit", request.state, party)
    season = await seasons.get_season(connection, request.season_id)
    policies = await seasons.get_policies(connection, season.id)
    activities = (await repository.list_activities(connection, [request_id]))[request_id]
    fields = {field.name for field in msgspec.structs.fields(RequestWish)}
    kept = {name: value for name, value in msgspec.structs.asdict(request).items() if name in fields}
    try:
        wish = msgspec.convert(
            {**msgspec.to_builtins(kept), "activities": [as_wish(activity) for activity in activities]}, RequestWish
        )
    except msgspec.ValidationError as error:
        # It was kept before a rule of today; its owner can change it.
        if isinstance(error.__cause__, TextsRefused):
            raise error.__cause__ from error
        raise
    await _submit(
        connection,
        request_id,
        wish,
        season,
        policies,
        owner=_owner_as_stored(request),
        actor=actor,
        clock=clock,
        series_id=request.series_id,
        tells_deciders=tells_deciders,
    )
    return await get_detail(connection, request_id, actor=actor)


async def get_detail(connection: Connection, request_id: UUID, *, actor: Actor | None) -> RequestDetail:
    """Give a request with everything that belongs to it. Raises RequestNotFound."""
    request = await repository.get_request(connection, request_id)
    parts: tuple[Party, ...] = ("organiser",) if actor is None else parts_in(actor, request)
    posts = (await repository.list_posts(connection, [request_id]))[request_id]
    participants = (await repository.list_participants(connection, [request_id]))[request_id]
    return RequestDetail(
        request=request if actor is None else seen_by(actor, request),
        activities=tuple((await repository.list_activities(connection, [request_id]))[request_id]),
        posts=tuple(posts),
        participants=tuple(participants),
        findings=(
            *find_banned_wording(notice_texts(request.title, request.notice_text, posts)),
            *fraud_signs(request.contact_email, request.contact_phone),
        )
        if {"organiser", "approver"} & set(parts)
        else (),
        acts=tuple(await _acts(connection, request, *parts)),
    )


async def _acts(connection: Connection, request: Request, *parties: Party) -> list[Act]:
    """Give what somebody can do with a request now: an answer only where something waits for one."""
    if "approver" in parties and not await is_within_limits(connection, request):
        parties = tuple(party for party in parties if party != "approver")
    acts = [act for act in possible_acts(request.state, *parties) if act != "object" or request.filed_at is not None]
    if "accept" not in acts:
        return acts
    waits = await repository.get_what_waits(connection, request.id)
    idle = {"accept": not (waits.kept or waits.offered), "decline": not waits.kept}
    return [act for act in acts if not idle.get(act, False)]


async def _insert(
    connection: Connection, wish: RequestWish, season: Season, owner: Owner, *, actor: Actor | None, now: datetime
) -> UUID:
    while True:
        prefix = _REFERENCE_PREFIX[owner.kind]
        request_id = await repository.insert_request(
            connection,
            wish,
            season_id=season.id,
            owner=owner,
            reference=wish.reference or await repository.next_reference(connection, season.id, prefix),
            contact_id=actor.account_id if actor is not None and not actor.organises else None,
            now=now,
        )
        if request_id is not None:
            return request_id
        if wish.reference is not None:
            raise ReferenceTaken
        # A file brought this number along: the next one may be free.


async def _insert_parts(
    connection: Connection, request_id: UUID, wish: RequestWish, *, some_stay: bool = False
) -> None:
    await repository.insert_parts(
        connection,
        request_id,
        activities=wish.activities,
        channels=[takes_channel(activity) for activity in wish.activities],
        posts=wish.posts,
        some_stay=some_stay,
    )


async def _submit(
    connection: Connection,
    request_id: UUID,
    wish: RequestWish,
    season: Season,
    policies: Policies,
    *,
    owner: Owner,
    actor: Actor | None,
    clock: Clock,
    series_id: UUID | None = None,
    tells_deciders: bool = True,
) -> None:
    now = clock.now()
    must_have_verified_address(actor)
    await check_lead_time(
        connection, wish, season, policies, for_centre=actor is None or actor.organises, clock=clock, now=now
    )
    may_ask_others = await lock_free_to_ask(
        connection, season, policies, owner, actor=actor, clock=clock, series_id=series_id
    )
    await _mark_submitted(connection, request_id, season, actor=actor, now=now)
    if tells_deciders and any(activity.asked_room_ids for activity in wish.activities):
        await tell_near_deciders(connection, request_id, season.id, actor=actor, clock=clock)
    if may_ask_others:
        await ask_participants(connection, request_id, owner=owner, season_id=season.id, actor=actor, now=now)


async def lock_free_to_ask(
    connection: Connection,
    season: Season,
    policies: Policies,
    owner: Owner,
    *,
    actor: Actor | None,
    clock: Clock,
    series_id: UUID | None = None,
) -> bool:
    """Lock the standing of an employer and check that it may ask; say whether it may name others.

    Raises EmployerPaused, EmployerMayNotAsk, TooManyOpenRequests.
    """
    if owner.employer_id is None:
        return True
    employer = await employers.lock_standing(connection, owner.employer_id)
    await must_be_free_to_ask(
        connection,
        season.id,
        owner.employer_id,
        suspended_until=employer.suspended_until,
        policies=policies,
        actor=actor,
        clock=clock,
        series_id=series_id,
    )
    return employer.state == "verified"


async def _mark_submitted(
    connection: Connection, request_id: UUID, season: Season, *, actor: Actor | None, now: datetime
) -> None:
    await repository.update_state(connection, request_id, "submitted", submitted_at=now)
    event = RequestSubmitted(subject_id=request_id, season_id=season.id)
    await append(connection, event, actor_id=account_of(actor), now=now)


def _owner_as_stored(request: Request) -> Owner:
    return Owner(kind=request.owner_kind, employer_id=request.employer_id, department_id=request.department_id)


async def must_have_few_drafts(
    connection: Connection, season: Season, policies: Policies, owner: Owner, *, actor: Actor | None
) -> None:
    """Check an owner's drafts, the new one included: its number keeps the owner's others waiting meanwhile.

    Raises TooManyDrafts.
    """
    if owner.id is None or actor is None or actor.organises:
        return
    if await repository.count_drafts(connection, season.id, owner.id) > policies.drafts_per_owner:
        raise TooManyDrafts(limit=policies.drafts_per_owner)


async def list_visible(
    connection: Connection,
    season_id: UUID,
    *,
    actor: Actor,
    states: tuple[str, ...] | None = None,
    search: str | None = None,
) -> list[Request]:
    """List all requests for organisers, their own for others."""
    if not actor.organises and actor.employer_id is None and actor.department_id is None:
        return []
    listed = await repository.list_requests(
        connection,
        season_id,
        states=states,
        search=search,
        employer_id=None if actor.organises else actor.employer_id,
        department_id=None if actor.organises else actor.department_id,
    )
    return [seen_by(actor, request) for request in listed]
