"""Invitations: printed of what is confirmed, verified by everybody, out of date once they say what is not true."""

from typing import Any
from urllib.parse import unquote

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.invitation_letters import controllers
from app.invitation_letters.domain import code_as_printed, code_as_typed
from app.requests.domain import RequestDetail
from tests.behaviours.people import Person, organiser_of, owner_of
from tests.behaviours.test_what_leaves import told
from tests.school import School, at, talk

Client = AsyncTestClient[Litestar]


async def placed(school: School, client: Client) -> tuple[Person, Person, RequestDetail]:
    """A talk in a room; the organiser, the owner and the request."""
    detail = await school.request(talk())
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    assert (await organiser.book(detail, at(15, 14), await school.room(100))).status_code == 201
    return organiser, owner, detail


async def issued(person: Person, detail: RequestDetail) -> dict[str, Any]:
    """Issue the invitation."""
    answer = await person.send("POST", f"/api/activities/{detail.activities[0].id}/invitation")
    assert answer.status_code == 200, answer.text
    given: dict[str, Any] = answer.json()
    return given


async def validity(client: Client, link: str) -> str:
    """What the API says of a link."""
    answer = await client.get("/api/verify/" + link.rpartition("/")[2])
    assert answer.status_code == 200, answer.text
    return str(answer.json()["validity"])


async def booking_id(organiser: Person, school: School) -> str:
    """The only booking."""
    (booking,) = (await organiser.send("GET", f"/api/bookings?season_id={school.season.id}")).json()
    return str(booking["id"])


async def test_an_invitation_is_issued_once_and_printed_in_both_languages(school: School, client: Client) -> None:
    organiser, owner, detail = await placed(school, client)
    first = await issued(owner, detail)
    assert (await issued(organiser, detail)) == first
    assert len(first["link"]) <= 150
    path = f"/api/activities/{detail.activities[0].id}/invitation.pdf"
    for locale in ("zh-CN", "en"):
        printed = await owner.send("GET", f"{path}?locale={locale}")
        assert printed.status_code == 200, printed.text
        assert printed.headers["content-type"] == "application/pdf"
        assert printed.headers["content-disposition"].startswith("attachment")
        assert printed.content.startswith(b"%PDF")
    assert (await owner.send("GET", f"{path}?locale=fr")).status_code == 422
    history = (await owner.send("GET", f"/api/requests/{detail.request.id}/history")).json()
    assert [line["type"] for line in history].count("invitation.issued") == 1


async def test_the_button_of_the_request_answers_with_the_document(school: School, client: Client) -> None:
    _, owner, detail = await placed(school, client)
    to = f"/activities/{detail.activities[0].id}/invitation"
    assert to in (await owner.page(f"/requests/{detail.request.id}")).text
    pressed = await owner.press(to, locale="en")
    assert pressed.status_code == 200, pressed.text
    assert pressed.content.startswith(b"%PDF")
    (mail,) = await told(school, "booking.confirmed", "en")
    assert "stamped invitation" in mail.text


async def test_only_owner_and_organisers_print_it_and_only_of_what_is_confirmed(school: School, client: Client) -> None:
    _, owner, detail = await placed(school, client)
    other = await owner_of(school, client, await school.request(talk()))
    path = f"/api/activities/{detail.activities[0].id}/invitation"
    assert (await other.send("POST", path)).status_code == 404
    assert (await client.post(path)).status_code == 401
    early = await owner.send("GET", f"{path}.pdf")
    assert early.json()["type"] == "/problems/invitation-not-issued"
    unplaced = await school.request(talk())
    waits = await owner_of(school, client, unplaced)
    refused = await waits.send("POST", f"/api/activities/{unplaced.activities[0].id}/invitation")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/not-confirmed")
    page = await waits.page(f"/requests/{unplaced.request.id}")
    assert f"/activities/{unplaced.activities[0].id}/invitation" not in page.text


async def test_everybody_verifies_it_by_link_or_code_and_sees_nobodys_name(school: School, client: Client) -> None:
    organiser, owner, detail = await placed(school, client)
    host = {"name": "陈老师", "phone": "027-87654321"}
    await organiser.send("PUT", f"/api/activities/{detail.activities[0].id}/host", json=host)
    given = await issued(owner, detail)
    client.cookies.clear()
    typed = code_as_printed(given["code"]).lower()
    by_code = await client.get("/api/verify", params={"code": typed})
    by_link = await client.get("/api/verify/" + given["link"].rpartition("/")[2])
    assert by_code.json() == by_link.json()
    assert by_link.json()["validity"] == "valid"
    assert by_link.json()["current"]["starts_at"] == "2023-03-15T06:00:00Z"
    for address in (f"/verify?code={typed}", "/verify/" + given["link"].rpartition("/")[2]):
        page = await client.get(address, headers={"Accept": "text/html", "Cookie": "locale=en"})
        assert page.status_code == 200, page.text
        assert "Valid." in page.text
        assert detail.request.title in page.text
        for private in ("陈老师", "87654321", "李经办", detail.request.contact_email):
            assert private not in page.text


