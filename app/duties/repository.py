"""Duties, absences and limits of departments in PostgreSQL."""

from datetime import date, datetime
from uuid import UUID

from app.database import Connection, load_queries
from app.database.constraints import on_constraint
from app.database.rows import fetch_all, find_one
from app.duties.domain import (
    Absence,
    AbsenceNotFound,
    DepartmentLimits,
    Duty,
    DutyNotFound,
    DutyTwice,
    GiveDuty,
    Holder,
    KeptLimits,
    PutDuty,
)
from app.errors import N_, Invalid

_queries = load_queries(__file__)
on_constraint(
    "duty_department_fkey",
    lambda _: Invalid.at("department_id", N_("There is no such department."), "unknown-department"),
)
on_constraint("duty_once", lambda _: DutyTwice())
on_constraint("duty_room_fkey", lambda _: Invalid.at("room_id", N_("There is no such room."), "unknown-room"))


async def list_duties(connection: Connection, *, today: date, account_id: UUID | None = None) -> list[Duty]:
    """List every duty, or those of somebody as holder or deputy; those that are over come last."""
    rows = _queries.list_duties(connection, duty_id=None, account_id=account_id, today=today)
    return await fetch_all(Duty, rows)


async def get_duty(connection: Connection, duty_id: UUID, *, today: date) -> Duty:
    """Give one. Raises DutyNotFound."""
    found = await fetch_all(Duty, _queries.list_duties(connection, duty_id=duty_id, account_id=None, today=today))
    if not found:
        raise DutyNotFound
    return found[0]


async def lock_duty(connection: Connection, duty_id: UUID) -> None:
    """Lock a duty. Raises DutyNotFound."""
    if await _queries.lock_duty(connection, duty_id=duty_id) is None:
        raise DutyNotFound


async def insert_duty(connection: Connection, command: GiveDuty, *, granted_by: UUID, now: datetime) -> UUID:
    """Insert a duty. Raises Invalid, DutyTwice."""
    duty_id: UUID = await _queries.insert_duty(
        connection,
        kind=command.kind,
        account_id=command.account_id,
        deputy_id=command.deputy_id,
        department_id=command.department_id,
        room_id=command.room_id,
        first_day=command.first_day,
        last_day=command.last_day,
        note=command.note,
        granted_by=granted_by,
        now=now,
    )
    return duty_id


async def update_duty(
    connection: Connection, duty_id: UUID, command: PutDuty, *, ended_at: datetime | None = None
) -> None:
    """Change a duty, or note that it was ended before its time. Raises DutyTwice."""
    await _queries.update_duty(
        connection,
        duty_id=duty_id,
        first_day=command.first_day,
        last_day=command.last_day,
        deputy_id=command.deputy_id,
        note=command.note,
        ended_at=ended_at,
    )


async def list_holders(connection: Connection) -> list[Holder]:
    """List who can have a duty."""
    return await fetch_all(Holder, _queries.list_holders(connection))


async def list_absences(connection: Connection, account_id: UUID, *, today: date) -> list[Absence]:
    """List when somebody is away, from today on."""
    return await fetch_all(Absence, _queries.list_absences(connection, account_id=account_id, today=today))


async def lock_account(connection: Connection, account_id: UUID) -> None:
    """Let nobody else change somebody's absences until this transaction ends."""
    await _queries.lock_account(connection, account_id=account_id)


async def is_away(connection: Connection, account_id: UUID, *, first_day: date, last_day: date) -> bool:
    """Whether somebody said already that they are away on all of some days."""
    return bool(
        await _queries.find_absence_around(connection, account_id=account_id, first_day=first_day, last_day=last_day)
    )


async def insert_absence(connection: Connection, account_id: UUID, *, first_day: date, last_day: date) -> UUID:
    """Note that somebody will be away."""
    absence_id: UUID = await _queries.insert_absence(
        connection, account_id=account_id, first_day=first_day, last_day=last_day
    )
    return absence_id


async def delete_absence(connection: Connection, absence_id: UUID, *, account_id: UUID) -> Absence:
    """Forget an absence of somebody. Raises AbsenceNotFound."""
    found = await find_one(Absence, _queries.delete_absence(connection, absence_id=absence_id, account_id=account_id))
    if found is None:
        raise AbsenceNotFound
    return found


async def list_deputies(connection: Connection, account_id: UUID, *, first_day: date, last_day: date) -> list[UUID]:
    """List who stands in for somebody in some days."""
    rows = _queries.list_deputies(connection, account_id=account_id, first_day=first_day, last_day=last_day)
    return [row["account_id"] async for row in rows]


async def find_limits(connection: Connection, department_id: UUID) -> KeptLimits | None:
    """Give a department's own limits; None where the season's rule holds."""
    return await find_one(KeptLimits, _queries.find_limits(connection, department_id=department_id))


async def put_limits(connection: Connection, department_id: UUID, limits: DepartmentLimits) -> None:
    """Set a department's own limits."""
    await _queries.put_limits(
        connection, department_id=department_id, kinds=list(limits.kinds), people=limits.people, booths=limits.booths
    )


async def delete_limits(connection: Connection, department_id: UUID) -> None:
    """Let the season's rule hold for a department again."""
    await _queries.delete_limits(connection, department_id=department_id)


async def lock_department(connection: Connection, department_id: UUID) -> bool:
    """Lock a department; whether there is one."""
    return await _queries.find_department(connection, department_id=department_id) is not None
