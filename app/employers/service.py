"""Use cases of employers: register, change, ask for review, verify, refuse, suspend."""

import hashlib
from datetime import date, datetime
from uuid import UUID

import msgspec
import puremagic
from msgspec import UNSET

from app.accounts import repository as accounts
from app.actors import Actor, account_of
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.employers import repository
from app.employers.domain import (
    MAX_SCAN_BYTES,
    MOVES,
    REVIEWED_FIELDS,
    SCAN_TYPES,
    STATE_NAMES,
    AlreadyHasEmployer,
    ChangeEmployer,
    Decision,
    Employer,
    EmployerMoveImpossible,
    EmployerNotFound,
    RegisterEmployer,
    Suspension,
    checked_credit_code,
)
from app.employers.keeping import must_have_room
from app.errors import N_, Invalid, TooLarge
from app.events import (
    EmployerChanged,
    EmployerRefused,
    EmployerRegistered,
    EmployerReviewAsked,
    EmployerSuspended,
    EmployerVerified,
)
from app.outbox import append
from app.permissions import must, must_at_all
from app.seasons import repository as seasons
from app.seasons.policies import DEFAULT_POLICIES


async def register_employer(
    connection: Connection, command: RegisterEmployer, *, actor: Actor | None, now: datetime
) -> Employer:
    """Enter an employer; a contact who enters it speaks for it from then on. Raises Invalid, CreditCodeTaken."""
    if actor is not None:
        must_at_all(actor, "register_employer")
    if actor is not None and actor.employer_id is not None:
        raise AlreadyHasEmployer
    command = msgspec.structs.replace(command, credit_code=checked_credit_code(command.credit_code))
    employer = await repository.insert_employer(connection, command, now=now)
    if actor is not None and actor.role == "employer_contact":
        await accounts.update_employer(connection, actor.account_id, employer.id)
    await append(connection, EmployerRegistered(subject_id=employer.id), actor_id=account_of(actor), now=now)
    return employer


async def change_employer(
    connection: Connection,
    employer_id: UUID,
    command: ChangeEmployer,
    *,
    expected_version: int | None,
    actor: Actor | None,
    clock: Clock,
) -> Employer:
    """Change an employer; if it changes what is or was reviewed, a new review is asked for.

    Raises EmployerNotFound, PreconditionFailed.
    """
    must_see(actor, employer_id)
    now = clock.now()
    employer = await repository.lock_employer(connection, employer_id)
    given = {name: value for name, value in msgspec.structs.asdict(command).items() if value is not UNSET}
    changes = {name: value for name, value in given.items() if getattr(employer, name) != value}
    changed = await repository.update_employer(
        connection, msgspec.structs.replace(employer, **changes), expected_version=expected_version
    )
    await append(
        connection,
        EmployerChanged(subject_id=employer_id, changed=tuple(changes)),
        actor_id=account_of(actor),
        now=now,
    )
    if REVIEWED_FIELDS & changes.keys():
        changed = await _review_again(connection, changed, actor=actor, clock=clock)
    return changed


async def store_scan(
    connection: Connection, employer_id: UUID, content: bytes, *, actor: Actor, clock: Clock
) -> Employer:
    """Keep the licence's scan, found out what it is by its content; it is reviewed.

    Raises TooLarge, Invalid, KeepsTooMuch.
    """
    must_see(actor, employer_id)
    now = clock.now()
    employer = await repository.lock_employer(connection, employer_id)
    if len(content) > MAX_SCAN_BYTES:
        raise TooLarge(limit="5 MB")
    await repository.upsert_scan(
        connection, employer_id, content, scan_type(content), hashlib.sha256(content).digest(), now=now
    )
    await must_have_room(connection, employer_id, actor=actor)
    event = EmployerChanged(subject_id=employer_id, changed=("licence_scan",))
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await _review_again(connection, employer, actor=actor, clock=clock)


def scan_type(content: bytes) -> str:
    """Give the type of a file by its content. Raises Invalid for anything but jpeg, png, pdf."""
    try:
        found = puremagic.from_string(content, mime=True) if content else ""
    except (puremagic.PureError, ValueError):
        found = ""
    if found not in SCAN_TYPES:
        raise Invalid.at("file", N_("A licence is accepted as JPEG, PNG or PDF."), "wrong-file-type")
    return found


