"""What people do with series over HTTP."""

from datetime import date
from typing import Any

from app.bookings.domain import ConfirmPlacement
from app.employers.domain import Employer
from tests.behaviours.people import Client, Person
from tests.school import School

HOURS = {"from_time": "14:00:00", "until_time": "16:00:00"}


def march(*days: int) -> list[str]:
    """Days of March 2023."""
    return [date(2023, 3, day).isoformat() for day in days]


def body(school: School, repeat: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A series of interviews for 20 people in one room, in the afternoon."""
    return {
        "season_id": str(school.season.id),
        "title": "Interview days",
        "contact_email": "hr@employer.example",
        "activities": [{"kind": "interview_block", "attendance": 20, "duration_minutes": 120}],
        "repeat": {**HOURS, **repeat},
        **changes,
    }


async def contact_of(school: School, client: Client, employer: Employer | None = None) -> Person:
    """Somebody of a verified employer, whose address is confirmed."""
    employer = employer or await school.employer()
    account = await school.account("employer_contact", employer_id=employer.id)
    await school.database.pool.execute("UPDATE account SET email_verified_at = now() WHERE id = $1", account.id)
    return await Person.of(client, account)


async def asked(person: Person, school: School, *days: int, **changes: Any) -> dict[str, Any]:
    """A series on some days of March."""
    answer = await person.send("POST", "/api/series", json=body(school, {"days": march(*days)}, **changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def looked(person: Person, series: dict[str, Any]) -> dict[str, Any]:
    """The series as it is."""
    answer = await person.send("GET", f"/api/series/{series['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def act(person: Person, series: dict[str, Any], name: str, **given: Any) -> Any:
    """An act on the whole, having looked at it just now."""
    seen = (await looked(person, series))["row_version"]
    return await person.send("POST", f"/api/series/{series['id']}/{name}", seen=seen, **given)


def states(series: dict[str, Any]) -> dict[int, str]:
    """The state of each date, by its day of the month."""
    return {date.fromisoformat(one["day"]).day: one["request"]["state"] for one in series["dates"]}


def dropped(series: dict[str, Any]) -> dict[int, str]:
    """Why days dropped out, by day of the month."""
    return {date.fromisoformat(one["day"]).day: one["reason"] for one in series["dropped"]}


def wanted(activity_id: Any, starts_at: Any, room: Any) -> ConfirmPlacement:
    """A place by hand."""
    return ConfirmPlacement(activity_id=activity_id, starts_at=starts_at, room_ids=(room.id,))
