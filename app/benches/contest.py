"""`chunzhao bench contest`: many people ask for one room at one time; one gets it, the others are offered places."""

import asyncio
import statistics
import time
from datetime import date
from typing import Any

import msgspec

from app.accounts.service import find_actor
from app.benches.instance import Instance, open_instance
from app.benches.load import Answers, Client
from app.benches.people import CLOCK, sign_in
from app.benches.season import HOURS, ROOMS, SLOTS, BenchSeason, bench_id, fill
from app.bookings.domain import ConfirmPlacement, ResourceTaken
from app.bookings.service import book_placement
from app.database import open_database

BOOKED = 2000
# A place of its own for each round, on another day.
_ROUND_STEP = ROOMS * HOURS + ROOMS


def run_contest(*, clients: int, webs: int, rounds: int) -> dict[str, Any]:
    """Let all clients book one place at once, in each round another; the first round warms up.

    Returns
    -------
    dict
        Milliseconds of the answers with their alternatives over HTTP, and of the decisions alone as the use case makes
        them on a pool like a web process's (medians of the rounds); how often each status came.
    """
    with open_instance() as instance:
        return asyncio.run(_measure(instance, clients=clients, webs=webs, rounds=rounds))


async def _measure(instance: Instance, *, clients: int, webs: int, rounds: int) -> dict[str, Any]:
    season = await fill(instance.database_url, booked=BOOKED)
    tokens = await sign_in(instance.database_url, clients)
    ports = await asyncio.to_thread(instance.start, webs=webs)
    opened = [Client(ports[number % webs], {"Cookie": f"session={token}"}) for number, token in enumerate(tokens)]
    for client in opened:
        await client.open()
    slots = iter(range(BOOKED + ROOMS * HOURS, SLOTS, _ROUND_STEP))
    seen = [await _one_round(opened, season, next(slots)) for _ in range(rounds + 1)][1:]
    decided = await _decisions(instance, season, tokens[0], clients, [next(slots) for _ in range(rounds + 1)])
    for client in opened:
        client.close()
    statuses: dict[str, int] = {}
    for answers in seen:
        for status, count in answers.statuses.items():
            statuses[str(status)] = statuses.get(str(status), 0) + count
    return {
        "clients": clients,
        "webs": webs,
        "rounds": rounds,
        "p50_ms": round(1000 * statistics.median(answers.percentile(0.5) for answers in seen), 1),
        "p99_ms": round(1000 * statistics.median(answers.percentile(0.99) for answers in seen), 1),
        "decision_p99_ms": round(1000 * statistics.median(answers.percentile(0.99) for answers in decided[1:]), 1),
        "statuses": statuses,
    }


async def _decisions(
    instance: Instance, season: BenchSeason, token: str, clients: int, slots: list[int]
) -> list[Answers]:
    """Ask for each slot's place as the use case does, for as many activities at once."""
    found = []
    async with open_database(instance.database_url, keeps_locks=False) as database:
        async with database.pool.acquire() as connection:
            actor = await find_actor(connection, token, date.min)
        assert actor is not None  # noqa: S101 - the session was opened a moment ago
        for slot in slots:
            answers = Answers([], {})

            async def decide(wanted: ConfirmPlacement, answers: Answers = answers) -> None:
                asked = time.perf_counter()
                try:
                    await database.transact(book_placement, wanted, actor=actor, clock=CLOCK)
                    status = 201
                except ResourceTaken:
                    status = 409
                answers.seconds.append(time.perf_counter() - asked)
                answers.statuses[status] = answers.statuses.get(status, 0) + 1

            await asyncio.gather(*(decide(_wanted(season, slot, slot + number)) for number in range(clients)))
            if answers.statuses.get(201) != 1:
                raise RuntimeError(f"one place, decided {answers.statuses}")
            found.append(answers)
    return found


def _wanted(season: BenchSeason, slot: int, activity: int) -> ConfirmPlacement:
    return ConfirmPlacement(
        activity_id=bench_id("e", activity),
        starts_at=season.starts_at(slot),
        room_ids=(bench_id("a", slot % ROOMS),),
    )


async def _one_round(clients: list[Client], season: BenchSeason, slot: int) -> Answers:
    """Ask for one slot's place for as many activities as there are clients."""
    found = Answers([], {})

    async def ask(client: Client, activity: int) -> None:
        sent = time.perf_counter()
        body = msgspec.json.encode(_wanted(season, slot, activity))
        status, _, _ = await client.send("POST", "/api/bookings", body)
        found.seconds.append(time.perf_counter() - sent)
        found.statuses[status] = found.statuses.get(status, 0) + 1

    await asyncio.gather(*(ask(client, slot + number) for number, client in enumerate(clients)))
    return found
