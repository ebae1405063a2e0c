"""Opening a fair, from nothing or from another one, booked at once or placed with the season."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from app.actors import Actor
from app.bookings.domain import ConfirmPlacement
from app.bookings.service import book_placement
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.decisions.decide import approve_request
from app.errors import N_, Invalid
from app.events.fairs import (
    FairChanged,
    FairOpened,
)
from app.fairs import repository
from app.fairs.access import get_run
from app.fairs.booth_plans.halls import copy_room_plans
from app.fairs.domain import FAIR_KINDS, HELD, Fair, FairSettings, OpenFair
from app.fairs.errors import FairNotFound, FairOver, NotAFair, TooFewBooths
from app.outbox import append
from app.permissions import may
from app.requests import repository as requests
from app.requests.access import must_see
from app.requests.domain import ActivityNotFound, ActivityWish, SubmitRequest, Window
from app.requests.service import submit_request

_MINUTES, _PEOPLE, _BOOTHS = 240, 300, 20


async def open_fair(connection: Connection, command: OpenFair, *, actor: Actor, clock: Clock) -> Fair:
    """Ask for a fair's place, or book it at once, and organise it.

    Raises Invalid, FairNotFound, what submit_request and, where it is booked, book_placement raise; nothing is kept
    then.
    """
    now = clock.now()
    earlier = None
    if command.from_fair_id is not None:
        earlier = await _get_template(connection, command.from_fair_id, actor=actor)
    settings = _settings(command, earlier)
    wish = await _wish(connection, command, earlier, settings, clock)
    department_id = actor.department_id if not actor.organises else command.department_id
    detail = await submit_request(
        connection,
        SubmitRequest(
            season_id=command.season_id,
            title=command.title,
            activities=(wish,),
            owner_kind="career_centre" if department_id is None else "department",
            department_id=department_id,
        ),
        actor=actor,
        clock=clock,
    )
    activity_id = detail.activities[0].id
    if actor.organises:
        # Whoever decides requests has decided about their own by asking.
        await approve_request(connection, detail.request.id, seen=None, actor=actor, now=now)
    if command.starts_at is not None:
        placement = ConfirmPlacement(
            activity_id=activity_id,
            starts_at=command.starts_at,
            room_ids=command.room_ids,
        )
        await book_placement(connection, placement, actor=actor, clock=clock)
    return await _organise(connection, activity_id, settings, opened_from=command.from_fair_id, actor=actor, now=now)


async def list_templates(connection: Connection, *, actor: Actor) -> list[Fair]:
    """List fairs to open another one from: the own, and those of others that everybody may know of."""
    every = may(actor, "run_fairs", own=False)
    return await repository.list_earlier(connection, None if every else actor.department_id, all_of_them=every)


async def organise(connection: Connection, activity_id: UUID, *, actor: Actor, now: datetime) -> Fair:
    """Organise an activity that was asked for as a fair; one that is one already stays as it is.

    Raises ActivityNotFound, NotAFair.
    """
    request_id = await requests.get_request_of_activity(connection, activity_id)
    request = await requests.get_request(connection, request_id)
    must_see(actor, request, hidden=ActivityNotFound)
    if not may(actor, "run_fairs", own=request.department_id is not None):
        raise ActivityNotFound
    if request.state not in HELD:
        raise FairOver
    activities = (await requests.list_activities(connection, [request_id]))[request_id]
    activity = next((activity for activity in activities if activity.id == activity_id), None)
    if activity is None:
        raise ActivityNotFound
    if activity.kind not in FAIR_KINDS:
        raise NotAFair
    settings = FairSettings(booths=activity.booths or _BOOTHS)
    return await _organise(connection, activity_id, settings, opened_from=None, actor=actor, now=now)


async def change_fair(
    connection: Connection, fair_id: UUID, settings: FairSettings, *, seen: int | None, actor: Actor, now: datetime
) -> Fair:
    """Say something else about a fair. Raises FairNotFound, PreconditionFailed, TooFewBooths."""
    fair = await get_run(connection, fair_id, actor=actor, lock=True)
    must_be_seen(fair.row_version, seen)
    counts = (await repository.list_counts(connection, [fair_id]))[fair_id]
    if counts.booths_taken > settings.booths:
        raise TooFewBooths(count=counts.booths_taken)
    await repository.update_fair(connection, fair_id, settings)
    event = FairChanged(subject_id=fair_id, season_id=fair.season_id, booths=settings.booths)
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await repository.get_fair(connection, fair_id)


async def _organise(
    connection: Connection,
    activity_id: UUID,
    settings: FairSettings,
    *,
    opened_from: UUID | None,
    actor: Actor,
    now: datetime,
) -> Fair:
    made = await repository.insert_fair(
        connection, activity_id, settings, opened_from=opened_from, opened_by=actor.account_id, now=now
    )
    fair = await repository.get_fair(connection, activity_id)
    if made:
        await copy_room_plans(connection, fair, from_fair_id=opened_from)
        await repository.mark_told(connection, fair, ended=False)
        event = FairOpened(subject_id=fair.id, season_id=fair.season_id, from_fair_id=opened_from)
        await append(connection, event, actor_id=actor.account_id, now=now)
    return fair


async def _get_template(connection: Connection, fair_id: UUID, *, actor: Actor) -> Fair:
    """Give a fair to open another one from. Raises FairNotFound."""
    for fair in await list_templates(connection, actor=actor):
        if fair.id == fair_id:
            return fair
    raise FairNotFound


def _settings(command: OpenFair, earlier: Fair | None) -> FairSettings:
    """Give what is said of a new fair; what is left out is as with the earlier one."""
    said = {name: value for name in FairSettings.__struct_fields__ if (value := getattr(command, name)) is not None}
    before = {} if earlier is None else {name: getattr(earlier, name) for name in FairSettings.__struct_fields__}
    return msgspec.convert({"booths": _BOOTHS, **before, **said}, FairSettings)


async def _wish(
    connection: Connection, command: OpenFair, earlier: Fair | None, settings: FairSettings, clock: Clock
) -> ActivityWish:
    """Give what is asked for. Raises Invalid."""
    before = None
    if earlier is not None:
        steps = (await requests.list_activities(connection, [earlier.request_id]))[earlier.request_id]
        before = next((step for step in steps if step.id == earlier.id), None)
    if command.starts_at is not None and not command.room_ids:
        raise Invalid.at("room_ids", N_("Choose a hall to book it at once."), "missing")
    days = _days(command, clock)
    majors = command.majors if command.majors is not None else before.audience if before else ()
    return ActivityWish(
        kind=command.kind or (earlier.kind if earlier else "department_fair"),
        attendance=command.attendance or (before.attendance if before else _PEOPLE),
        duration_minutes=command.duration_minutes or (before.duration_minutes if before else _MINUTES),
        rooms_needed=max(1, len(command.room_ids)),
        booths=settings.booths,
        features=before.features if before else (),
        asked_room_ids=command.room_ids,
        audience=majors,
        windows=(
            Window(first_day=days[0], last_day=days[1], from_time=command.from_time, until_time=command.until_time),
        )
        if days
        else (),
    )


def _days(command: OpenFair, clock: Clock) -> tuple[date, date] | None:
    if command.starts_at is not None:
        day = clock.local(command.starts_at).date()
        return day, day
    if command.first_day is None and command.last_day is None:
        return None
    first = command.first_day or command.last_day
    last = command.last_day or command.first_day
    assert first is not None and last is not None  # noqa: S101, PT018 - one of them is given
    if last < first:
        raise Invalid.at("last_day", N_("The last day comes before the first."), "ends-before-start")
    return first, last
