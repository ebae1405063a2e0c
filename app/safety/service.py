"""Use cases of large events: enter a filing or why none is needed, list what is missing."""

from datetime import date
from uuid import UUID

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.errors import N_, Invalid
from app.events import SafetyFiled, SafetyShown
from app.outbox import append
from app.permissions import must
from app.requests import repository as requests
from app.requests.access import must_see
from app.requests.domain import ActivityNotFound, Request
from app.requests.states import RequestState
from app.safety import repository
from app.safety.domain import LargeEvent, NotFilableYet, NotLarge, Outstanding, PutSafetyFiling, SafetyFiling
from app.seasons import repository as seasons
from app.seasons.policies import Policies

_FILABLE = frozenset[RequestState]({"approved", "waitlisted", "scheduled"})


async def list_filings(
    connection: Connection, request: Request, policies: Policies, *, clock: Clock
) -> list[SafetyFiling]:
    """List what is to be filed, or was, of a request's large activities; for whoever may see the request."""
    large = await repository.list_large(connection, policies, request_id=request.id, now=clock.now())
    return [await _filing(connection, event, policies, clock) for event in large]


async def read_filings(connection: Connection, request_id: UUID, *, actor: Actor, clock: Clock) -> list[SafetyFiling]:
    """List the same for an owner or organisers. Raises RequestNotFound."""
    request = await requests.get_request(connection, request_id)
    must_see(actor, request)
    policies = await seasons.get_policies(connection, request.season_id)
    return await list_filings(connection, request, policies, clock=clock)


async def put_filing(
    connection: Connection, activity_id: UUID, command: PutSafetyFiling, *, seen: int | None, actor: Actor, clock: Clock
) -> SafetyFiling:
    """Enter under which number an event was filed, or why none is needed; it is on the programme again at once.

    Raises ActivityNotFound, NotLarge, NotFilableYet, Forbidden, Invalid, PreconditionFailed.
    """
    request_id = await requests.get_request_of_activity(connection, activity_id)
    request = await requests.lock_request(connection, request_id)
    must_see(actor, request, hidden=ActivityNotFound)
    must(actor, "exempt_safety" if command.exempt_reason else "file_safety", own=True)
    _check(command, clock.local(clock.now()).date())
    policies = await seasons.get_policies(connection, request.season_id)
    event = await _get_large(connection, activity_id, policies, clock)
    if request.state not in _FILABLE:
        raise NotFilableYet
    if event.exempt_reason:
        must(actor, "exempt_safety")
    must_be_seen(event.row_version, seen)
    now = clock.now()
    await repository.upsert_filing(connection, activity_id, command, entered_by=actor.account_id, now=now)
    filed = SafetyFiled(
        subject_id=request.id,
        season_id=request.season_id,
        activity_id=activity_id,
        number=command.number,
        filed_on=command.filed_on,
    )
    await append(connection, filed, actor_id=actor.account_id, now=now, reason=command.exempt_reason)
    if event.withheld_since is not None and (command.number or command.exempt_reason):
        await show_again(connection, event, actor=actor, clock=clock)
    return await _filing(connection, await _get_large(connection, activity_id, policies, clock), policies, clock)


async def show_again(connection: Connection, event: LargeEvent, *, actor: Actor | None, clock: Clock) -> None:
    """Put an event on the programme again."""
    await repository.note_withheld(connection, event.activity_id, None)
    shown = SafetyShown(subject_id=event.request_id, season_id=event.season_id, activity_id=event.activity_id)
    await append(connection, shown, actor_id=actor.account_id if actor else None, now=clock.now())


async def list_outstanding(
    connection: Connection, season_id: UUID, policies: Policies, *, clock: Clock
) -> list[Outstanding]:
    """List the confirmed large events of a season that are not filed yet, the first due first."""
    coming = await repository.list_large(connection, policies, season_id=season_id, now=clock.now(), only_coming=True)
    found = [
        Outstanding(event=event, due_on=await due_day(connection, event, policies, clock))
        for event in coming
        if not event.is_settled and event.starts_at is not None
    ]
    return sorted(found, key=lambda entry: entry.due_on)


async def due_day(connection: Connection, event: LargeEvent, policies: Policies, clock: Clock) -> date:
    """Give the day by which an event with a place is filed."""
    assert event.starts_at is not None  # noqa: S101 - asked of events with a place only
    day = clock.local(event.starts_at).date()
    return await seasons.working_days_before(connection, day, policies.safety_filing_working_days)


async def _get_large(connection: Connection, activity_id: UUID, policies: Policies, clock: Clock) -> LargeEvent:
    for event in await repository.list_large(connection, policies, activity_id=activity_id, now=clock.now()):
        return event
    raise NotLarge


async def _filing(connection: Connection, event: LargeEvent, policies: Policies, clock: Clock) -> SafetyFiling:
    return SafetyFiling(
        activity_id=event.activity_id,
        kind=event.kind,
        attendance=event.attendance,
        outsiders=event.outsiders,
        due_on=await due_day(connection, event, policies, clock) if event.starts_at is not None else None,
        number=event.number,
        filed_on=event.filed_on,
        exempt_reason=event.exempt_reason,
        # What has no place is not on the programme anyway, and has no day by which it would be.
        is_withheld=event.withheld_since is not None and event.starts_at is not None,
        row_version=event.row_version,
    )


def _check(command: PutSafetyFiling, today: date) -> None:
    if command.number and command.exempt_reason:
        sentence = N_("Enter a number, or why none is needed, not both.")
        raise Invalid.at("exempt_reason", sentence, "contradiction")
    if bool(command.number) != (command.filed_on is not None):
        field = "filed_on" if command.number else "number"
        raise Invalid.at(field, N_("A filing has a number and a day."), "incomplete")
    if command.filed_on is not None and command.filed_on > today:
        raise Invalid.at("filed_on", N_("This day is still to come."), "in-the-future")
