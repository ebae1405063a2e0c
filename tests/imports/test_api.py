"""Uploads: organisers only, reports and refusals as JSON, templates as files."""

from base64 import b64decode

from app.actors import Actor
from app.database import Database
from app.imports.controllers import ImportController
from app.seasons.domain import Season
from app.tables.errors import MAX_FILE_BYTES
from tests.guarded_client import AS, client_of
from tests.imports.conftest import ROOMS_CSV
from tests.imports.test_reported_cases import CASES
from tests.venues.people import EMPLOYER, ORGANISER

AS_ORGANISER = {AS: "wang"}
PEOPLE: list[Actor] = [ORGANISER, EMPLOYER]


async def test_a_file_is_uploaded_and_reported(database: Database, season: Season) -> None:
    async with client_of([ImportController], database, PEOPLE) as client:
        files = {"file": ("rooms.csv", ROOMS_CSV.encode("gb18030"), "text/csv")}
        answer = await client.post("/api/imports/rooms", files=files, headers=AS_ORGANISER)
        assert answer.status_code == 200, answer.text
        report = answer.json()
        assert (report["created"], report["file"], report["also_created"]) == (3, "rooms.csv", ["主校区", "东校区"])


async def test_bad_rows_are_listed_and_can_be_skipped(database: Database, season: Season) -> None:
    content = ROOMS_CSV.replace(",60,", ",many,").encode()
    async with client_of([ImportController], database, PEOPLE) as client:
        files = {"file": ("rooms.csv", content, "text/csv")}
        refused = await client.post("/api/imports/rooms", files=files, headers=AS_ORGANISER)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/rows-refused")
        (row,) = refused.json()["rows"]
        assert (row["row"], row["column"], row["code"]) == (3, "座位数", "not-a-number")
        kept = await client.post("/api/imports/rooms?skip_bad=true", files=files, headers=AS_ORGANISER)
        assert (kept.status_code, kept.json()["created"], kept.json()["refused"]) == (200, 2, 1)
        back = b64decode(kept.json()["refused_file"]["content"])
        assert "many" in back.decode("utf-8-sig")


async def test_what_was_guessed_is_reported_with_or_without_errors(database: Database, season: Season) -> None:
    content = "专业代码,专业名称,毕业生人数\n80901,计算机,180\n80902,软件,many\n".encode()
    async with client_of([ImportController], database, PEOPLE) as client:
        files = {"file": ("majors.csv", content, "text/csv")}
        refused = await client.post("/api/imports/majors", files=files, headers=AS_ORGANISER)
        kept = await client.post("/api/imports/majors?skip_bad=true", files=files, headers=AS_ORGANISER)
        assert refused.json()["reading_notes"] == kept.json()["reading_notes"]
        (note,) = kept.json()["reading_notes"]
        assert note["reason_en"] == "“80901” was read as 080901: spreadsheets cut off zeros in front."
        assert {**note, "reason_en": "", "reason_zh": ""} == {
            "kind": "guessed", "code": "zeros", "column": "专业代码", "rows": [2, 3], "count": 2, "reason_zh": "",
            "reason_en": "",
        }  # fmt: skip


async def test_an_asked_encoding_or_sheet_can_be_given(database: Database, season: Season) -> None:
    async with client_of([ImportController], database, PEOPLE) as client:
        files = {"file": ("rooms.csv", "教室編號,名稱\n".encode("big5"))}
        asked = await client.post("/api/imports/rooms", files=files, headers=AS_ORGANISER)
        assert (asked.status_code, asked.json()["type"]) == (422, "/problems/file-encoding-doubtful")
        assert [reading["encoding"] for reading in asked.json()["encodings"]] == ["gb18030", "big5"]
        told = await client.post("/api/imports/rooms?encoding=big5", files=files, headers=AS_ORGANISER)
        assert told.json()["type"] == "/problems/file-columns-missing"
        files = {"file": ("two.xlsx", (CASES / "two-sheets.xlsx").read_bytes())}
        several = await client.post("/api/imports/rooms", files=files, headers=AS_ORGANISER)
        assert several.json()["sheets"] == ["lists", "rooms"]
        chosen = await client.post("/api/imports/rooms?sheet=rooms", files=files, headers=AS_ORGANISER)
        assert (chosen.status_code, chosen.json()["created"]) == (200, 1)
        assert [note["reason_en"] for note in chosen.json()["reading_notes"]] == [
            "The sheet “lists” was not read (rows: 2)."
        ]


async def test_what_cannot_be_a_list_is_a_clear_refusal(database: Database, season: Season) -> None:
    async with client_of([ImportController], database, PEOPLE) as client:

        async def send(what: str, content: bytes, name: str = "a.xlsx") -> tuple[int, str]:
            answer = await client.post(f"/api/imports/{what}", files={"file": (name, content)}, headers=AS_ORGANISER)
            return answer.status_code, answer.json()["type"]

        assert await send("rooms", b"PK\x03\x04 no workbook") == (422, "/problems/file-workbook")
        assert await send("rooms", b"") == (422, "/problems/file-empty")
        assert await send("rooms", ROOMS_CSV.encode("gb18030") + b"\xff\xff") == (422, "/problems/file-encoding")
        assert await send("rooms", b"x" * (MAX_FILE_BYTES + 1)) == (413, "/problems/file-too-large")
        assert await send("closures", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n") == (422, "/problems/file-calendar")
        assert await send("salaries", b"a,b\n1,2\n") == (422, "/problems/invalid")
        nothing = await client.post("/api/imports/rooms", data={"a": "b"}, headers=AS_ORGANISER)
        assert (nothing.status_code, nothing.json()["type"]) == (400, "/problems/malformed")


async def test_only_organisers_import(database: Database, season: Season) -> None:
    async with client_of([ImportController], database, PEOPLE) as client:
        files = {"file": ("rooms.csv", ROOMS_CSV.encode())}
        assert (await client.post("/api/imports/rooms", files=files)).status_code == 401
        assert (await client.post("/api/imports/rooms", files=files, headers={AS: "li"})).status_code == 403


async def test_templates_come_in_the_readers_language(database: Database) -> None:
    async with client_of([ImportController], database, PEOPLE) as client:
        answer = await client.get("/api/imports/rooms/template.csv", headers={AS: "li"})
        assert answer.content.decode("utf-8-sig").startswith("Room code*,Chinese name*,English name,Campus*")
        assert answer.headers["content-disposition"] == 'attachment; filename="rooms.csv"'
        chinese = await client.get("/api/imports/rooms/template.csv", headers=AS_ORGANISER)
        assert chinese.content.decode("utf-8-sig").startswith("教室编号*,名称*")
        workbook = await client.get("/api/imports/requests/template.xlsx", headers=AS_ORGANISER)
        assert workbook.content.startswith(b"PK")
        assert (await client.get("/api/imports/rooms/template.pdf", headers=AS_ORGANISER)).status_code == 404
