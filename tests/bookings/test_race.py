"""Fifty press the button for one room and time: one is promised it, the others are told who else and what is free."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.school import School, at, talk
from tests.signing_in import signed_in_client
from tests.web_server import web_server

CLIENTS, ROUNDS = 50, 20


@pytest.mark.slow
async def test_one_of_fifty_is_confirmed(school: School, database_url: str) -> None:
    room = await school.room(100)
    for _ in range(3):
        await school.room(100)
    activities = []
    for _ in range(CLIENTS):
        detail = await school.request(talk(minutes=60))
        activities.append(str(detail.activities[0].id))
    organiser = await school.account("organiser")
    with web_server(database_url) as base_url:
        client = await signed_in_client(base_url, organiser)
        limits = httpx.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
        cookies = client.cookies
        await client.aclose()
        async with httpx.AsyncClient(base_url=base_url, timeout=120, limits=limits, cookies=cookies) as many:
            for number in range(ROUNDS):
                start = at(6, 8) + timedelta(days=7 * (number // 5), hours=2 * (number % 5))
                answers = await asyncio.gather(*(_book(many, activity, start, str(room.id)) for activity in activities))
                await _check_round(many, answers, start, str(room.id))


async def _book(client: httpx.AsyncClient, activity: str, start: Any, room: str) -> httpx.Response:
    body = {"activity_id": activity, "starts_at": start.isoformat(), "room_ids": [room]}
    return await client.post("/api/bookings", json=body)


async def _check_round(client: httpx.AsyncClient, answers: list[httpx.Response], start: Any, room: str) -> None:
    won = [answer for answer in answers if answer.status_code == 201]
    lost = [answer for answer in answers if answer.status_code == 409]
    assert (len(won), len(lost)) == (1, CLIENTS - 1), [answer.text for answer in answers if answer.status_code >= 500]
    for answer in lost:
        problem = answer.json()
        assert problem["type"] == "/problems/place-taken"
        assert [conflict["resource_id"] for conflict in problem["conflicts"]] == [room]
        assert len(problem["alternatives"]) == 3
    # What is offered can be had: one loser takes each offer it was made.
    loser = lost[0]
    activity = _activity_of(loser)
    for offer in loser.json()["alternatives"]:
        body = {"activity_id": activity, "starts_at": offer["starts_at"], "room_ids": offer["room_ids"]}
        taken = await client.post("/api/bookings", json=body)
        assert taken.status_code == 201, taken.text
        released = await client.delete(f"/api/bookings/{taken.json()['id']}")
        assert released.status_code == 200
    # The winner gives its booking back, so that everybody runs again.
    released = await client.delete(f"/api/bookings/{won[0].json()['id']}")
    assert released.status_code == 200


def _activity_of(answer: httpx.Response) -> str:
    return str(json.loads(answer.request.content)["activity_id"])
