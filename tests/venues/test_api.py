"""Venues over HTTP: who may do what, and which problem each refusal is."""

from typing import Any

from app.database import Database
from app.venues import controllers
from app.venues.domain import Campus
from tests.guarded_client import AS, client_of
from tests.venues.people import EMPLOYER, ORGANISER

CONTROLLERS = [getattr(controllers, name) for name in controllers.__all__]
AS_ORGANISER = {AS: "wang"}


def room(campus: Campus, **changes: Any) -> dict[str, Any]:
    return {
        "code": "A-1",
        "campus_id": str(campus.id),
        "name_zh": "一教",
        "name_en": "A",
        "capacity": 60,
        **changes,
    }


async def test_a_room_is_added_read_and_changed(database: Database, campus: Campus) -> None:
    async with client_of(CONTROLLERS, database, [ORGANISER]) as client:
        made = await client.post("/api/rooms", json=room(campus), headers=AS_ORGANISER)
        assert made.status_code == 201
        read = await client.get(f"/api/rooms/{made.json()['id']}")
        assert (read.json(), read.headers["etag"]) == (made.json(), '"1"')
        address, change = (
            f"/api/rooms/{made.json()['id']}",
            {"opening_hours": [{"weekday": 1, "opens": "08:00:00", "closes": "22:00:00"}]},
        )
        changed = await client.patch(address, json=change, headers={**AS_ORGANISER, "if-match": '"1"'})
        assert changed.json()["opening_hours"] == [{"weekday": 1, "opens": "08:00:00", "closes": "22:00:00"}]
        stale = await client.patch(address, json=change, headers={**AS_ORGANISER, "if-match": '"1"'})
        assert (stale.status_code, stale.json()["type"]) == (412, "/problems/changed-meanwhile")
        blind = await client.patch(address, json=change, headers=AS_ORGANISER)
        assert (blind.status_code, blind.json()["type"]) == (428, "/problems/version-required")
        listed = await client.get("/api/rooms", params={"campus_id": str(campus.id)})
        assert listed.json() == [changed.json()]


ROOMS: list[tuple[dict[str, Any], int, str]] = [
    ({"capacity": 0}, 422, "invalid"),
    ({"capacity": "many"}, 422, "invalid"),
    ({"capacity": 10**30}, 422, "invalid"),
    ({"code": ""}, 422, "invalid"),
    ({"code": "'; DROP TABLE room; --"}, 422, "invalid"),
    ({"name_zh": ""}, 422, "invalid"),
    ({"name_zh": "x" * 121}, 422, "invalid"),
    ({"features": ["<b>"]}, 422, "invalid"),
    ({"turnover_by_kind": {"party": 10}}, 422, "invalid"),
    ({"opening_hours": [{"weekday": 8, "opens": "08:00", "closes": "09:00"}]}, 422, "invalid"),
    ({"opening_hours": [{"weekday": 1, "opens": "25:00", "closes": "26:00"}]}, 422, "invalid"),
    ({"opening_hours": [{"weekday": 1, "opens": "08:00:00+08:00", "closes": "09:00:00"}]}, 422, "invalid"),
    ({"colour": "red"}, 422, "invalid"),
    ({"campus_id": "main"}, 422, "invalid"),
    ({"name_zh": "🎓 \u202eright to left"}, 422, "invalid"),
    ({"name_zh": "🎓 שלום"}, 201, ""),
]


async def test_a_room_is_added_or_refused_with_its_problem(database: Database, campus: Campus) -> None:
    async with client_of(CONTROLLERS, database, [ORGANISER]) as client:
        for changes, status, problem in ROOMS:
            answer = await client.post("/api/rooms", json=room(campus, **changes), headers=AS_ORGANISER)
            assert answer.status_code == status, (changes, answer.text)
            assert answer.json().get("type", "").removeprefix("/problems/") == problem


async def test_a_text_that_postgresql_cannot_hold_is_refused(database: Database, campus: Campus) -> None:
    async with client_of(CONTROLLERS, database, [ORGANISER]) as client:
        answer = await client.post("/api/rooms", json=room(campus, name_zh="a\x00b"), headers=AS_ORGANISER)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")


