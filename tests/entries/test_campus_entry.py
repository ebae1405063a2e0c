"""Campus entry: who comes is entered in time, seen by the gate, and forgotten afterwards."""

import csv
import io
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.entries.domain import visitors_of_text
from app.entries.service import forget_visitors
from app.errors import Invalid
from app.requests.domain import RequestDetail
from tests.behaviours.people import Person, organiser_of, owner_of, set_rule
from tests.behaviours.test_what_leaves import told
from tests.school import School, at, clock_at, talk

Client = AsyncTestClient[Litestar]
ZHANG = {"name": "张三", "phone": "13800138000", "plate": "鄂A12345"}


async def placed(school: School, client: Client, *, day: int = 15) -> tuple[Person, Person, RequestDetail]:
    """A talk in a room; the organiser, the owner and the request."""
    detail = await school.request(talk())
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    assert (await organiser.book(detail, at(day, 14), await school.room(100))).status_code == 201
    return organiser, owner, detail


async def enter(person: Person, detail: RequestDetail, *visitors: dict[str, str], seen: int | str = "*") -> Any:
    """Enter who comes."""
    path = f"/api/activities/{detail.activities[0].id}/visitors"
    return await person.send("PUT", path, seen=seen, json={"visitors": list(visitors)})


async def test_who_comes_is_entered_changed_and_seen_by_the_gate(school: School, client: Client) -> None:
    organiser, owner, detail = await placed(school, client)
    first = await enter(owner, detail, ZHANG, {"name": "李四"})
    assert first.status_code == 200, first.text
    assert first.json()["visitors"] == [ZHANG, {"name": "李四", "phone": "", "plate": ""}]
    stale = await enter(owner, detail, ZHANG, seen=0)
    assert stale.status_code == 412
    assert (await enter(owner, detail, ZHANG, seen=1)).json()["visitors"] == [ZHANG]
    gate = (await organiser.send("GET", f"/api/seasons/{school.season.id}/gate?day=2023-03-15")).json()
    assert [(line["name"], line["plate"]) for line in gate] == [("张三", "鄂A12345")]
    file = await organiser.send("GET", f"/api/seasons/{school.season.id}/gate.csv?day=2023-03-15")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[0][6:9] == ["Visitor", "Phone", "Number plate"]
    assert rows[1][6:9] == ["张三", "13800138000", "鄂A12345"]
    assert (await organiser.send("GET", f"/api/seasons/{school.season.id}/gate.xlsx?day=2023-03-15")).status_code == 200
    assert "张三" in (await organiser.page("/seasons/spring-2023/gate?day=2023-03-15")).text
    assert (await owner.send("GET", f"/api/seasons/{school.season.id}/gate?day=2023-03-15")).status_code == 403


async def test_nobody_else_sees_or_enters_them_and_the_history_has_no_names(school: School, client: Client) -> None:
    _, owner, detail = await placed(school, client)
    assert (await enter(owner, detail, ZHANG)).status_code == 200
    other = await owner_of(school, client, await school.request(talk()))
    assert (await enter(other, detail, ZHANG)).status_code == 404
    assert (await other.send("GET", f"/api/requests/{detail.request.id}/entries")).status_code == 404
    async with school.database.read() as connection:
        events = await connection.fetch("SELECT payload::text FROM event WHERE type = 'visitors.entered'")
    assert "张三" not in str(events)
    assert '"count": 1' in events[0]["payload"]


async def test_later_than_the_rule_says_only_the_centre_enters(school: School, client: Client) -> None:
    organiser, owner, detail = await placed(school, client)
    entries = (await owner.send("GET", f"/api/requests/{detail.request.id}/entries")).json()
    assert entries[0]["until"].startswith("2023-03-14T14:00"), "a working day before, at the same hour"
    await set_rule(school, organiser, "campus_entry_until_working_days", 30)
    late = await enter(owner, detail, ZHANG)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/entry-closed")
    assert "call the career centre" in late.json()["title"].lower()
    page = await owner.page(f"/requests/{detail.request.id}/visitors")
    assert "The list went to the gate" in page.text
    assert (await enter(organiser, detail, ZHANG)).status_code == 200


async def test_without_a_confirmed_place_on_campus_nobody_is_entered(school: School, client: Client) -> None:
    detail = await school.request(talk())
    owner = await owner_of(school, client, detail)
    assert (await enter(owner, detail, ZHANG)).json()["type"] == "/problems/not-on-campus"
    assert (await owner.send("GET", f"/api/requests/{detail.request.id}/entries")).json() == []


