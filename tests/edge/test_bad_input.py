"""Bad requests, each with its exact refusal, never a 5xx; and odd texts that are fine, kept as they came."""

import io
import zipfile
from typing import Any

import httpx
import pytest

from tests.edge.bad_requests import PLACES, TABLE, Bad, body_of, room
from tests.edge.world import World
from tests.school import School


async def send(client: Any, world: World, bad: Bad) -> httpx.Response:
    method, path = bad.request.split(" ", 1)
    headers = {"Content-Type": "application/json", **world.headers(bad.role), **bad.headers}
    content = body_of(world.fill(bad.sent))
    answer: httpx.Response = await client.request(method, world.path(path), content=content, headers=headers)
    return answer


def test_the_table_is_large_enough() -> None:
    assert len(TABLE) >= 60
    assert len({bad.name for bad in TABLE}) == len(TABLE)


@pytest.mark.parametrize("bad", TABLE, ids=lambda bad: bad.name.replace(" ", "-"))
async def test_a_bad_request_gets_exactly_its_refusal(client: Any, world: World, bad: Bad) -> None:
    answer = await send(client, world, bad)
    problem = answer.json()
    first = next(iter(problem.get("errors", [])), {"code": "", "path": ""})
    got = (answer.status_code, problem["type"].removeprefix("/problems/"), first["code"], first["path"])
    assert got == (bad.status, bad.type, bad.code, bad.path), answer.text[:2000]
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == bad.status
    assert problem["title"]


@pytest.mark.parametrize("bad", PLACES[:3], ids=lambda bad: bad.name.replace(" ", "-"))
async def test_a_refusal_speaks_the_readers_language(client: Any, world: World, bad: Bad) -> None:
    english = (await send(client, world, bad)).json()
    chinese = (
        await send(
            client,
            world,
            bad._replace(headers={"Cookie": world.headers(bad.role)["Cookie"].replace("locale=en", "locale=zh-CN")}),
        )
    ).json()
    assert english["title"] != chinese["title"]
    assert english["title"].isascii()
    assert not chinese["errors"][0]["detail"].isascii()


HARMLESS = [
    "🎓 招聘 👩🏽‍💻",
    "شركة التوظيف",
    "חברת גיוס",
    "'; DROP TABLE room; --",
    '<script>alert("x")</script><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "a\\b%c_d",
    "e\u0301 Ωﬁ ﷺ",
]


@pytest.mark.parametrize("text", HARMLESS)
async def test_odd_texts_are_kept_as_they_came(client: Any, world: World, text: str) -> None:
    headers = world.headers("organiser")
    code = f"odd-{HARMLESS.index(text)}"
    body = world.fill(room(code=code, name_zh=text, name_en=text))
    made = await client.post("/api/rooms", json=body, headers=headers)
    assert made.status_code == 201, made.text
    read = (await client.get(f"/api/rooms/{made.json()['id']}", headers=headers)).json()
    assert (read["name_zh"], read["name_en"]) == (text, text)
    wish = {
        "season_id": world.names["season"],
        "title": text,
        "contact_name": text,
        "contact_phone": text,
        "notice_text": text,
        "remark": text,
        "activities": [{"kind": "guidance_event", "attendance": 10, "duration_minutes": 60}],
        "posts": [{"title": text, "city": text, "degree": text, "description": text}],
    }
    asked = await client.post("/api/requests", json=wish, headers=headers)
    assert asked.status_code == 201, asked.text
    detail = asked.json()
    kept = [detail["request"][name] for name in ("title", "contact_name", "contact_phone", "notice_text", "remark")]
    assert kept == [text] * 5
    assert [detail["posts"][0][name] for name in ("title", "city", "degree", "description")] == [text] * 4
    for page in (f"/requests/{detail['request']['id']}", "/seasons/spring-2023/inbox"):
        shown = await client.get(page, headers={**headers, "Accept": "text/html"})
        if shown.status_code == 200 and "<" in text:
            assert "<script>alert(" not in shown.text
            assert "&lt;script&gt;" in shown.text
    found = await client.get(
        "/api/requests", params={"season_id": world.names["season"], "search": text}, headers=headers
    )
    assert [item["title"] for item in found.json()] == [text]


