"""What exhibitors do: say yes or no to an invitation, apply, change what they bring, withdraw."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.accounts.domain import EmailNotVerified
from app.actors import Actor, account_of
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.employers import repository as employers
from app.errors import N_, Invalid
from app.events.fairs import (
    BoothGivenBack,
    ExhibitorAgreed,
    ExhibitorApplied,
    ExhibitorChanged,
    ExhibitorDeclined,
    ExhibitorEvent,
    ExhibitorJoined,
    ExhibitorWithdrew,
)
from app.fairs import repository
from app.fairs.access import get_own, runs
from app.fairs.domain import (
    OPEN,
    STATE_NAMES,
    AcceptInvitation,
    Apply,
    Exhibitor,
    ExhibitorState,
    Fair,
    Participation,
)
from app.fairs.errors import (
    AnswerLate,
    ApplicationsClosed,
    DivisionMissing,
    ExhibitorMoveImpossible,
    ExhibitsAlready,
    FairMoved,
    FairNotFound,
    FairOver,
    NotVerified,
)
from app.fairs.giving import Given, free_team, give_booth, leave_booth, take_team
from app.outbox import append
from app.permissions import must
from app.requests.access import NoEmployerYet
from app.strikes.reading import must_not_be_paused


async def accept(
    connection: Connection,
    exhibitor_id: UUID,
    command: AcceptInvitation,
    *,
    actor: Actor | None,
    clock: Clock,
    seen: int | None = None,
) -> Exhibitor:
    """Say yes to an invitation, at the time that was looked at; a second yes changes nothing.

    `actor` is None for whoever has the signed link. Where no booth is left it waits for one; not verified yet, it has
    applied. Raises ExhibitorNotFound, FairOver, AnswerLate, FairMoved, FairLimit, PeopleElsewhere,
    ExhibitorMoveImpossible.
    """
    fair, exhibitor = await _open(connection, exhibitor_id, actor=actor, clock=clock)
    if exhibitor.state in ("accepted", "waitlisted", "applied"):
        return exhibitor
    _must_be(exhibitor, "invited")
    must_be_seen(exhibitor.row_version, seen)
    _must_be_in_time(fair, exhibitor, actor=actor, clock=clock)
    if command.starts_at != fair.starts_at:
        raise FairMoved(when=_when(fair, clock))
    await repository.update_participation(connection, exhibitor.id, command)
    exhibitor = await repository.get_exhibitor(connection, exhibitor.id)
    await give_booth(connection, fair, exhibitor, Given(actor=actor, clock=clock, by_itself=True))
    return await repository.get_exhibitor(connection, exhibitor.id)


async def decline(
    connection: Connection, exhibitor_id: UUID, *, note: str, actor: Actor | None, clock: Clock
) -> Exhibitor:
    """Say no to an invitation, with a reason if there is one. Raises ExhibitorNotFound, FairOver,
    ExhibitorMoveImpossible.
    """
    fair, exhibitor = await _open(connection, exhibitor_id, actor=actor, clock=clock)
    if exhibitor.state == "declined":
        return exhibitor
    _must_be(exhibitor, "invited")
    await repository.update_state(connection, exhibitor.id, "declined", now=clock.now(), note=note)
    await leave_booth(connection, exhibitor)
    await _tell(connection, fair, exhibitor, ExhibitorDeclined, actor=actor, now=clock.now(), reason=note)
    return await repository.get_exhibitor(connection, exhibitor.id)


async def withdraw(
    connection: Connection,
    exhibitor_id: UUID,
    *,
    note: str,
    actor: Actor | None,
    clock: Clock,
    seen: int | None = None,
) -> Exhibitor:
    """Come no more, or ask no more: the booth goes to who waits longest. Raises ExhibitorNotFound, FairOver,
    ExhibitorMoveImpossible.
    """
    fair, exhibitor = await _open(connection, exhibitor_id, actor=actor, clock=clock)
    if exhibitor.state == "withdrawn":
        return exhibitor
    _must_be(exhibitor, "applied", "accepted", "waitlisted")
    must_be_seen(exhibitor.row_version, seen)
    await repository.update_state(connection, exhibitor.id, "withdrawn", now=clock.now(), note=note)
    await leave_booth(connection, exhibitor)
    await free_team(connection, fair.id, exhibitor)
    if exhibitor.state == "accepted":
        await _tell(connection, fair, exhibitor, BoothGivenBack, actor=actor, now=clock.now(), reason=note)
    event = ExhibitorWithdrew(
        subject_id=fair.id,
        season_id=fair.season_id,
        exhibitor_id=exhibitor.id,
        had_booth=exhibitor.state == "accepted",
    )
    await append(connection, event, actor_id=account_of(actor), now=clock.now(), reason=note)
    return await repository.get_exhibitor(connection, exhibitor.id)


async def agree(
    connection: Connection, exhibitor_id: UUID, *, starts_at: datetime | None, actor: Actor | None, clock: Clock
) -> Exhibitor:
    """Come at the other time too that the fair has by now. Raises ExhibitorNotFound, FairOver, FairMoved,
    ExhibitorMoveImpossible.
    """
    fair, exhibitor = await _open(connection, exhibitor_id, actor=actor, clock=clock)
    _must_be(exhibitor, "accepted")
    if starts_at != fair.starts_at:
        raise FairMoved(when=_when(fair, clock))
    if exhibitor.agreed_starts_at != fair.starts_at:
        await repository.agree_to_time(connection, exhibitor.id, fair.starts_at)
        await _tell(connection, fair, exhibitor, ExhibitorAgreed, actor=actor, now=clock.now())
    return await repository.get_exhibitor(connection, exhibitor.id)


async def change(
    connection: Connection,
    exhibitor_id: UUID,
    command: Participation,
    *,
    seen: int | None,
    actor: Actor | None,
    clock: Clock,
) -> Exhibitor:
    """Bring or wish something else, or send other people. Raises ExhibitorNotFound, FairOver, PeopleElsewhere,
    ExhibitorMoveImpossible, PreconditionFailed.
    """
    fair, exhibitor = await _open(connection, exhibitor_id, actor=actor, clock=clock)
    _must_be(exhibitor, "invited", "applied", "accepted", "waitlisted")
    must_be_seen(exhibitor.row_version, seen)
    await repository.update_participation(connection, exhibitor.id, command)
    changed = await repository.get_exhibitor(connection, exhibitor.id)
    if changed.state == "accepted" and changed.own_team != exhibitor.own_team and changed.team_id is not None:
        if changed.own_team:
            await free_team(connection, fair.id, changed)
        else:
            await take_team(connection, fair, changed, clock=clock)
    await _tell(connection, fair, exhibitor, ExhibitorChanged, actor=actor, now=clock.now())
    return changed


async def apply(connection: Connection, fair_id: UUID, command: Apply, *, actor: Actor, clock: Clock) -> Exhibitor:
    """Ask for a booth. Where the entity is at the fair already, join its team, share its booth, or ask for one of its
    own for a division.

    Raises FairNotFound, ApplicationsClosed, FairOver, ExhibitsAlready, DivisionMissing, NotVerified, EmployerPaused.
    """
    now = clock.now()
    must(actor, "exhibit", own=True)
    employer_id = command.employer_id if actor.organises else actor.employer_id
    if employer_id is None and actor.organises:
        raise Invalid.at("employer_id", N_("Say which employer asks."), "missing")
    if employer_id is None:
        raise NoEmployerYet
    fair = await repository.lock_fair(connection, fair_id)
    if not actor.organises and not actor.email_verified:
        raise EmailNotVerified
    found = await repository.list_known_ids(connection, [employer_id])
    if not found:
        raise NotVerified(employer=(await employers.get_employer(connection, employer_id)).legal_name)
    known = found[0]
    entries = await repository.list_of_codes(connection, fair_id, [known.credit_code])
    if not runs(actor, fair) and not entries and not fair.is_public:
        raise FairNotFound
    if not fair.is_open(now):
        raise FairOver
    await must_not_be_paused(connection, employer_id, clock=clock)
    standing = [entry for entry in entries if entry.state in OPEN]
    invited = [entry for entry in standing if entry.state == "invited"]
    if invited and command.entry is None:
        wish = msgspec.convert(
            {name: getattr(command, name) for name in Participation.__struct_fields__} | {"starts_at": fair.starts_at},
            AcceptInvitation,
        )
        return await accept(connection, invited[0].id, wish, actor=actor, clock=clock)
    if not fair.takes_applications and not runs(actor, fair):
        raise ApplicationsClosed
    if standing and command.entry is None:
        raise ExhibitsAlready(employer=known.legal_name, extra={"exhibitor_id": str(standing[0].id)})
    if standing and command.entry == "join":
        return await _join(connection, fair, standing[0], command, actor=actor, now=now)
    exhibitor_id = await _enter(connection, fair, known, command, entries, actor=actor, now=now)
    await repository.update_participation(connection, exhibitor_id, command)
    entered = await repository.get_exhibitor(connection, exhibitor_id)
    await _tell(connection, fair, entered, ExhibitorApplied, actor=actor, now=now)
    return await repository.get_exhibitor(connection, exhibitor_id)


async def _enter(
    connection: Connection,
    fair: Fair,
    known: repository.Known,
    command: Apply,
    entries: list[Exhibitor],
    *,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Give the entry of an application: a new one, or that of somebody who had said no or withdrawn."""
    standing = [entry for entry in entries if entry.state in OPEN]
    division = command.division if standing else ""
    if standing and (not division or any(entry.division == division for entry in standing)):
        raise DivisionMissing(employer=known.legal_name)
    shares_with = None
    if standing and command.entry == "share":
        shares_with = standing[0].shares_with or standing[0].id
    for entry in entries:
        if entry.division == division:
            _must_be(entry, "declined", "withdrawn")
            await repository.update_state(connection, entry.id, "applied", now=now)
            await repository.share_booth(connection, entry.id, shares_with)
            return entry.id
    return await repository.insert_application(
        connection, fair.id, known, division=division, shares_with=shares_with, locale=actor.locale
    )