async def test_visitors_read_and_change_nothing(database: Database, campus: Campus) -> None:
    async with client_of(CONTROLLERS, database, [EMPLOYER]) as client:
        for address in ("campuses", "departments", "majors", "rooms", "channels", "code-tables/feature"):
            assert (await client.get(f"/api/{address}")).status_code == 200
        assert (await client.get("/api/code-tables/salaries")).status_code == 422
        assert (await client.post("/api/rooms", json=room(campus))).status_code == 401
        assert (await client.post("/api/rooms", json=room(campus), headers={AS: "li"})).status_code == 403
        days = {"first_day": "2023-03-01", "last_day": "2023-03-02"}
        assert (await client.get(f"/api/resources/{campus.id}/closures", params=days)).status_code == 401


async def test_campuses_departments_and_majors_are_added_once_and_changed(database: Database, campus: Campus) -> None:
    async with client_of(CONTROLLERS, database, [ORGANISER]) as client:
        east = {"code": "east", "name_zh": "东", "name_en": "East", "travel_minutes": {"main": 30}}
        assert (await client.post("/api/campuses", json=east, headers=AS_ORGANISER)).status_code == 201
        again = await client.post("/api/campuses", json=east, headers=AS_ORGANISER)
        assert (again.status_code, again.json()["type"]) == (409, "/problems/code-taken")
        department = {"code": "cs", "name_zh": "计算机学院", "name_en": "Computing"}
        made = await client.post("/api/departments", json=department, headers=AS_ORGANISER)
        assert made.status_code == 201
        major = {"code": "080901", "catalogue_year": 2023, "name_zh": "计算机", "department_id": made.json()["id"]}
        assert (await client.post("/api/majors", json=major, headers=AS_ORGANISER)).status_code == 201
        change = {"name_zh": "计算机科学与技术", "cohort_size": 120}
        changed = await client.put("/api/majors/2023/080901", json=change, headers={**AS_ORGANISER, "if-match": '"1"'})
        assert changed.json()["cohort_size"] == 120
        missing = await client.put("/api/majors/2023/999999", json=change, headers={**AS_ORGANISER, "if-match": "*"})
        assert (missing.status_code, missing.json()["type"]) == (404, "/problems/major-not-found")


async def test_a_room_is_closed_and_opened(database: Database, campus: Campus) -> None:
    async with client_of(CONTROLLERS, database, [ORGANISER]) as client:
        room_id = (await client.post("/api/rooms", json=room(campus), headers=AS_ORGANISER)).json()["id"]
        address = f"/api/resources/{room_id}/closures"
        command = {"first_day": "2023-03-08", "last_day": "2023-03-10", "reason_code": "exam"}
        (closure,) = (await client.post(address, json=command, headers=AS_ORGANISER)).json()
        assert (closure["starts_at"], closure["ends_at"]) == ("2023-03-07T16:00:00Z", "2023-03-10T16:00:00Z")
        days = {"first_day": "2023-03-10", "last_day": "2023-03-10"}
        assert (await client.get(address, params=days, headers=AS_ORGANISER)).json() == [closure]
        gone = await client.delete(f"/api/closures/{closure['id']}", headers=AS_ORGANISER)
        assert gone.status_code == 204
        for bad in ({"first_day": "2023-02-29"}, {"first_day": "9999-12-31"}, {}):
            refused = await client.post(address, json=bad, headers=AS_ORGANISER)
            assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid")


async def test_code_tables_are_edited_and_odd_addresses_are_no_errors_of_ours(database: Database) -> None:
    async with client_of(CONTROLLERS, database, [ORGANISER]) as client:
        entry = {"name_zh": "同声传译", "name_en": "Interpreting", "ordinal": 11}
        address = "/api/code-tables/feature/interpreting"
        assert (await client.put(address, json=entry, headers=AS_ORGANISER)).status_code == 200
        assert (await client.get("/api/code-tables/feature")).json()[-1]["code"] == "interpreting"
        assert (await client.delete(address, headers=AS_ORGANISER)).status_code == 204
        for odd in ("/api/majors?catalogue_year=99999999999999999999", "/api/majors?catalogue_year=x"):
            assert (await client.get(odd)).status_code == 422
        for odd in ("/api/campuses/%00", "/api/departments/%F0%9F%98%80", "/api/rooms/0", "/api/channels/x"):
            assert (await client.get(odd)).status_code == 404
        bad = await client.put("/api/code-tables/feature/a b", json=entry, headers=AS_ORGANISER)
        assert bad.status_code == 422
        major = {"name_zh": "计算机"}
        headers = {**AS_ORGANISER, "if-match": "*"}
        assert (await client.put("/api/majors/99999999999/080901", json=major, headers=headers)).status_code == 422
