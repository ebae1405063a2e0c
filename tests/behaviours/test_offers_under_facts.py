"""A room that is offered is closed: the organiser sees whose offer that is, its owner is told why and gets another."""

from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.settings import Settings
from tests.addresses import SITE
from tests.behaviours.people import organiser_of, owner_of
from tests.behaviours.test_what_leaves import told
from tests.offers.acts import finder, offer
from tests.school import School, at, talk
from workers.context import Context
from workers.offer_jobs import offer_instead
from workers.smtp import MailServer

Client = AsyncTestClient[Litestar]


async def test_it_is_listed_told_and_replaced(school: School, client: Client) -> None:
    room, _ = await school.room(100), await school.room(100)
    detail = await school.request(talk())
    request_id = detail.request.id
    await offer(school, request_id, detail.activities[0].id, at(15, 14), room)
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    closure = {"first_day": "2023-03-15", "reason_code": "maintenance", "note": "pipes burst"}
    path = f"/api/resources/{room.id}/closures"
    refused = await organiser.send("POST", path, json=closure)
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[-1]) == (409, "promises-broken")
    (listed,) = refused.json()["broken"]
    assert (listed["held"], listed["request_id"]) == (True, str(request_id))
    page = await organiser.press(f"/venues/{room.id}/closures", **closure)
    assert "Kept for an offer" in page.text
    assert "1 kept place is taken back" in page.text
    assert "a case is opened" not in page.text
    accepted = await organiser.send("POST", path, json={**closure, "accept_broken": [listed["booking_id"]]})
    assert accepted.status_code == 201, accepted.text
    (mail,) = await told(school, "offers.broken", "en")
    assert "The room is closed then." in mail.text
    assert "pipes burst" in mail.text
    (chinese,) = await told(school, "offers.broken", "zh-CN")
    assert "因学校情况变化" in chinese.text
    await offer_instead(_worker(school), await _events(school, "offers.broken"))
    offers = (await owner.send("GET", f"/api/requests/{request_id}/offers")).json()
    states = {made["state"] for made in offers}
    assert states == {"withdrawn", "open"}
    await offer_instead(_worker(school), await _events(school, "offers.broken"))
    again = (await owner.send("GET", f"/api/requests/{request_id}/offers")).json()
    assert again == offers, "a job may run twice"


def _worker(school: School) -> dict[str, Any]:
    """What a job of this school's worker has."""
    settings = Settings(environment="test", base_url=SITE)
    server = MailServer(settings.smtp_url, our_name="school.example")
    return {"context": Context(settings, school.database, server, school.clock, finder(school))}


async def _events(school: School, event_type: str) -> list[int]:
    async with school.database.read() as connection:
        return [row["id"] for row in await connection.fetch("SELECT id FROM event WHERE type = $1", event_type)]