async def _join(
    connection: Connection, fair: Fair, entry: Exhibitor, command: Apply, *, actor: Actor, now: datetime
) -> Exhibitor:
    """Add people and posts to the entry that is there."""
    joined = Participation(
        posts=(*entry.posts, *command.posts),
        needs_power=entry.needs_power or command.needs_power,
        wishes=entry.wishes or command.wishes,
        own_team=entry.own_team,
        people=(*entry.people, *command.people),
        remark="\n".join(text for text in (entry.remark, command.remark) if text),
    )
    await repository.update_participation(connection, entry.id, joined)
    event = ExhibitorJoined(
        subject_id=fair.id, season_id=fair.season_id, exhibitor_id=entry.id, count=len(command.people)
    )
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await repository.get_exhibitor(connection, entry.id)


async def _open(
    connection: Connection, exhibitor_id: UUID, *, actor: Actor | None, clock: Clock
) -> tuple[Fair, Exhibitor]:
    fair, exhibitor = await get_own(connection, exhibitor_id, actor=actor)
    if actor is not None and not actor.organises and not actor.email_verified and not runs(actor, fair):
        raise EmailNotVerified
    if not fair.is_open(clock.now()):
        raise FairOver
    return fair, exhibitor


def _must_be(exhibitor: Exhibitor, *states: ExhibitorState) -> None:
    if exhibitor.state not in states:
        raise ExhibitorMoveImpossible(state=STATE_NAMES[exhibitor.state])