@pytest.mark.parametrize("wildcard", ["%", "_", "\\", "%%", "\\%"])
async def test_wildcards_are_letters_in_a_search(client: Any, world: World, wildcard: str) -> None:
    headers = world.headers("organiser")
    season = world.names["season"]
    addresses = {"/api/requests": {"season_id": season}, "/api/employers": {}, "/api/notifications": {}}
    for address, parameters in addresses.items():
        answer = await client.get(address, params={**parameters, "search": wildcard}, headers=headers)
        assert answer.status_code == 200, answer.text
        listed = answer.json()
        if isinstance(listed, dict):
            listed = listed["items"]
        assert all(wildcard in str(item) for item in listed), f"{address} takes {wildcard} for anything"


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("notes.txt", "no workbook")
    return packed.getvalue()


FILES: list[tuple[str, bytes, int, str]] = [
    ("rooms.xlsx", _zip(), 422, "file-workbook"),
    ("rooms.xlsx", b"PK\x03\x04 broken", 422, "file-workbook"),
    ("rooms.csv", "编号,名称\n".encode("gb18030") + b"\x81\x00\xff", 422, "file-type"),
    ("rooms.csv", "编号,名称\nA,".encode("gb18030") + b"\xff\xff\n", 422, "file-encoding"),
    ("rooms.csv", b"", 422, "file-empty"),
    ("rooms.csv", b"%PDF-1.7", 422, "file-type"),
    ("rooms.csv", "颜色,大小\n红,1\n".encode(), 422, "file-columns-missing"),
    ("rooms.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 422, "file-old-workbook"),
]


@pytest.mark.parametrize(("name", "content", "status", "problem"), FILES)
async def test_a_bad_file_is_refused(
    client: Any, world: World, name: str, content: bytes, status: int, problem: str
) -> None:
    answer = await client.post(
        "/api/imports/rooms", files={"file": (name, content)}, headers=world.headers("organiser")
    )
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}"), answer.text


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/api/imports/rooms", {"data": {"file": "a text"}}),
        ("/api/imports/rooms", {"files": {"other": ("a.csv", b"x")}}),
        ("/api/imports/rooms", {"content": b"--b", "headers": {"Content-Type": "multipart/form-data; boundary=b"}}),
        ("/api/imports/rooms", {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}),
        ("/api/imports/salaries", {"files": {"file": ("a.csv", b"x")}}),
        ("/api/imports/rooms?season_id=x", {"files": {"file": ("a.csv", b"x")}}),
        ("/api/imports/rooms?skip_bad=perhaps", {"files": {"file": ("a.csv", b"x")}}),
    ],
)
async def test_a_bad_form_is_refused(client: Any, world: World, address: str, sent: dict[str, Any]) -> None:
    headers = {**world.headers("organiser"), **sent.pop("headers", {})}
    answer = await client.post(address, headers=headers, **sent)
    assert answer.status_code in (400, 415, 422), answer.text
    assert answer.json()["type"] in ("/problems/malformed", "/problems/invalid", "/problems/unsupported-media-type")


async def test_too_many_tries_say_how_long_to_wait(client: Any, school: School) -> None:
    body = {"email": "guessed@school.example", "password": "not this one"}
    answers = [await client.post("/api/session", json=body) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    problem = answers[-1].json()
    assert problem["type"] == "/problems/too-many-requests"
    assert 0 < int(answers[-1].headers["retry-after"]) <= 300
    # Spelled otherwise it is the same address; another address is not concerned.
    assert (await client.post("/api/session", json={**body, "email": "GUESSED@school.example"})).status_code == 429
    assert (await client.post("/api/session", json={**body, "email": "other@school.example"})).status_code == 401
