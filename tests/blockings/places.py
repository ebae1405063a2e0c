"""Departments, the career centre and rooms for tests of blockings."""

from typing import Any

import httpx

from app.notifications.composing import compose
from app.notifications.domain import Recipient, Told
from app.notifications.letters import Composed
from app.notifications.recipients import list_recipients
from app.notifications.writing_letters import write_letters
from app.outbox.repository import event_of, list_events
from app.venues.domain import Department, Room
from tests.behaviours.people import Client, Person, organiser_of
from tests.behaviours.test_what_leaves import SENDER
from tests.school import School


async def mailed(school: School, event_type: str) -> list[Composed]:
    """Give the mails of some events to those who are told of them, as they are sent."""
    async with school.database.read() as connection:
        rows = await connection.fetch("SELECT id FROM event WHERE type = $1 ORDER BY id", event_type)
        stored = await list_events(connection, [row["id"] for row in rows])
        events = [event_of(entry) for entry in stored]
        recipients = await list_recipients(connection, events)
        letters = await write_letters(
            connection, [Told(event_of(entry), entry.occurred_at, entry.reason) for entry in stored]
        )
    return [
        compose(letter, Recipient(who.email, "en"), SENDER)
        for letter, people in zip(letters, recipients, strict=True)
        for who in people
    ]


class Places:
    """A room of the school, a hall of a department, and who asks and decides."""

    school: School
    centre: Person
    staff: Person
    department: Department
    room: Room
    hall: Room

    @classmethod
    async def of(cls, school: School, client: Client) -> "Places":
        """Open them."""
        made = cls()
        made.school = school
        made.department = await school.department()
        made.room = await school.room(100)
        made.hall = await school.room(300, department=made.department, booths=80)
        made.centre = await organiser_of(school, client)
        made.staff = await Person.of(client, await school.account("department_staff", department_id=made.department.id))
        return made

    async def ask(self, person: Person, room: Room, first: int, last: int | None = None, **more: Any) -> httpx.Response:
        """Ask to block a room on days of March."""
        body: dict[str, Any] = {"first_day": f"2023-03-{first:02}", "reason_code": "event", **more}
        if last is not None:
            body["last_day"] = f"2023-03-{last:02}"
        return await person.send("POST", f"/api/resources/{room.id}/blockings", json=body)

    async def asked(self, person: Person, room: Room, first: int, last: int | None = None, **more: Any) -> Any:
        """Give what was asked for."""
        answer = await self.ask(person, room, first, last, **more)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def decide(self, blocking: Any, act: str, *, person: Person | None = None, **body: Any) -> httpx.Response:
        """Accept, refuse or withdraw a blocking as it was seen."""
        path = f"/api/blockings/{blocking['id']}/{act}"
        return await (person or self.centre).send("POST", path, seen=blocking["row_version"], json=body)

    async def closures(self, room: Room) -> list[Any]:
        """Give the closures of a room in March."""
        path = f"/api/resources/{room.id}/closures?first_day=2023-03-01&last_day=2023-03-31"
        listed: list[Any] = (await self.centre.send("GET", path)).json()
        return listed