def _must_be_in_time(fair: Fair, exhibitor: Exhibitor, *, actor: Actor | None, clock: Clock) -> None:
    """Check that an invitation can be answered still: a booth that is kept until its end, others until theirs."""
    if actor is not None and runs(actor, fair):
        return
    until = exhibitor.held_until or fair.answer_until
    # Who is invited after the usual time can answer until the fair begins.
    is_late_invitation = until is not None and exhibitor.invited_at is not None and exhibitor.invited_at >= until
    if until is not None and until <= clock.now() and not is_late_invitation:
        raise AnswerLate(until=clock.local(until))


def _when(fair: Fair, clock: Clock) -> str:
    if fair.starts_at is None or fair.ends_at is None:
        return "—"
    starts, ends = clock.local(fair.starts_at), clock.local(fair.ends_at)
    return f"{starts:%Y-%m-%d %H:%M}–{ends:%H:%M}"


async def _tell(
    connection: Connection,
    fair: Fair,
    exhibitor: Exhibitor,
    kind: type[ExhibitorEvent],
    *,
    actor: Actor | None,
    now: datetime,
    reason: str = "",
) -> None:
    event = kind(subject_id=fair.id, season_id=fair.season_id, exhibitor_id=exhibitor.id)
    await append(connection, event, actor_id=account_of(actor), now=now, reason=reason)
