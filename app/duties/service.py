"""Use cases of duties, absences and limits; each is an event, and whoever it concerns is told."""

from datetime import date
from uuid import UUID

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.duties import repository
from app.duties.domain import (
    Absence,
    AddAbsence,
    AwayAlready,
    DepartmentLimits,
    Duty,
    GiveDuty,
    KeptLimits,
    PutDuty,
    check_days,
)
from app.errors import N_, Invalid
from app.events import (
    AbsenceEnded,
    AbsenceNoted,
    DeputyNeeded,
    DutyChanged,
    DutyEnded,
    DutyGiven,
    LimitsChanged,
)
from app.outbox import append
from app.permissions import must
from app.venues.domain import DepartmentNotFound


async def give_duty(connection: Connection, command: GiveDuty, *, actor: Actor, clock: Clock) -> Duty:
    """Give somebody a duty. Raises Invalid, DutyTwice."""
    must(actor, "give_duties")
    if (command.department_id is None) == (command.room_id is None):
        raise Invalid.at("department_id", N_("Name a department or a room, one of them."), "one-scope")
    await _check(connection, command, account_id=command.account_id, today=_today(clock))
    duty_id = await repository.insert_duty(connection, command, granted_by=actor.account_id, now=clock.now())
    duty = await repository.get_duty(connection, duty_id, today=_today(clock))
    for account_id in _people(duty):
        event = DutyGiven(subject_id=account_id, duty_id=duty_id, as_deputy=account_id == duty.deputy_id)
        await append(connection, event, actor_id=actor.account_id, now=clock.now())
    return duty


async def change_duty(
    connection: Connection, duty_id: UUID, command: PutDuty, *, seen: int | None, actor: Actor, clock: Clock
) -> Duty:
    """Change days, deputy and note of a duty. Raises DutyNotFound, PreconditionFailed, Invalid, DutyTwice."""
    must(actor, "give_duties")
    await repository.lock_duty(connection, duty_id)
    before = await repository.get_duty(connection, duty_id, today=_today(clock))
    must_be_seen(before.row_version, seen)
    await _check(connection, command, account_id=before.account_id, today=_today(clock), before=before)
    await repository.update_duty(connection, duty_id, command)
    duty = await repository.get_duty(connection, duty_id, today=_today(clock))
    for account_id in sorted({*_people(before), *_people(duty)}):
        event = DutyChanged(subject_id=account_id, duty_id=duty_id, as_deputy=account_id != duty.account_id)
        await append(connection, event, actor_id=actor.account_id, now=clock.now())
    return duty


async def end_duty(connection: Connection, duty_id: UUID, *, seen: int | None, actor: Actor, clock: Clock) -> Duty:
    """End a duty at once: yesterday was its last day. One that has not begun leaves no day.

    Raises DutyNotFound, PreconditionFailed.
    """
    must(actor, "give_duties")
    await repository.lock_duty(connection, duty_id)
    before = await repository.get_duty(connection, duty_id, today=_today(clock))
    must_be_seen(before.row_version, seen)
    yesterday = date.fromordinal(_today(clock).toordinal() - 1)
    if before.last_day > yesterday:
        ended = PutDuty(
            first_day=min(before.first_day, yesterday),
            last_day=yesterday,
            deputy_id=before.deputy_id,
            note=before.note,
        )
        await repository.update_duty(connection, duty_id, ended, ended_at=clock.now())
        for account_id in _people(before):
            event = DutyEnded(subject_id=account_id, duty_id=duty_id, as_deputy=account_id == before.deputy_id)
            await append(connection, event, actor_id=actor.account_id, now=clock.now())
    return await repository.get_duty(connection, duty_id, today=_today(clock))


async def add_absence(connection: Connection, command: AddAbsence, *, actor: Actor, clock: Clock) -> Absence:
    """Note that one will be away; deputies of those days are told. Raises Invalid, AwayAlready."""
    must(actor, "own_absences", own=True)
    check_days(command.first_day, command.last_day)
    if command.last_day < _today(clock):
        raise Invalid.at("last_day", N_("These days have passed."), "in-the-past")
    own_id, first, last = actor.account_id, command.first_day, command.last_day
    await repository.lock_account(connection, own_id)
    if await repository.is_away(connection, own_id, first_day=first, last_day=last):
        raise AwayAlready
    absence_id = await repository.insert_absence(connection, own_id, first_day=first, last_day=last)
    noted = AbsenceNoted(subject_id=own_id, absence_id=absence_id, first_day=first, last_day=last)
    await append(connection, noted, actor_id=own_id, now=clock.now())
    for deputy_id in await repository.list_deputies(connection, own_id, first_day=first, last_day=last):
        event = DeputyNeeded(subject_id=deputy_id, for_id=own_id, first_day=first, last_day=last)
        await append(connection, event, actor_id=own_id, now=clock.now())
    return Absence(id=absence_id, account_id=own_id, first_day=first, last_day=last)


async def end_absence(connection: Connection, absence_id: UUID, *, actor: Actor, clock: Clock) -> None:
    """Take one's own absence back. Raises AbsenceNotFound."""
    must(actor, "own_absences", own=True)
    ended = await repository.delete_absence(connection, absence_id, account_id=actor.account_id)
    event = AbsenceEnded(subject_id=actor.account_id, first_day=ended.first_day, last_day=ended.last_day)
    await append(connection, event, actor_id=actor.account_id, now=clock.now())


async def set_limits(
    connection: Connection,
    department_id: UUID,
    limits: DepartmentLimits | None,
    *,
    seen: int | None,
    actor: Actor,
    clock: Clock,
) -> KeptLimits | None:
    """Set what a department decides by itself; None: the season's rule holds. Raises DepartmentNotFound,
    PreconditionFailed.
    """
    must(actor, "give_duties")
    if not await repository.lock_department(connection, department_id):
        raise DepartmentNotFound
    before = await repository.find_limits(connection, department_id)
    must_be_seen(0 if before is None else before.row_version, seen)
    if limits is None:
        await repository.delete_limits(connection, department_id)
    else:
        await repository.put_limits(connection, department_id, limits)
    event = LimitsChanged(
        subject_id=department_id,
        kinds=() if limits is None else limits.kinds,
        people=None if limits is None else limits.people,
        booths=None if limits is None else limits.booths,
    )
    await append(connection, event, actor_id=actor.account_id, now=clock.now())
    return await repository.find_limits(connection, department_id)


def _today(clock: Clock) -> date:
    return clock.local(clock.now()).date()


def _people(duty: Duty) -> list[UUID]:
    return [duty.account_id, *([] if duty.deputy_id is None else [duty.deputy_id])]


async def _check(
    connection: Connection, command: PutDuty, *, account_id: UUID, today: date, before: Duty | None = None
) -> None:
    check_days(command.first_day, command.last_day)
    if command.last_day < today and (before is None or command.last_day != before.last_day):
        raise Invalid.at("last_day", N_("These days have passed."), "in-the-past")
    if command.deputy_id == account_id:
        raise Invalid.at("deputy_id", N_("The deputy is somebody else."), "own-deputy")
    holders = {holder.id for holder in await repository.list_holders(connection)}
    if before is None and account_id not in holders:
        raise Invalid.at("account_id", N_("There is no such person at the school."), "unknown-person")
    kept = before is not None and command.deputy_id == before.deputy_id
    if command.deputy_id is not None and not kept and command.deputy_id not in holders:
        raise Invalid.at("deputy_id", N_("There is no such person at the school."), "unknown-person")