async def test_the_page_takes_a_pasted_list_and_says_which_line_is_wrong(school: School, client: Client) -> None:
    organiser, owner, detail = await placed(school, client)
    to = f"/requests/{detail.request.id}/visitors"
    pasted = "张三\t13800138000\t鄂a12345\n\n王 小明，027-87654321\n"
    pressed = await owner.press(f"{to}/{detail.activities[0].id}", visitors=pasted, row_version="0")
    assert pressed.status_code == 303, pressed.text
    entries = (await owner.send("GET", f"/api/requests/{detail.request.id}/entries")).json()
    assert [(who["name"], who["phone"], who["plate"]) for who in entries[0]["visitors"]] == [
        ("张三", "13800138000", "鄂A12345"),
        ("王 小明", "027-87654321", ""),
    ]
    wrong = await owner.press(f"{to}/{detail.activities[0].id}", visitors="张三\n13800138000", row_version="1")
    assert wrong.status_code == 422
    assert "Line 2" in wrong.text
    assert "张三\n13800138000" in wrong.text, "what was typed is kept"
    named = await organiser.press(
        f"/requests/{detail.request.id}/host/{detail.activities[0].id}",
        host_name="陈老师",
        host_phone="027-1234567",
        row_version="0",
    )
    assert named.status_code == 303, named.text
    assert "陈老师" in (await owner.page(to)).text
    assert (
        await owner.press(f"/requests/{detail.request.id}/host/{detail.activities[0].id}", row_version="1")
    ).status_code == 403


async def test_mails_name_the_host_and_ask_for_visitors_until_they_are_entered(school: School, client: Client) -> None:
    organiser, owner, detail = await placed(school, client)
    (mail,) = await told(school, "booking.confirmed", "en")
    assert "enter who comes to campus" in mail.text
    body = {"name": "Ms Chen", "phone": "027-1234567"}
    named = await organiser.send("PUT", f"/api/activities/{detail.activities[0].id}/host", json=body)
    assert named.status_code == 200, named.text
    await enter(owner, detail, ZHANG)
    (mail,) = await told(school, "booking.confirmed", "en")
    assert "Ms Chen 027-1234567" in mail.text
    assert "enter who comes to campus" not in mail.text
    assert "张三" not in mail.text


async def test_visitors_are_forgotten_some_weeks_after_the_activity(school: School, client: Client) -> None:
    organiser, owner, detail = await placed(school, client)
    await enter(owner, detail, ZHANG)
    await set_rule(school, organiser, "campus_entry_keep_days", 20)

    async def forget(day: int) -> int:
        return await school.database.transact(forget_visitors, now=clock_at(at(day, 17, month=4)).now())

    assert await forget(3) == 0
    assert await forget(5) == 1
    assert await school.database.pool.fetchval("SELECT count(*) FROM visitor") == 0


def test_lines_are_read_as_people_write_them() -> None:
    read = visitors_of_text("Ann Lee 13800138000\n赵六; 粤BD12345 ;(027)8765-4321").visitors
    assert [(who.name, who.phone, who.plate) for who in read] == [
        ("Ann Lee", "13800138000", ""),
        ("赵六", "(027)8765-4321", "粤BD12345"),
    ]
    with pytest.raises(Invalid):
        visitors_of_text("\n".join(f"人{number}" for number in range(101)))
    cars = visitors_of_text("钱七 粤Z1234港\n孙八 鄂A1234学\nBo 鄂AD12345").visitors
    assert [(who.name, who.plate) for who in cars] == [
        ("钱七", "粤Z1234港"),
        ("孙八", "鄂A1234学"),
        ("Bo", "鄂AD12345"),
    ]
    assert visitors_of_text("  \n").visitors == ()


async def test_visitors_of_a_department_are_on_the_gates_list_too(school: School, client: Client) -> None:
    department = await school.department()
    detail = await school.request(talk(), department=department)
    staff = await Person.of(client, await school.account("department_staff", department_id=department.id))
    organiser = await organiser_of(school, client)
    hall = await school.room(100, department=department)
    assert (await staff.book(detail, at(15, 14), hall)).status_code == 201
    path = f"/api/seasons/{school.season.id}/gate?day=2023-03-15"
    assert (await organiser.send("GET", path)).json() == [], "nobody has to come to a department's own activity"
    assert (await enter(staff, detail, ZHANG)).status_code == 200
    assert [line["name"] for line in (await organiser.send("GET", path)).json()] == ["张三"]


def test_a_name_in_a_pasted_list_is_as_long_as_one_in_the_api() -> None:
    with pytest.raises(Invalid):
        visitors_of_text("张" * 61)
    with pytest.raises(Invalid):
        visitors_of_text("张\x07三 13800138000")
