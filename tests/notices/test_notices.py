"""What a notice has beside its text: a link and files, changed at every stage, public as long as the notice is."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.attached_files import harmless_name
from app.employers import keeping
from app.requests.domain import ActivityWish, RequestDetail
from tests.behaviours.people import Person, organiser_of, owner_of, wrong
from tests.school import School, at, talk

Client = AsyncTestClient[Litestar]
PDF = b"%PDF-1.7 a notice"
PNG = b"\x89PNG\r\n\x1a\n a poster"
JPEG = b"\xff\xd8\xff\xe0 a picture"
LINK = "https://jobs.example.com/campus?from=school"


async def asked(school: School, client: Client, *, approved: bool = True) -> tuple[Person, Person, RequestDetail]:
    """A request; the organiser, the owner and the request."""
    detail = await school.request(talk(), approved=approved)
    return await organiser_of(school, client), await owner_of(school, client, detail), detail


async def book(school: School, organiser: Person, detail: RequestDetail) -> None:
    """Give it a place, which publishes it."""
    assert (await organiser.book(detail, at(15, 14), await school.room(100))).status_code == 201


async def add(person: Person, detail: RequestDetail, content: bytes = PDF, name: str = "notice.pdf") -> Any:
    """Add a file over the API."""
    path = f"/api/requests/{detail.request.id}/attachments"
    return await person.send("POST", path, params={"name": name}, content=content)


async def link(person: Person, detail: RequestDetail, url: str, seen: int | str = "*") -> Any:
    """Say where students apply."""
    path = f"/api/requests/{detail.request.id}/notice"
    return await person.send("PUT", path, json={"application_url": url}, seen=seen)


async def test_a_link_is_entered_changed_and_seen_on_programme_and_calendar(school: School, client: Client) -> None:
    organiser, owner, detail = await asked(school, client, approved=False)
    first = await link(owner, detail, LINK)
    assert (first.status_code, first.json()["row_version"]) == (200, 1), first.text
    assert (await link(owner, detail, LINK + "1", seen=0)).status_code == 412
    assert (await organiser.send("POST", f"/api/requests/{detail.request.id}/approve")).status_code == 200
    await book(school, organiser, detail)
    public = f"/activities/{detail.activities[0].id}"
    anonymous = {"Accept": "text/html", "Cookie": "locale=en"}
    page = (await client.get(public, headers=anonymous)).text
    assert f'href="{LINK}"' in page
    assert 'rel="noopener nofollow ugc"' in page
    feed = (await client.get(f"/seasons/{school.season.code}/calendar.ics?lang=en", headers=anonymous)).text
    assert LINK in feed.replace("\r\n ", "")
    assert (await link(owner, detail, "", seen=1)).json()["application_url"] == ""
    assert LINK not in (await client.get(public, headers=anonymous)).text
    history = (await owner.send("GET", f"/api/requests/{detail.request.id}/history")).json()
    assert [line["type"] for line in history].count("notice.linked") == 2


@pytest.mark.parametrize(
    "url",
    [
        *("http://jobs.example.com", "javascript:alert(1)", "https://", "https://localhost", "jobs.example.com"),
        *("https://name@jobs.example.com", "https://jobs.example.com:x", 'https://jobs.example.com/"x', "https://[x"),
    ],
)
async def test_what_is_no_web_address_is_refused_with_its_field(school: School, client: Client, url: str) -> None:
    _, owner, detail = await asked(school, client)
    assert wrong(await link(owner, detail, url)) == [("application_url", "wrong-form")]
    pressed = await owner.press(f"/requests/{detail.request.id}/notice", application_url=url, row_version="0")
    assert pressed.status_code == 422
    assert "Give a whole address" in pressed.text


async def test_files_are_known_by_their_content_and_keep_a_harmless_name(school: School, client: Client) -> None:
    _, owner, detail = await asked(school, client)
    await add(owner, detail, PNG, "../../海报 2023.pdf")
    await add(owner, detail, JPEG, 'a"b\r\nSet-Cookie: x.JPEG')
    added = await add(owner, detail, PDF, "")
    assert added.status_code == 201, added.text
    assert [(file["name"], file["content_type"]) for file in added.json()["attachments"]] == [
        ("海报 2023.pdf.png", "image/png"),
        ("abSet-Cookie x.jpg", "image/jpeg"),
        ("notice.pdf", "application/pdf"),
    ]
    for content in (b"", b"<html>", b"PK\x03\x04", b"GIF89a"):
        assert wrong(await add(owner, detail, content)) == [("file", "wrong-file-type")]


async def test_a_file_is_read_by_its_owner_first_and_by_everybody_once_it_is_public(
    school: School, client: Client
) -> None:
    organiser, owner, detail = await asked(school, client)
    other = await owner_of(school, client, await school.request(talk()))
    (file,) = (await add(owner, detail, PDF, "简章.pdf")).json()["attachments"]
    path = f"/api/attachments/{file['id']}"
    assert [(await person.send("GET", path)).status_code for person in (owner, organiser)] == [200, 200]
    assert (await other.send("GET", path)).status_code == 404
    assert (await client.get(path)).status_code == 404
    await book(school, organiser, detail)
    read = await client.get(path)
    assert read.content == PDF
    assert read.headers["content-type"] == "application/pdf"
    assert read.headers["content-disposition"] == "attachment; filename*=UTF-8''%E7%AE%80%E7%AB%A0.pdf"
    assert read.headers["x-content-type-options"] == "nosniff"
    assert read.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert path in (await client.get(f"/activities/{detail.activities[0].id}")).text
    stopped = await organiser.send("POST", f"/api/requests/{detail.request.id}/stop", json={"reason_code": "other"})
    assert stopped.status_code == 200, stopped.text
    assert (await client.get(path)).status_code == 404
    assert (await owner.send("GET", path)).status_code == 200


async def test_files_of_an_interview_are_not_public(school: School, client: Client) -> None:
    detail = await school.request(ActivityWish(kind="interview_block", attendance=20, duration_minutes=120))
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    (file,) = (await add(owner, detail)).json()["attachments"]
    await book(school, organiser, detail)
    assert (await client.get(f"/api/attachments/{file['id']}")).status_code == 404


async def test_only_the_owner_and_organisers_change_it(school: School, client: Client) -> None:
    _, owner, detail = await asked(school, client)
    other = await owner_of(school, client, await school.request(talk()))
    (file,) = (await add(owner, detail)).json()["attachments"]
    assert (await add(other, detail)).status_code == 404
    assert (await link(other, detail, LINK)).status_code == 404
    assert (await other.send("GET", f"/api/requests/{detail.request.id}/notice")).status_code == 404
    assert (await other.send("DELETE", f"/api/attachments/{file['id']}")).status_code == 404
    assert (await owner.send("DELETE", f"/api/attachments/{file['id']}")).json()["attachments"] == []
    assert (await owner.send("DELETE", f"/api/attachments/{file['id']}")).status_code == 404
    history = (await owner.send("GET", f"/api/requests/{detail.request.id}/history")).json()
    assert [line["type"] for line in history][:2] == ["notice.file_removed", "notice.file_added"]


async def test_there_are_five_files_at_most_of_ten_megabytes(school: School, client: Client) -> None:
    _, owner, detail = await asked(school, client)
    whole = PDF + bytes(10 * 1024 * 1024 - len(PDF))
    assert (await add(owner, detail, whole + b"x")).status_code == 413
    assert (await add(owner, detail, whole + bytes(128 * 1024))).status_code == 413
    assert (await add(owner, detail, whole)).json()["attachments"][0]["size"] == 10 * 1024 * 1024
    for _ in range(4):
        assert (await add(owner, detail)).status_code == 201
    sixth = await add(owner, detail)
    assert (sixth.status_code, sixth.json()["type"]) == (409, "/problems/too-many-files")
    page = (await owner.page(f"/requests/{detail.request.id}/notice")).text
    assert 'type="file"' not in page


async def test_files_count_for_what_an_owner_may_keep(
    school: School, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, owner, detail = await asked(school, client)
    monkeypatch.setattr(keeping, "MAX_KEPT_BYTES", 3_000_000)
    assert (await add(owner, detail, PDF + bytes(2_000_000))).status_code == 201
    refused = await add(owner, detail, PDF + bytes(2_000_000))
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/keeps-too-much")
    kept = (await owner.send("GET", f"/api/requests/{detail.request.id}/notice")).json()
    assert len(kept["attachments"]) == 1, "nothing half done"


async def test_the_page_adds_removes_and_says_what_is_wrong(school: School, client: Client) -> None:
    _, owner, detail = await asked(school, client)
    page = f"/requests/{detail.request.id}/notice"
    assert page in (await owner.page(f"/requests/{detail.request.id}")).text
    headers = {**owner.headers, "Accept": "text/html"}
    to = f"/requests/{detail.request.id}/attachments"

    async def upload(content: bytes, name: str) -> Any:
        return await client.post(to, files={"file": (name, content)}, headers=headers, follow_redirects=False)

    assert (await upload(PDF, "简章.pdf")).status_code == 303
    refused = await upload(b"MZ", "a.exe")
    assert refused.status_code == 422
    assert "PDF, PNG or JPEG" in refused.text
    nothing = await client.post(to, data={"x": "y"}, headers=headers, follow_redirects=False)
    assert nothing.status_code == 422
    assert "Choose a file" in nothing.text
    linked = await owner.press(page, application_url=LINK, row_version="0")
    assert linked.status_code == 303, linked.text
    shown = (await owner.page(page)).text
    assert "简章.pdf" in shown
    assert LINK in shown
    (file,) = (await owner.send("GET", f"/api/requests/{detail.request.id}/notice")).json()["attachments"]
    assert (await owner.press(f"{to}/{file['id']}/remove")).status_code == 303
    assert "简章.pdf" not in (await owner.page(page)).text


async def test_what_came_to_nothing_is_read_only(school: School, client: Client) -> None:
    _, owner, detail = await asked(school, client)
    await add(owner, detail)
    assert (await owner.send("POST", f"/api/requests/{detail.request.id}/withdraw")).status_code == 200
    for answer in (await add(owner, detail), await link(owner, detail, LINK)):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/notice-closed")
    page = await owner.page(f"/requests/{detail.request.id}/notice")
    assert "notice.pdf" in page.text
    assert "<form" not in page.text.partition("<main")[2]


async def test_a_change_of_the_notice_is_seen_by_who_has_the_page(school: School, client: Client) -> None:
    organiser, owner, detail = await asked(school, client)
    await book(school, organiser, detail)
    first = await client.get(f"/seasons/{school.season.code}/calendar.ics")
    again = {"If-None-Match": first.headers["etag"]}
    assert (await client.get(f"/seasons/{school.season.code}/calendar.ics", headers=again)).status_code == 304
    await link(owner, detail, LINK)
    assert (await client.get(f"/seasons/{school.season.code}/calendar.ics", headers=again)).status_code == 200


def test_names_are_made_harmless() -> None:
    assert harmless_name("C:\\temp\\简章.PDF", "application/pdf") == "简章.pdf"
    assert harmless_name("a.jpeg", "image/jpeg") == "a.jpg"
    assert harmless_name("\u202egnp.exe", "image/png") == "gnp.exe.png"
    assert harmless_name("..", "image/png") == "notice.png"
    assert len(harmless_name("长" * 300, "application/pdf")) == 120
