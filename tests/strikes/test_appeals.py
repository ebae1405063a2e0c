"""An appeal is made in a few presses, decided with a reason, told; upheld, it lifts what stood on the strike."""

import asyncio
import re
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.strikes.appealing import make_appeal
from app.strikes.domain import AppealOpen, MakeAppeal, StrikeOver
from tests.behaviours.people import Person, organiser_of, owner_of
from tests.behaviours.test_what_leaves import told
from tests.school import School, at, clock_at
from tests.strikes.acts import employer_of, events_of, holds, missed, on_day, record_of

Client = AsyncTestClient[Litestar]


async def strikes_of(person: Person, employer_id: Any) -> list[dict[str, Any]]:
    """What counts, as its reader gets it: the newest first."""
    answer = await person.send("GET", f"/api/employers/{employer_id}/strikes")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["strikes"]
    return found


async def test_upheld_it_ends_the_suspension_and_the_pause_stays(school: School, database_url: str) -> None:
    employer = await school.employer()
    (first, *_) = await missed(school, employer, 1, 8, 15)
    async with on_day(school, database_url, 16) as client:
        owner, organiser = await owner_of(school, client, first), await organiser_of(school, client)
        newest = (await strikes_of(owner, employer.id))[0]
        path = f"/api/strikes/{newest['id']}/appeals"
        assert (await owner.send("POST", path, json={"note": "  "})).status_code == 422
        made = await owner.send("POST", path, json={"note": "大雪封路"})
        assert (made.status_code, made.json()["state"]) == (201, "open")
        assert (await owner.send("POST", path, json={"note": "又"})).json()["type"] == "/problems/appeal-open"
        (listed,) = (await organiser.send("GET", "/api/appeals")).json()
        assert (listed["appeal"]["note"], listed["employer_id"]) == ("大雪封路", str(employer.id))
        assert (await owner.send("GET", "/api/appeals")).status_code == 403
        decide = f"/api/appeals/{made.json()['id']}"
        assert (await owner.send("POST", f"{decide}/uphold", json={"reason": "x"})).status_code == 403
        assert (await organiser.send("POST", f"{decide}/uphold", seen=7, json={"reason": "x"})).status_code == 412
        assert (await organiser.send("POST", f"{decide}/uphold", seen=1, json={})).status_code == 422
        upheld = await organiser.send("POST", f"{decide}/uphold", seen=1, json={"reason": "情况属实"})
        assert (upheld.status_code, upheld.json()["state"], upheld.json()["answer"]) == (200, "upheld", "情况属实")
        late = await organiser.send("POST", f"{decide}/reject", json={"reason": "x"})
        assert late.json()["type"] == "/problems/appeal-decided"
        over = await owner.send("POST", path, json={"note": "又"})
        assert over.json()["type"] == "/problems/strike-over"
    assert (await employer_of(school, employer.id)).state == "verified"
    assert await holds(school, employer, 16) == ("paused", 2)
    (mail,) = await told(school, "strike.appeal_decided", "en")
    assert mail.subject.startswith("Appeal upheld")
    assert "Until Fri 7 Apr 2023 we accept no new requests" in mail.text
    assert "情况属实" in mail.text
    (removed,) = await events_of(school, ["strike.removed"])
    assert removed["by_appeal"] is True
    (ended,) = await events_of(school, ["employer.reinstated"])
    assert ended["by"] == "strikes"


async def test_rejected_it_still_counts_and_may_be_said_again(school: School, database_url: str) -> None:
    employer = await school.employer()
    (first, *_) = await missed(school, employer, 1, 8, 15)
    async with on_day(school, database_url, 16) as client:
        owner, organiser = await owner_of(school, client, first), await organiser_of(school, client)
        newest = (await strikes_of(owner, employer.id))[0]
        path = f"/api/strikes/{newest['id']}/appeals"
        made = (await owner.send("POST", path, json={"note": "堵车"})).json()
        await organiser.send("POST", f"/api/appeals/{made['id']}/reject", seen=1, json={"reason": "应预留时间"})
        assert (await owner.send("POST", path, json={"note": "有证明"})).status_code == 201
        (shown, *_) = await strikes_of(owner, employer.id)
        assert [appeal["state"] for appeal in shown["appeals"]] == ["open", "rejected"]
    assert (await employer_of(school, employer.id)).state == "suspended"
    (mail,) = await told(school, "strike.appeal_decided", "zh-CN")
    assert "申诉未获支持" in mail.subject


