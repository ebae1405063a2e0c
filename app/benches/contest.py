"""`chunzhao bench contest`: many people ask for one room at one time; one gets it, the others are offered places."""

import asyncio
import statistics
import time
from typing import Any

import msgspec

from app.benches.instance import Instance, open_instance
from app.benches.load import Answers, Client
from app.benches.people import sign_in
from app.benches.season import HOURS, ROOMS, BenchSeason, bench_id, fill

BOOKED = 2000
# A place of its own for each round, on another day.
_ROUND_STEP = ROOMS * HOURS + ROOMS


def run_contest(*, clients: int, webs: int, rounds: int) -> dict[str, Any]:
    """Let all clients book one place at once, in each round another; the first round warms up.

    Returns
    -------
    dict
        Milliseconds of the decisions with their alternatives (medians of the rounds), and how often each status came.
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
    seen = [await _one_round(opened, season, BOOKED + ROOMS * HOURS + n * _ROUND_STEP) for n in range(rounds + 1)][1:]
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
        "statuses": statuses,
    }


async def _one_round(clients: list[Client], season: BenchSeason, slot: int) -> Answers:
    """Ask for one slot's place for as many activities as there are clients."""
    found = Answers([], {})
    place = {"starts_at": season.starts_at(slot), "room_ids": [bench_id("a", slot % ROOMS)]}

    async def ask(client: Client, activity: int) -> None:
        sent = time.perf_counter()
        body = msgspec.json.encode({"activity_id": bench_id("e", activity), **place})
        status, _, _ = await client.send("POST", "/api/bookings", body)
        found.seconds.append(time.perf_counter() - sent)
        found.statuses[status] = found.statuses.get(status, 0) + 1

    await asyncio.gather(*(ask(client, slot + number) for number, client in enumerate(clients)))
    return found
