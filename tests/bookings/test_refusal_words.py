"""A refused booking names rooms and people as its reader knows them."""

from typing import Any

from app.bookings import service as bookings
from app.bookings.domain import ConfirmPlacement
from tests.school import School, at, talk, window
from tests.signing_in import sign_in

WISHED = talk(windows=(window(8),))


async def ask(client: Any, activity_id: Any, room_id: Any) -> Any:
    wanted = {"activity_id": str(activity_id), "starts_at": at(8, 14).isoformat(), "room_ids": [str(room_id)]}
    return await client.post("/api/bookings", json=wanted)


async def test_a_room_of_a_department_is_named_in_the_readers_language(school: School, client: Any) -> None:
    room = await school.room(100, department=await school.department("LAW"))
    detail = await school.request(WISHED)
    await sign_in(client, await school.account("organiser"))
    for locale, name in (("en", room.name_en), ("zh-CN", room.name_zh)):
        client.cookies.set("locale", locale)
        answer = await ask(client, detail.activities[0].id, room.id)
        assert answer.status_code == 422
        assert answer.json()["detail"].startswith(name)


async def test_people_who_are_elsewhere_are_said_to_be(school: School, client: Any) -> None:
    employer = await school.employer()
    first, second = [await school.request(WISHED, employer=employer) for _ in range(2)]
    here, there = await school.room(100), await school.room(100)
    wanted = ConfirmPlacement(activity_id=first.activities[0].id, starts_at=at(8, 14), room_ids=(here.id,))
    await bookings.confirm_placement(school.database, wanted, actor=school.organiser, locale="en", clock=school.clock)
    await sign_in(client, await school.account("organiser"))
    client.cookies.set("locale", "zh-CN")
    answer = await ask(client, second.activities[0].id, there.id)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/place-taken")
    assert answer.json()["title"] == f"{employer.legal_name}的人员届时另有活动。"


async def test_what_a_room_lacks_is_named_in_the_readers_language(school: School, client: Any) -> None:
    room = await school.room(100)
    detail = await school.request(talk(features=("projector", "stage")))
    await sign_in(client, await school.account("organiser"))
    for locale, named in (("en", "Projector, Stage"), ("zh-CN", "投影、舞台")):
        client.cookies.set("locale", locale)
        answer = await ask(client, detail.activities[0].id, room.id)
        assert answer.status_code == 422
        assert named in answer.json()["detail"], answer.text
