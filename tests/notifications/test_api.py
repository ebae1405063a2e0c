"""Messages over HTTP."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from app.notifications import service
from app.notifications.controllers import NotificationController
from app.notifications.domain import DeliveryState
from tests.guarded_client import AS, client_of
from tests.notifications.school import Opened, settings_of
from tests.venues.people import EMPLOYER, ORGANISER

AS_ORGANISER = {AS: "wang"}


async def write_messages(school: Opened, *states: DeliveryState) -> list[UUID]:
    """Approved requests, and the state that each message is in."""
    for number, _ in enumerate(states):
        await school.ask_for("en" if number % 2 else "zh-CN", title=f"Talk {number}")
    events = await school.database.pool.fetch("SELECT id FROM event WHERE type = 'request.approved' ORDER BY id")
    for event, state in zip(events, states, strict=True):
        async with school.database.pool.acquire() as connection, connection.transaction():
            await service.write_deliveries(connection, [event["id"]], settings=settings_of())
            await connection.execute(
                "UPDATE delivery SET state = $1, sent_at = CASE WHEN $1 = 'sent' THEN now() END WHERE event_id = $2",
                state,
                event["id"],
            )
    return [row["id"] for row in await school.database.pool.fetch("SELECT id FROM delivery ORDER BY event_id")]


async def test_messages_are_listed_counted_and_filtered(school: Opened) -> None:
    ids = await write_messages(school, "sent", "failed", "due", "failed")
    async with client_of([NotificationController], school.database, [ORGANISER]) as client:

        async def listed(**wanted: Any) -> Any:
            answer = await client.get("/api/notifications", params=wanted, headers=AS_ORGANISER)
            assert answer.status_code == 200, answer.text
            return answer.json()

        everything = await listed()
        assert everything["counts"] == {"due": 1, "sent": 1, "failed": 2, "repeats": 0}
        assert [item["id"] for item in everything["items"]] == [str(id_) for id_ in reversed(ids)]
        failed = await listed(state=["failed"], season_id=str(school.season.id))
        assert {item["title"] for item in failed["items"]} == {"Talk 1", "Talk 3"}
        assert (await listed(state=["failed", "due"], search="talk 2"))["items"][0]["state"] == "due"
        assert (await listed(search="renshi@"))["items"][0]["recipient"] == "renshi@chutian.test"
        assert (await listed(search="100%"))["items"] == []
        assert (await listed(purpose="booking_moved"))["items"] == []
        assert (await listed(season_id=str(uuid4())))["counts"] == {"due": 0, "sent": 0, "failed": 0, "repeats": 0}
        first = await listed(limit=3)
        rest = await listed(limit=3, before=first["next"])
        assert [item["id"] for item in first["items"] + rest["items"]] == [str(id_) for id_ in reversed(ids)]
        assert rest["next"] is None


async def test_only_a_refused_message_is_sent_again(school: Opened) -> None:
    failed, sent, due = await write_messages(school, "failed", "sent", "due")
    async with client_of([NotificationController], school.database, [ORGANISER]) as client:
        again = await client.post(f"/api/notifications/{failed}/resend", headers=AS_ORGANISER)
        assert again.status_code == 202
        assert await school.database.pool.fetchval("SELECT state FROM delivery WHERE id = $1", failed) == "due"
        for other in (sent, due, failed):
            answer = await client.post(f"/api/notifications/{other}/resend", headers=AS_ORGANISER)
            assert (answer.status_code, answer.json()["type"]) == (409, "/problems/message-not-failed")
        answer = await client.post(f"/api/notifications/{uuid4()}/resend", headers=AS_ORGANISER)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/message-not-found")
    events = await school.database.pool.fetch("SELECT subject_id FROM event WHERE type = 'delivery.resend_asked'")
    assert [event["subject_id"] for event in events] == [failed]


@pytest.mark.parametrize(("person", "status"), [("", 401), ("li", 403)])
async def test_only_organisers_see_messages(school: Opened, person: str, status: int) -> None:
    async with client_of([NotificationController], school.database, [ORGANISER, EMPLOYER]) as client:
        for method, path in (("GET", "/api/notifications"), ("POST", f"/api/notifications/{uuid4()}/resend")):
            answer = await client.request(method, path, headers={AS: person} if person else {})
            assert answer.status_code == status


@pytest.mark.parametrize("query", ["state=lost", "limit=0", "limit=501", "before=x", "season_id=x", "purpose=x"])
async def test_nonsense_is_refused_with_its_field(school: Opened, query: str) -> None:
    async with client_of([NotificationController], school.database, [ORGANISER]) as client:
        answer = await client.get(f"/api/notifications?{query}", headers=AS_ORGANISER)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
        assert answer.json()["errors"][0]["path"].startswith(query.partition("=")[0])