async def test_a_moved_place_makes_it_out_of_date_until_it_is_there_again(school: School, client: Client) -> None:
    organiser, owner, detail = await placed(school, client)
    (before,) = (await organiser.send("GET", f"/api/bookings?season_id={school.season.id}")).json()
    old = await issued(owner, detail)
    to = {"starts_at": at(16, 9).isoformat(), "room_ids": before["room_ids"], "outside_wishes": True}
    moved = await organiser.send("PUT", f"/api/bookings/{before['id']}", json=to)
    assert moved.status_code == 200, moved.text
    assert await validity(client, old["link"]) == "changed"
    page = await client.get(old["link"], headers={"Accept": "text/html", "Cookie": "locale=en"})
    assert "Out of date." in page.text
    assert "Thu 16 Mar 2023 09:00-11:00" in page.text
    new = await issued(owner, detail)
    assert new["code"] != old["code"]
    assert await validity(client, new["link"]) == "valid"
    back = {"starts_at": before["starts_at"], "room_ids": before["room_ids"], "outside_wishes": True}
    again = await organiser.send("PUT", f"/api/bookings/{await booking_id(organiser, school)}", json=back)
    assert again.status_code == 200, again.text
    assert await validity(client, old["link"]) == "valid", "it says what is true again"


@pytest.mark.parametrize("act", ["cancel", "stop"])
async def test_what_is_cancelled_or_stopped_is_revoked(school: School, client: Client, act: str) -> None:
    organiser, owner, detail = await placed(school, client)
    given = await issued(owner, detail)
    body = {"reason_code": "content_not_accepted"} if act == "stop" else {}
    person = organiser if act == "stop" else owner
    ended = await person.send("POST", f"/api/requests/{detail.request.id}/{act}", json=body)
    assert ended.status_code == 200, ended.text
    assert await validity(client, given["link"]) == "revoked"
    assert (await client.get("/api/verify", params={"code": given["code"]})).json()["current"] is None


async def test_a_wrong_code_and_a_wrong_link_say_so(school: School, client: Client) -> None:
    await placed(school, client)
    wrong = await client.get("/api/verify", params={"code": "AAAAA-AAAAA"})
    assert (wrong.status_code, wrong.json()["type"]) == (404, "/problems/code-unknown")
    page = await client.get("/verify?code=<b>1", headers={"Accept": "text/html", "Cookie": "locale=en"})
    assert page.status_code == 404
    assert "no invitation with this code" in page.text
    assert "<b>1" not in page.text
    assert (await client.get("/api/verify/nothing")).json()["type"] == "/problems/link-not-valid"
    empty = await client.get("/verify", headers={"Accept": "text/html", "Cookie": "locale=en"})
    assert "Type the code" in empty.text


async def test_a_name_that_the_fonts_cannot_write_is_said_not_printed(school: School, client: Client) -> None:
    _organiser, owner, detail = await placed(school, client)
    await school.database.pool.execute("UPDATE request SET title = '𪚥计划' WHERE id = $1", detail.request.id)
    await issued(owner, detail)
    refused = await owner.send("GET", f"/api/activities/{detail.activities[0].id}/invitation.pdf")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/glyphs-missing")
    assert "𪚥" in refused.json()["title"]
    pressed = await owner.press(f"/activities/{detail.activities[0].id}/invitation", locale="zh-CN")
    assert pressed.status_code == 409
    assert "𪚥" in pressed.text


def test_a_code_is_read_as_people_type_it() -> None:
    assert code_as_typed(" 7k2mq-x9d0o ") == "7K2MQX9D00"
    assert code_as_typed("il-o") == "110"
    assert code_as_printed("7K2MQX9D00") == "7K2MQ-X9D00"


async def test_a_schools_own_number_in_chinese_is_in_the_name_of_the_file(school: School, client: Client) -> None:
    _, owner, detail = await placed(school, client)
    await school.database.pool.execute("UPDATE request SET reference = '春招-001' WHERE id = $1", detail.request.id)
    await issued(owner, detail)
    printed = await owner.send("GET", f"/api/activities/{detail.activities[0].id}/invitation.pdf")
    assert printed.status_code == 200, printed.text
    name = printed.headers["content-disposition"].rpartition("''")[2]
    assert unquote(name) == "invitation-春招-001-zh-CN.pdf"


async def test_nobody_tries_codes_by_the_thousand(school: School, client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(controllers, "LOOKS", 4)
    empty = await client.get("/verify", headers={"Accept": "text/html", "Cookie": "locale=en"})
    assert empty.status_code == 200, "who asks for nothing looks at nothing"
    for _ in range(2):
        assert (await client.get("/api/verify", params={"code": "AAAAA-AAAAA"})).status_code == 404
        assert (await client.get("/verify?code=AAAAA-AAAAA", headers={"Accept": "text/html"})).status_code == 404
    refused = await client.get("/api/verify", params={"code": "AAAAA-AAAAA"})
    assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-requests")
    for path in ("/verify?code=AAAAA-AAAAA", "/verify/something"):
        page = await client.get(path, headers={"Accept": "text/html", "Cookie": "locale=en"})
        assert page.status_code == 429, path
