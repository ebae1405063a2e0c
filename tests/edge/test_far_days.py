"""Days centuries away are refused with the field's name, wherever a day is sent; nothing ends in an overflow."""

from typing import Any

import pytest

from tests.edge.world import World

FAR = ("0001-01-01", "9999-12-31")
SEASON = {"code": "far", "name_zh": "远", "name_en": "Far", "first_day": "2023-02-02", "last_day": "2023-04-30"}


def asked(**window: str) -> dict[str, Any]:
    """A request with a window."""
    activity = {"kind": "guidance_event", "attendance": 10, "duration_minutes": 60, "windows": [window]}
    return {"season_id": "@season", "title": "Far", "activities": [activity]}


def booked(moment: str) -> dict[str, Any]:
    """A booking that starts then."""
    return {"activity_id": "@activity", "starts_at": moment, "room_ids": ["@room"]}


def cases(day: str) -> list[tuple[str, str, Any, str]]:
    """Method and path, body, the field."""
    moment = f"{day}T12:00:00+08:00"
    return [
        ("POST", "/api/seasons", {**SEASON, "first_day": day, "last_day": day}, "first_day"),
        ("POST", "/api/seasons", {**SEASON, "term_first_day": day}, "term_first_day"),
        ("POST", "/api/requests", asked(first_day=day, last_day=day), "activities[0].windows[0].first_day"),
        (
            "POST",
            "/api/bookings",
            {"activity_id": "@activity", "starts_at": moment, "room_ids": ["@room"]},
            "starts_at",
        ),
        ("POST", "/api/employers/@employer/suspend", {"until": day, "reason": "x"}, "until"),
        ("PUT", f"/api/seasons/calendar/{day}", {"is_working": False}, ""),
        ("GET", f"/api/bookings/free?activity_id=@activity&near={day}T12:00:00Z", None, ""),
        ("GET", f"/api/resources/@room/closures?first_day={day}&last_day={day}", None, ""),
        (
            "POST",
            "/api/resources/@room/closures",
            {"first_day": day, "last_day": day, "reason_code": "exam"},
            "first_day",
        ),
    ]


@pytest.mark.parametrize("day", FAR)
async def test_a_day_centuries_away_is_refused_where_it_stands(client: Any, world: World, day: str) -> None:
    wrong = []
    for method, path, body, field in cases(day):
        headers = {**world.headers("organiser"), "If-Match": "*"}
        answer = await client.request(method, world.path(path), json=world.fill(body), headers=headers)
        errors = answer.json().get("errors", []) if answer.status_code >= 400 else []
        named = [error["path"] for error in errors]
        if answer.status_code >= 500 or (field and (answer.status_code, named[:1]) != (422, [field])):
            wrong.append((method, path, answer.status_code, named, answer.text[:200]))
    assert wrong == []


@pytest.mark.parametrize("until", FAR)
async def test_a_licence_without_an_end_may_say_so_by_the_year_9999(client: Any, world: World, until: str) -> None:
    headers = {**world.headers("organiser"), "If-Match": "*", "Accept": "text/html"}
    path = world.path("/api/employers/@employer")
    assert (await client.patch(path, json={"licence_valid_until": until}, headers=headers)).status_code == 200
    assert (await client.get(world.path("/employers/@employer"), headers=headers)).status_code == 200
