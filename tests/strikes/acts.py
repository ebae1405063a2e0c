"""What tests of strikes do again and again: talks of one employer on days of March, missed or called off too late."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from app.clock import Clock
from app.decisions import endings
from app.employers.domain import Employer
from app.employers.repository import get_employer
from app.requests.domain import CancelRequest, RequestDetail
from app.strikes.domain import StrikeRecord
from app.strikes.reading import read_record
from tests.addresses import SITE
from tests.behaviours.people import Client
from tests.offers.acts import book
from tests.school import School, app_of, at, clock_at, talk


async def booked(school: School, employer: Employer, *days: int) -> list[RequestDetail]:
    """Talks of an employer, each with a place at two o'clock."""
    room = await school.room(100)
    found = []
    for day in days:
        detail = await school.request(talk(), employer=employer)
        await book(school, detail.activities[0].id, at(day, 14), room)
        found.append(detail)
    return found


async def miss(school: School, detail: RequestDetail, day: int, *, month: int = 3) -> None:
    """Nobody came, which is noted at three o'clock of a day."""
    given: dict[str, Any] = {"actor": school.organiser, "clock": clock_at(at(day, 15, month=month))}
    await school.database.transact(endings.mark_no_show, detail.request.id, **given)


async def missed(school: School, employer: Employer, *days: int) -> list[RequestDetail]:
    """Talks of an employer to which nobody came."""
    found = await booked(school, employer, *days)
    for detail, day in zip(found, days, strict=True):
        await miss(school, detail, day)
    return found


async def call_off(school: School, detail: RequestDetail, moment: datetime) -> None:
    """The employer calls it off."""
    contact = (await school.account("employer_contact", employer_id=detail.request.employer_id)).actor()
    given: dict[str, Any] = {"actor": contact, "clock": clock_at(moment)}
    await school.database.transact(endings.cancel_request, detail.request.id, CancelRequest(note="计划有变"), **given)


async def employer_of(school: School, employer_id: UUID) -> Employer:
    """An employer as it is now."""
    async with school.database.read() as connection:
        return await get_employer(connection, employer_id)


async def record_of(school: School, employer: Employer, clock: Clock) -> StrikeRecord:
    """What counts against it."""
    now = await employer_of(school, employer.id)
    async with school.database.read() as connection:
        return await read_record(connection, employer.id, waived_at=now.strikes_waived_at, clock=clock)


async def holds(school: School, employer: Employer, day: int, *, month: int = 3) -> tuple[str, int]:
    """What holds for it on a day, and how many no-shows count."""
    outcome = (await record_of(school, employer, clock_at(at(day, 16, month=month)))).outcome
    return outcome.kind, outcome.count


async def events_of(school: School, types: Sequence[str]) -> list[dict[str, Any]]:
    """What some events say, in their order."""
    rows = await school.database.pool.fetch("SELECT payload FROM event WHERE type = ANY($1) ORDER BY id", list(types))
    return [row["payload"] for row in rows]


@asynccontextmanager
async def on_day(school: School, database_url: str, day: int, *, month: int = 3) -> AsyncIterator[Client]:
    """The application, at four o'clock of a day."""
    await school.go_to(at(day, 16, month=month))
    async with Client(app_of(school, database_url), base_url=SITE) as client:
        yield client
