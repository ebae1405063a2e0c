"""Several people with one client over HTTP, and what they do there."""

from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.accounts.domain import Account
from app.requests.domain import RequestDetail
from app.venues.domain import Room
from tests.school import School
from tests.signing_in import sign_in

Client = AsyncTestClient[Litestar]


class Person:
    """Somebody who is signed in beside others; answers are in English."""

    def __init__(self, client: Client, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers

    @classmethod
    async def of(cls, client: Client, account: Account) -> "Person":
        """Sign somebody in."""
        client.cookies.clear()
        await sign_in(client, account)
        cookie = "; ".join(f"{name}={value}" for name, value in {**client.cookies, "locale": "en"}.items())
        client.cookies.clear()
        return cls(client, {"Cookie": cookie})

    async def send(self, method: str, path: str, *, seen: int | str = "*", **more: Any) -> httpx.Response:
        """Ask the API."""
        match = "*" if seen == "*" else f'"{seen}"'
        return await self.client.request(method, path, headers={**self.headers, "If-Match": match}, **more)

    async def press(self, path: str, **values: Any) -> httpx.Response:
        """Send a form of a page."""
        return await self.client.post(
            path, data=values, headers={**self.headers, "Accept": "text/html"}, follow_redirects=False
        )

    async def page(self, path: str) -> httpx.Response:
        """Look at a page."""
        return await self.client.get(path, headers={**self.headers, "Accept": "text/html"})

    async def book(
        self, detail: RequestDetail, starts_at: datetime, *rooms: Room, channel: UUID | None = None
    ) -> httpx.Response:
        """Book the request's first activity."""
        body = {
            "activity_id": str(detail.activities[0].id),
            "starts_at": starts_at.isoformat(),
            "room_ids": [str(room.id) for room in rooms],
            "channel_id": None if channel is None else str(channel),
        }
        return await self.send("POST", "/api/bookings", json=body)


async def organiser_of(school: School, client: Client) -> Person:
    """Somebody of the career centre."""
    return await Person.of(client, await school.account("organiser"))


async def owner_of(school: School, client: Client, detail: RequestDetail) -> Person:
    """Somebody of the employer that asked."""
    return await Person.of(client, await school.account("employer_contact", employer_id=detail.request.employer_id))


async def set_rule(school: School, person: Person, name: str, value: Any) -> None:
    """Change a rule of the season."""
    path = f"/api/seasons/{school.season.id}/policies/{name}"
    answer = await person.send("PUT", path, json={"value": value, "reason": "Agreed"})
    assert answer.status_code == 200, answer.text


def wrong(answer: httpx.Response) -> list[tuple[str, str]]:
    """The fields of a refusal, each with its code."""
    assert answer.status_code == 422, (answer.status_code, answer.text)
    return [(field["path"], field["code"]) for field in answer.json()["errors"]]
