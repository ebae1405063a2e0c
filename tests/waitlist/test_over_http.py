"""The owner sees its rank, the career centre the order and why; what is kept is told and taken by one press."""

from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.behaviours.people import organiser_of, owner_of
from tests.behaviours.test_what_leaves import told
from tests.schedules.test_offers import released, solved
from tests.school import School, talk, window
from tests.waitlist.test_promoting import kept, taken, waiting, walk
from tests.web.page_parts import PageParts

Client = AsyncTestClient[Litestar]


async def test_the_order_has_reasons_and_an_owner_its_rank(school: School, client: Client) -> None:
    large = await school.employer(size="large")
    last, first = await waiting(school, 15, employer=large), await waiting(school, 15)
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, last)
    listed = (await organiser.send("GET", "/api/waitlist", params={"season_id": str(school.season.id)})).json()
    assert [(line["rank"], line["request_id"]) for line in listed] == [
        (1, str(first.request.id)),
        (2, str(last.request.id)),
    ]
    assert listed[0]["reasons"] == ["weight 12 by the season’s rules", "small or medium-sized"]
    path = f"/api/requests/{last.request.id}/waitlist-rank"
    assert (await owner.send("GET", path)).json() == {"rank": 2, "waiting": 2}
    assert (await owner.send("GET", f"/api/requests/{first.request.id}/waitlist-rank")).status_code == 404, (
        "not its own"
    )
    assert (await owner.send("GET", "/api/waitlist", params={"season_id": str(school.season.id)})).status_code == 403
    for page in (f"/requests/{last.request.id}", "/my/requests"):
        assert "Number 2 of 2 on the waitlist" in PageParts((await owner.page(page)).text).text, page
    board = PageParts((await organiser.page("/seasons/spring-2023/waitlist")).text).text
    assert board.index(first.request.title) < board.index(last.request.title)


async def test_who_does_not_wait_has_no_rank(school: School, client: Client) -> None:
    detail = await school.request(talk())
    owner = await owner_of(school, client, detail)
    answer = await owner.send("GET", f"/api/requests/{detail.request.id}/waitlist-rank")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-waiting")


async def test_what_becomes_free_is_told_and_taken(school: School, client: Client) -> None:
    room = await school.room(100)
    (booking_id,) = await taken(school, room, 15)
    detail = await waiting(school, 15)
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    (on_list,) = await told(school, "request.waitlisted", "en")
    assert "On the waitlist" in on_list.subject
    await organiser.send("DELETE", f"/api/bookings/{booking_id}", params={"reason": "cancelled"})
    assert await walk(school) == 1
    (mail,) = await told(school, "offers.made", "zh-CN")
    assert "候补轮到贵单位" in mail.text
    (made,) = await kept(school, detail)
    board = await organiser.page("/seasons/spring-2023/waitlist")
    assert "1 place is kept for an answer" in PageParts(board.text).text
    accepted = await owner.send("POST", f"/api/offers/{made.id}/accept", seen=made.row_version)
    assert accepted.status_code == 200, accepted.text
    listed: Any = await organiser.send("GET", "/api/waitlist", params={"season_id": str(school.season.id)})
    assert listed.json() == []


async def test_everybody_without_a_place_is_put_on_the_waitlist_by_one_press(school: School, client: Client) -> None:
    await school.room(100)
    wanting = [await school.request(talk(windows=(window(15, from_hour=14, until_hour=16),))) for _ in range(3)]
    organiser = await organiser_of(school, client)
    version_id = await solved(school)
    await released(school, version_id)
    left = (await organiser.send("GET", f"/api/versions/{version_id}/unplaced")).json()
    ids = [entry["request_id"] for entry in left]
    assert len(ids) == 2
    page = (await organiser.page(f"/versions/{version_id}")).text
    assert "Put all 2 on the waitlist" in PageParts(page).text
    answer = await organiser.press(f"/versions/{version_id}/waitlist", request_ids=ids)
    assert (answer.status_code, answer.headers["location"]) == (303, "/seasons/spring-2023/waitlist")
    answers = [await organiser.send("GET", f"/api/requests/{one.request.id}") for one in wanting]
    states = [answer.json()["request"]["state"] for answer in answers]
    assert sorted(states) == ["scheduled", "waitlisted", "waitlisted"]
    again = await organiser.send("POST", f"/api/versions/{version_id}/waitlist", json={"request_ids": ids})
    assert (again.status_code, again.json()) == (200, []), "nobody is left"
