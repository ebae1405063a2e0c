"""A department with a hall of its own, and somebody who opens fairs there."""

from typing import Any

import msgspec
import pytest

from app.accounts.domain import Account
from app.employers.domain import Employer
from app.venues.domain import Department, Room
from tests.people.mails import Mail, mails_since
from tests.school import School, at, credit_code
from tests.signing_in import sign_in


class Faculty(msgspec.Struct):
    """A department, its hall, and its staff, signed in."""

    school: School
    client: Any
    department: Department
    hall: Room
    staff: Account

    async def as_staff(self) -> None:
        """Let the department's staff act."""
        await sign_in(self.client, self.staff)

    async def open(self, **more: Any) -> dict[str, Any]:
        """A fair of twelve booths in the own hall, booked at once for 8 March."""
        await self.as_staff()
        command = {
            "season_id": str(self.school.season.id),
            "title": "计算机学院专场",
            "room_ids": [str(self.hall.id)],
            "starts_at": at(8, 10).isoformat(),
            "booths": 12,
            **more,
        }
        answer = await self.client.post("/api/fairs", json=command)
        assert answer.status_code == 201, answer.text
        fair: dict[str, Any] = answer.json()
        return fair

    async def invite(self, fair: dict[str, Any], *employers: Employer, **more: Any) -> list[str]:
        """Invite registered employers; their ids as exhibitors, in the same order."""
        await self.as_staff()
        command = {"employer_ids": [str(employer.id) for employer in employers], **more}
        answer = await self.client.post(f"/api/fairs/{fair['id']}/invitations", json=command)
        assert answer.status_code == 200, answer.text
        exhibitors = {one["credit_code"]: one["id"] for one in (await self.look(fair))["exhibitors"]}
        return [exhibitors[employer.credit_code] for employer in employers]

    async def look(self, fair: dict[str, Any]) -> dict[str, Any]:
        """The fair as its staff see it."""
        await self.as_staff()
        answer = await self.client.get(f"/api/fairs/{fair['id']}")
        assert answer.status_code == 200, answer.text
        detail: dict[str, Any] = answer.json()
        return detail

    async def states(self, fair: dict[str, Any]) -> dict[str, str]:
        """States of the exhibitors by id."""
        return {one["id"]: one["state"] for one in (await self.look(fair))["exhibitors"]}

    async def person_of(self, employer: Employer) -> Account:
        """Somebody who acts for an employer."""
        return await self.school.account("employer_contact", employer_id=employer.id)


@pytest.fixture
async def faculty(school: School, client: Any) -> Faculty:
    department = await school.department("CS")
    hall = await school.room(600, department=department, booths=60)
    staff = await school.account("department_staff", department_id=department.id)
    return Faculty(school, client, department, hall, staff)


def entity(number: int, **more: Any) -> dict[str, Any]:
    """A legal entity of a list; nobody registered it."""
    return {
        "credit_code": credit_code(number),
        "legal_name": f"名录第{number}有限公司",
        "contact_email": f"hr{number}@listed.example",
        **more,
    }


async def link_of(school: School, after: int, purpose: str) -> str:
    """The link in the only message of a purpose since an event."""
    (mail,) = await mails_of(school, after, purpose)
    return mail.link


async def mails_of(school: School, after: int, purpose: str) -> list[Mail]:
    """The messages of a purpose since an event."""
    return [mail for mail in await mails_since(school, after) if mail.purpose == purpose]