async def ask_review(connection: Connection, employer_id: UUID, *, actor: Actor | None, clock: Clock) -> Employer:
    """Ask the career centre for a review; its time to answer counts in working days. Raises EmployerMoveImpossible."""
    must_see(actor, employer_id)
    employer = await repository.lock_employer(connection, employer_id)
    _must_be_possible("ask_review", employer)
    return await start_review(connection, employer, actor=actor, clock=clock)


async def verify_employer(
    connection: Connection, employer_id: UUID, *, seen: int | None, actor: Actor, clock: Clock
) -> Employer:
    """Verify an employer: what was entered is what the licence says; or end its suspension.

    What changed during the suspension is reviewed before. Raises EmployerMoveImpossible, PreconditionFailed.
    """
    must(actor, "review_employers")
    employer = await repository.lock_employer(connection, employer_id)
    act = "reinstate" if employer.state == "suspended" else "verify"
    _must_be_possible(act, employer)
    must_be_seen(employer.row_version, seen)
    if employer.needs_review and act == "reinstate":
        return await start_review(connection, employer, actor=actor, clock=clock)
    changed = await repository.update_state(connection, employer_id, MOVES[act][1])
    await append(connection, EmployerVerified(subject_id=employer_id), actor_id=actor.account_id, now=clock.now())
    return changed


async def refuse_employer(
    connection: Connection, employer_id: UUID, decision: Decision, *, seen: int | None, actor: Actor, now: datetime
) -> Employer:
    """Refuse an employer with reasons; it can change the entry and ask again.

    Raises EmployerMoveImpossible, PreconditionFailed.
    """
    must(actor, "review_employers")
    employer = await repository.lock_employer(connection, employer_id)
    _must_be_possible("refuse", employer)
    must_be_seen(employer.row_version, seen)
    changed = await repository.update_state(
        connection, employer_id, "refused", reasons=decision.reasons, note=decision.note
    )
    event = EmployerRefused(subject_id=employer_id, reasons=decision.reasons)
    await append(connection, event, actor_id=actor.account_id, now=now, reason=decision.note)
    return changed


async def suspend_employer(
    connection: Connection,
    employer_id: UUID,
    suspension: Suspension,
    *,
    seen: int | None,
    actor: Actor,
    today: date,
    now: datetime,
) -> Employer:
    """Accept no new requests of an employer until a day. Raises EmployerMoveImpossible, Invalid,
    PreconditionFailed.
    """
    must(actor, "review_employers")
    if suspension.until <= today:
        raise Invalid.at("until", N_("This day has passed already."), "in-the-past")
    employer = await repository.lock_employer(connection, employer_id)
    _must_be_possible("suspend", employer)
    must_be_seen(employer.row_version, seen)
    changed = await repository.update_state(
        connection, employer_id, "suspended", note=suspension.reason, suspended_until=suspension.until
    )
    event = EmployerSuspended(subject_id=employer_id, until=suspension.until.isoformat())
    await append(connection, event, actor_id=actor.account_id, now=now, reason=suspension.reason)
    return changed


def must_see(actor: Actor | None, employer_id: UUID) -> None:
    """Check that the actor may see an employer; others do not exist for a contact. Raises EmployerNotFound."""
    if actor is not None and not actor.organises and actor.employer_id != employer_id:
        raise EmployerNotFound


def _must_be_possible(act: str, employer: Employer) -> None:
    if employer.state not in MOVES[act][0]:
        raise EmployerMoveImpossible(state=STATE_NAMES[employer.state], extra={"state": employer.state, "act": act})


async def _review_again(connection: Connection, employer: Employer, *, actor: Actor | None, clock: Clock) -> Employer:
    if employer.state in ("verified", "under_review"):
        return await start_review(connection, employer, actor=actor, clock=clock)
    return await repository.mark_changed(connection, employer.id, needs_review=employer.state == "suspended")


async def start_review(connection: Connection, employer: Employer, *, actor: Actor | None, clock: Clock) -> Employer:
    """Have a locked employer reviewed; the career centre's time to answer begins now."""
    now = clock.now()
    today = clock.local(now).date()
    calendar = await seasons.get_calendar(connection, today, today.replace(year=today.year + 1, day=1))
    days = await _review_days(connection, today)
    changed = await repository.update_state(
        connection,
        employer.id,
        "under_review",
        review_asked_at=now,
        review_due_at=calendar.due(now, days, clock.zone),
    )
    await append(connection, EmployerReviewAsked(subject_id=employer.id), actor_id=account_of(actor), now=now)
    return changed


async def _review_days(connection: Connection, today: date) -> int:
    policies = await seasons.find_policies_of_day(connection, today) or DEFAULT_POLICIES
    return policies.employer_review_working_days
