"""Over the API too, what is visible counts: blanks, full width and invisible characters make no difference."""

from typing import Any
from uuid import UUID

import pytest

from tests.edge.world import World
from tests.school import PASSWORD, School

NAMES_OF_THE_SCHEMA = ("_pkey", "_fkey", "_unique", "_key", "_check", "_range", "_not_empty")


def wide(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


@pytest.mark.parametrize("written", ["{}", " {} ", "{}\u200b", "\u00a0{}", "\u3000{}"])
async def test_a_search_finds_a_reference_however_it_is_written(client: Any, world: World, written: str) -> None:
    headers = world.headers("organiser")
    detail = (await client.get(f"/api/requests/{world.names['request']}", headers=headers)).json()
    reference = detail["request"]["reference"]
    for form in (reference, reference.lower(), wide(reference)):
        parameters = {"season_id": world.names["season"], "search": written.format(form)}
        found = await client.get("/api/requests", params=parameters, headers=headers)
        assert [request["reference"] for request in found.json()] == [reference]


async def test_what_was_stored_in_full_width_is_found_too(client: Any, world: World) -> None:
    headers = world.headers("organiser")
    parameters = {"season_id": world.names["season"], "search": "abc"}
    before = len((await client.get("/api/requests", params=parameters, headers=headers)).json())
    wish = {
        "season_id": world.names["season"],
        "title": "ＡＢＣ公司宣讲",
        "activities": [{"kind": "guidance_event", "attendance": 10, "duration_minutes": 60}],
    }
    await client.post("/api/requests", json=wish, headers=headers)
    assert len((await client.get("/api/requests", params=parameters, headers=headers)).json()) == before + 1


async def test_sign_in_over_the_api_takes_an_address_with_blanks(client: Any, school: School) -> None:
    account = await school.account("organiser")
    signed = await client.post("/api/session", json={"email": f" {account.email}\u00a0", "password": PASSWORD})
    assert signed.status_code == 201, signed.text
    wrong = await client.post("/api/session", json={"email": account.email, "password": f"{PASSWORD} "})
    assert wrong.status_code == 401


async def test_no_name_of_the_schema_is_shown_to_a_person(client: Any, world: World) -> None:
    headers = world.headers("organiser")
    names = world.names
    asked = {
        "season_id": names["season"],
        "title": "组团",
        "owner_kind": "employer",
        "employer_id": names["employer"],
        "participant_ids": [names["other_employer"], names["other_employer"]],
        "activities": [{"kind": "joint_session", "attendance": 10, "duration_minutes": 60}],
    }
    twice = await client.post("/api/requests", json=asked, headers=headers)
    assert (twice.status_code, twice.json()["errors"][0]["code"]) == (422, "doubled")
    unknown = await client.post("/api/requests", json=asked | {"participant_ids": [names["room"]]}, headers=headers)
    answers = [
        twice,
        unknown,
        await client.put(
            "/api/majors/080901/2023", json={"name_zh": "x", "department_id": names["room"]}, headers=headers
        ),
    ]
    for answer in answers:
        assert answer.status_code < 500
        assert not any(name in answer.text for name in NAMES_OF_THE_SCHEMA), answer.text


async def test_a_draft_from_before_a_rule_is_refused_with_its_field(client: Any, school: School, world: World) -> None:
    headers = world.headers("contact")
    wish = {"season_id": world.names["season"], "title": "旧草稿", "draft": True}
    wish["activities"] = [{"kind": "info_session", "attendance": 10, "duration_minutes": 60}]
    made = await client.post("/api/requests", json=wish, headers=headers)
    assert made.status_code == 201, made.text
    request_id = made.json()["request"]["id"]
    await school.database.pool.execute(
        "UPDATE request SET contact_email = 'a..b@example.com.' WHERE id = $1", UUID(request_id)
    )
    sent = await client.post(f"/api/requests/{request_id}/submit", headers=headers)
    assert sent.status_code == 422, sent.text
    assert [(error["path"], error["code"]) for error in sent.json()["errors"]] == [("contact_email", "wrong-address")]
