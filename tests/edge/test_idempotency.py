"""A POST that was sent twice is carried out once."""

import asyncio
import hashlib
import json
from typing import Any

import httpx
import pytest

from tests.school import School
from tests.signing_in import sign_in


@pytest.fixture(scope="module")
async def organiser(school: School, client: Any) -> Any:
    await sign_in(client, await school.account("organiser"))
    return client


def campus(code: str, **more: object) -> dict[str, object]:
    return {"code": code, "name_zh": "东校区", "name_en": "East", **more}


def organiser_request(code: str) -> bytes:
    body = json.dumps(campus(code), ensure_ascii=False, separators=(",", ":")).encode()
    return b"\n".join((b"/api/campuses", b"", hashlib.sha256(body).digest()))


async def post(client: Any, key: str, body: dict[str, object], path: str = "/api/campuses") -> httpx.Response:
    answer: httpx.Response = await client.post(path, json=body, headers={"Idempotency-Key": key})
    return answer


async def test_the_second_gets_the_first_answer(school: School, organiser: Any) -> None:
    first = await post(organiser, "first", campus("twice"))
    second = await post(organiser, "first", campus("twice"))
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert first.headers["content-type"] == second.headers["content-type"]
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert len([item for item in (await organiser.get("/api/campuses")).json() if item["code"] == "twice"]) == 1


async def test_an_etag_comes_again_and_a_refusal_too(school: School, organiser: Any) -> None:
    wish = {
        "season_id": str(school.season.id),
        "title": "Guidance",
        "draft": True,
        "activities": [{"kind": "guidance_event", "attendance": 10, "duration_minutes": 60}],
    }
    first, second = [await post(organiser, "etag", wish, "/api/requests") for _ in range(2)]
    assert first.status_code == 201, first.text
    assert (first.headers["etag"], first.json()) == (second.headers["etag"], second.json())
    refused, again = [await post(organiser, "refused", campus("")) for _ in range(2)]
    assert refused.status_code == again.status_code == 422
    assert again.headers["content-type"] == "application/problem+json"
    assert refused.json() == again.json()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/campuses", campus("other")),
        ("/api/departments", campus("reused")),
        ("/api/campuses?again=1", campus("reused")),
    ],
)
async def test_a_key_belongs_to_one_request(organiser: Any, path: str, body: dict[str, object]) -> None:
    assert (await post(organiser, "reused", campus("reused"))).status_code == 201
    answer = await post(organiser, "reused", body, path)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")


async def test_keys_are_an_accounts_own(school: School, organiser: Any) -> None:
    assert (await post(organiser, "own", campus("own-1"))).status_code == 201
    mine = dict(organiser.cookies)
    try:
        await sign_in(organiser, await school.account("organiser"))
        assert (await post(organiser, "own", campus("own-2"))).status_code == 201
    finally:
        organiser.cookies.clear()
        organiser.cookies.update(mine)


async def test_of_two_at_once_one_is_carried_out(school: School, organiser: Any) -> None:
    for number in range(5):
        answers = await asyncio.gather(*(post(organiser, f"race-{number}", campus(f"race-{number}")) for _ in range(4)))
        # Whoever came while the first was running is told so, whoever came later is given its answer.
        assert {answer.status_code for answer in answers} <= {201, 409}
        assert any(answer.status_code == 201 for answer in answers)
        for answer in answers:
            if answer.status_code == 409:
                assert answer.json()["type"] == "/problems/idempotency-key-in-use"
        assert (await post(organiser, f"race-{number}", campus(f"race-{number}"))).status_code == 201
    count = "SELECT count(*) FROM campus WHERE code LIKE 'race-%'"
    assert await school.database.pool.fetchval(count) == 5


async def test_a_key_in_use_is_refused_until_its_process_is_surely_dead(school: School, organiser: Any) -> None:
    assert (await post(organiser, "dead", campus("dead"))).status_code == 201
    pool = school.database.pool
    await pool.execute("UPDATE idempotency_key SET status = NULL WHERE key = 'dead'")
    answer = await post(organiser, "dead", campus("dead"))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/idempotency-key-in-use")
    await pool.execute("UPDATE idempotency_key SET created_at = now() - interval '11 minutes' WHERE key = 'dead'")
    answer = await post(organiser, "dead", campus("dead"))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/code-taken")


async def test_our_own_failures_are_not_kept(school: School, organiser: Any) -> None:
    pool = school.database.pool
    # As where the disk has a bad block: the database fails in a way that no use case knows.
    await pool.execute(
        """CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RAISE EXCEPTION 'a block cannot be read' USING ERRCODE = 'data_corrupted'; END$$;
        CREATE TRIGGER fail BEFORE INSERT ON campus FOR EACH ROW EXECUTE FUNCTION fail()"""
    )
    try:
        assert (await post(organiser, "failed", campus("failed"))).status_code == 500
    finally:
        await pool.execute("DROP FUNCTION fail CASCADE")
    assert (await post(organiser, "failed", campus("failed"))).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "with blank", "\u00e9".encode()])
async def test_a_key_has_a_form(organiser: Any, key: str | bytes) -> None:
    answer = await organiser.post("/api/campuses", json=campus("form"), headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
    assert answer.json()["errors"][0]["path"] == "Idempotency-Key"


async def test_bodies_are_not_to_be_guessed_from_what_is_kept(school: School, organiser: Any) -> None:
    await post(organiser, "secret", campus("secret"))
    kept = await school.database.pool.fetchval("SELECT request_hash FROM idempotency_key WHERE key = 'secret'")
    plain = hashlib.sha256(organiser_request("secret")).digest()
    assert len(kept) == len(plain)
    assert kept != plain


async def test_a_file_is_imported_once(school: School, organiser: Any) -> None:
    content = "编号,名称\nK1,直播间一\n".encode()
    sent = {
        "content": (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="channels.csv"\r\n\r\n'
            + content
            + b"\r\n--b--\r\n"
        ),
        "headers": {"Idempotency-Key": "file", "Content-Type": "multipart/form-data; boundary=b"},
    }
    first, second = [await organiser.post("/api/imports/channels", **sent) for _ in range(2)]
    assert first.status_code == second.status_code
    assert first.content == second.content
    assert b"file" in first.content