async def test_from_the_mail_to_the_appeal_and_its_decision_on_pages(school: School, database_url: str) -> None:
    employer = await school.employer()
    (first, _) = await missed(school, employer, 1, 8)
    (_, mail) = await told(school, "strike.noted", "en")
    link = re.search(r"/strikes/[0-9a-f-]{36}", mail.text)
    assert link is not None
    async with on_day(school, database_url, 9) as client:
        owner, organiser = await owner_of(school, client, first), await organiser_of(school, client)
        # One press in the mail, the words, one press.
        assert "Send the appeal" in (await owner.page(link[0])).text
        empty = await owner.press(f"{link[0]}/appeal")
        assert (empty.status_code, "Fill this in." in empty.text) == (422, True)
        assert (await owner.press(f"{link[0]}/appeal", note="Snow <b>everywhere</b>")).status_code == 303
        shown = (await owner.page(link[0])).text
        assert "Appeal being decided" in shown
        assert "Send the appeal" not in shown
        inbox = (await organiser.page("/seasons/spring-2023/inbox")).text
        assert "1 appeal waits for a decision" in inbox
        assert link[0] in inbox
        page = (await organiser.page(link[0])).text
        assert "Snow &lt;b&gt;everywhere&lt;/b&gt;" in page
        assert (await organiser.press(f"{link[0]}/decide", verdict="uphold", row_version="1")).status_code == 422
        pressed = {"verdict": "uphold", "reason": "Roads were closed", "row_version": "1"}
        assert (await owner.press(f"{link[0]}/decide", **pressed)).status_code == 403
        assert (await organiser.press(f"{link[0]}/decide", **{**pressed, "row_version": "9"})).status_code == 422
        assert (await organiser.press(f"{link[0]}/decide", **pressed)).status_code == 303
        assert "appeal waits" not in (await organiser.page("/seasons/spring-2023/inbox")).text
        assert "Roads were closed" in (await owner.page(link[0])).text
        listed = (await owner.page("/my/strikes")).text
        assert "Taken back" in listed
        assert "No-shows that count: 1." in listed


async def test_one_taken_back_by_hand_upholds_its_appeal_and_frees_who_waits(school: School, database_url: str) -> None:
    employer = await school.employer()
    (first, _) = await missed(school, employer, 1, 8)
    async with on_day(school, database_url, 9) as client:
        owner, organiser = await owner_of(school, client, first), await organiser_of(school, client)
        newest = (await strikes_of(owner, employer.id))[0]
        await owner.send("POST", f"/api/strikes/{newest['id']}/appeals", json={"note": "到了"})
        path = f"/api/strikes/{newest['id']}/take-back"
        assert (await owner.send("POST", path, json={"reason": "x"})).status_code == 403
        assert (await organiser.send("POST", path, seen=2, json={"reason": "x"})).status_code == 412
        taken = await organiser.send("POST", path, seen=1, json={"reason": "登记有误"})
        assert taken.status_code == 200
        assert [appeal["state"] for appeal in taken.json()["appeals"]] == ["upheld"]
        again = await organiser.send("POST", path, json={"reason": "x"})
        assert again.json()["type"] == "/problems/strike-over"
        listed = (await organiser.page(f"/employers/{employer.id}/strikes")).text
        assert "登记有误" not in listed  # it stands on the entry's own page
        assert "登记有误" in (await organiser.page(f"/strikes/{newest['id']}")).text
    assert await holds(school, employer, 9) == ("warned", 1)
    (mail,) = await told(school, "strike.removed", "en")
    assert "Nothing keeps you from asking for activities." in mail.text


async def test_others_do_not_see_it(school: School, database_url: str) -> None:
    employer = await school.employer()
    await missed(school, employer, 1)
    other = await school.request()
    async with on_day(school, database_url, 2) as client:
        organiser, stranger = await organiser_of(school, client), await owner_of(school, client, other)
        (strike,) = await strikes_of(organiser, employer.id)
        path = f"/api/strikes/{strike['id']}"
        answers = [
            await stranger.send("GET", path),
            await stranger.send("POST", f"{path}/appeals", json={"note": "x"}),
            await stranger.page(f"/strikes/{strike['id']}"),
        ]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
        assert (await stranger.send("GET", f"/api/employers/{employer.id}/strikes")).status_code == 404
        none = await organiser.send("POST", f"{path}/appeals", json={"note": "x"})
        assert none.status_code == 403, "only its employer appeals"


async def test_of_two_appeals_at_once_one_is_made(school: School) -> None:
    employer = await school.employer()
    await missed(school, employer, 1)
    contact = (await school.account("employer_contact", employer_id=employer.id)).actor()
    clock = clock_at(at(2, 9))
    (strike,) = (await record_of(school, employer, clock)).strikes
    given: dict[str, Any] = {"actor": contact, "clock": clock}
    async with school.database.pool.acquire() as connection, connection.transaction():
        await make_appeal(connection, strike.id, MakeAppeal(note="雪"), **given)
        other = asyncio.create_task(school.database.transact(make_appeal, strike.id, MakeAppeal(note="雪"), **given))
        await asyncio.sleep(0.5)
    with pytest.raises(AppealOpen):
        await other


async def test_nothing_is_appealed_against_once_it_is_over(school: School) -> None:
    employer = await school.employer()
    await missed(school, employer, 1)
    contact = (await school.account("employer_contact", employer_id=employer.id)).actor()
    (strike,) = (await record_of(school, employer, school.clock)).strikes
    note = MakeAppeal(note="雪")
    with pytest.raises(StrikeOver):
        await school.database.transact(
            make_appeal, strike.id, note, actor=contact, clock=clock_at(at(1, 9).replace(year=2024))
        )
