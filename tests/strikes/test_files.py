"""What an employer shows with an appeal: one file, by content, for itself and the career centre, deleted in time."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.strikes.showing import forget_files
from tests.behaviours.people import Client, Person, organiser_of, owner_of, set_rule, wrong
from tests.school import School, at
from tests.strikes.acts import missed, on_day

PDF = b"%PDF-1.7 the ticket of the train"
PNG = b"\x89PNG\r\n\x1a\n a picture"


class Case:
    """A no-show, the employer's contact, and the organiser, on the day after."""

    def __init__(self, owner: Person, organiser: Person, stranger: Person, strike_id: str) -> None:
        self.owner, self.organiser, self.stranger, self.strike_id = owner, organiser, stranger, strike_id

    async def appealed(self) -> str:
        """An appeal without a file."""
        made = await self.owner.send("POST", f"/api/strikes/{self.strike_id}/appeals", json={"note": "大雪封路"})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def shown(self, appeal_id: str, content: bytes, name: str = "ticket.pdf", by: Person | None = None) -> Any:
        """Send a file for it."""
        path = f"/api/appeals/{appeal_id}/file"
        return await (by or self.owner).send("PUT", path, params={"name": name}, content=content)


@pytest.fixture
async def case(school: School, database_url: str) -> AsyncIterator[Case]:
    employer = await school.employer()
    (first,) = await missed(school, employer, 1)
    other = await school.request()
    async with on_day(school, database_url, 2) as client:
        owner, organiser = await owner_of(school, client, first), await organiser_of(school, client)
        listed = (await owner.send("GET", f"/api/employers/{employer.id}/strikes")).json()["strikes"]
        yield Case(owner, organiser, await owner_of(school, client, other), listed[0]["id"])


async def test_the_employer_and_the_centre_read_it_and_nobody_else(case: Case) -> None:
    appeal_id = await case.appealed()
    added = await case.shown(appeal_id, PDF, "../车票<1>.exe")
    assert added.status_code == 200, added.text
    file = added.json()["file"]
    assert (file["name"], file["content_type"], file["size"]) == ("车票1.exe.pdf", "application/pdf", len(PDF))
    path = f"/api/appeals/{appeal_id}/file"
    for reader in (case.owner, case.organiser):
        answer = await reader.send("GET", path)
        assert (answer.status_code, answer.content) == (200, PDF)
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["cache-control"] == "no-store"
        page = (await reader.page(f"/strikes/{case.strike_id}")).text
        assert f'href="{path}"' in page
    foreign = await case.stranger.send("GET", path)
    assert (foreign.status_code, foreign.json()["type"]) == (404, "/problems/appeal-file-not-found")
    foreign = await case.shown(appeal_id, PNG, by=case.stranger)
    assert (foreign.status_code, foreign.json()["type"]) == (404, "/problems/appeal-not-found")
    assert (await case.shown(appeal_id, PNG, by=case.organiser)).status_code == 403
    assert (await case.owner.client.get(path)).status_code == 401


async def test_what_is_no_picture_or_pdf_or_too_large_is_refused(case: Case) -> None:
    appeal_id = await case.appealed()
    assert wrong(await case.shown(appeal_id, b"MZ not a picture", "ticket.png")) == [("file", "wrong-file-type")]
    assert wrong(await case.shown(appeal_id, b"")) == [("file", "wrong-file-type")]
    large = await case.shown(appeal_id, PDF + b"0" * (10 * 1024 * 1024))
    assert large.status_code == 413
    assert (await case.owner.send("GET", f"/api/appeals/{appeal_id}/file")).status_code == 404


async def test_a_form_appeals_with_a_file_and_without_one_or_not_at_all(case: Case) -> None:
    path = f"/strikes/{case.strike_id}/appeal"
    headers = {**case.owner.headers, "Accept": "text/html"}

    async def press(content: bytes, name: str) -> Any:
        files = {"file": (name, content, "application/octet-stream")}
        return await case.owner.client.post(
            path, data={"note": "大雪封路"}, files=files, headers=headers, follow_redirects=False
        )

    refused = await press(b"MZ", "virus.pdf")
    assert refused.status_code == 422
    assert "A file is accepted as PDF, PNG or JPEG." in refused.text
    assert (await case.organiser.send("GET", "/api/appeals")).json() == [], "nothing half done"
    assert (await press(PNG, "snow.png")).status_code == 303
    (listed,) = (await case.organiser.send("GET", "/api/appeals")).json()
    shown = await case.organiser.send("GET", f"/api/appeals/{listed['appeal']['id']}/file")
    assert (shown.status_code, shown.content) == (200, PNG)
    assert shown.headers["content-disposition"].startswith("inline")


async def test_another_file_makes_the_decision_look_again_and_after_it_none_is_added(case: Case) -> None:
    appeal_id = await case.appealed()
    await case.shown(appeal_id, PDF)
    await case.shown(appeal_id, PNG, "snow.png")
    reject = f"/api/appeals/{appeal_id}/reject"
    assert (await case.organiser.send("POST", reject, seen=1, json={"reason": "No"})).status_code == 412
    decided = await case.organiser.send("POST", reject, json={"reason": "No"})
    assert decided.status_code == 200, decided.text
    assert decided.json()["file"]["name"] == "snow.png"
    late = await case.shown(appeal_id, PDF)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/appeal-decided")


async def test_it_is_deleted_some_days_after_the_decision(school: School, client: Client, case: Case) -> None:
    appeal_id = await case.appealed()
    await case.shown(appeal_id, PDF)
    forget = school.database.transact
    assert await forget(forget_files, now=at(1, 9, month=6)) == 0, "it waits for its decision"
    await case.organiser.send("POST", f"/api/appeals/{appeal_id}/reject", json={"reason": "No"})
    assert await forget(forget_files, now=at(31, 9)) == 0
    await set_rule(school, case.organiser, "appeal_file_keep_days", 20)
    assert await forget(forget_files, now=at(31, 9)) == 1
    assert (await case.owner.send("GET", f"/api/appeals/{appeal_id}/file")).status_code == 404
    found = (await case.owner.send("GET", f"/api/strikes/{case.strike_id}")).json()
    assert found["appeals"][0]["file"] is None
