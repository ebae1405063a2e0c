"""`chunzhao bench booking`: bookings over HTTP beside pgbench with the same statements, and with the least promise."""

import asyncio
import statistics
from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import Any

import msgspec

from app.accounts import service as accounts
from app.benches.floor import LEAST_PROMISE, run_pgbench
from app.benches.instance import Instance, open_instance
from app.benches.load import Answers, Client, closed_loop
from app.benches.people import CLOCK, sign_in
from app.benches.recording import Recorder, Statement, pgbench_script
from app.benches.season import EMPLOYERS, ROOMS, SLOTS, BenchSeason, bench_id, fill
from app.bookings import service
from app.bookings.domain import ConfirmPlacement
from app.database import open_database

_WARM_UP_SECONDS = 2.0
# What the figures call the processes, and how the supervisor's names of them begin.
_PROCESSES = {"web": "web", "postgres": "PostgreSQL", "relay": "relay", "worker": "worker", "client": "load"}


def run_booking(
    *, clients: int, webs: int, booked: int, earlier_seasons: int, rounds: int, seconds: int
) -> dict[str, Any]:
    """Measure in turn, and give the medians of the rounds.

    Returns
    -------
    dict
        Bookings a second of ours, of the same statements and of the least promise, the ratios, milliseconds of
        answers, processor milliseconds of each process for a booking, and the statements of one.
    """
    with open_instance() as instance:
        season = asyncio.run(fill(instance.database_url, booked=booked, earlier_seasons=earlier_seasons))
        numbers = count(booked)
        return asyncio.run(
            _measure(instance, season, numbers, clients=clients, webs=webs, rounds=rounds, seconds=seconds)
        )


async def _measure(
    instance: Instance,
    season: BenchSeason,
    numbers: Iterator[int],
    *,
    clients: int,
    webs: int,
    rounds: int,
    seconds: int,
) -> dict[str, Any]:
    tokens = await sign_in(instance.database_url, clients)
    statements, expressions = await record_booking(instance, season, tokens[0], next(numbers))
    ports = await asyncio.to_thread(instance.start, webs=webs)
    opened = [
        Client(ports[number % webs], {"Cookie": f"session={token}", "Accept-Language": "en"})
        for number, token in enumerate(tokens)
    ]
    for client in opened:
        await client.open()

    def bookings() -> Iterator[tuple[str, str, bytes]]:
        return (("POST", "/api/bookings", season.booking(slot)) for slot in numbers)

    await closed_loop(opened, bookings, seconds=_WARM_UP_SECONDS)
    script = pgbench_script(statements, expressions)
    share = min(SLOTS // 2 // rounds, 1000 * seconds)  # slots of a round of pgbench
    seen: list[tuple[Answers, float, float, dict[str, float]]] = []
    for number in range(rounds):
        before = instance.processor_seconds()
        ours = await closed_loop(opened, bookings, seconds=seconds)
        after = instance.processor_seconds()
        same = await asyncio.to_thread(
            run_pgbench,
            instance,
            script,
            clients=clients,
            first=SLOTS // 2 + number * share,
            transactions=share // clients,
        )
        least = await asyncio.to_thread(
            run_pgbench, instance, LEAST_PROMISE, clients=clients, seconds=seconds, first=number * 1_000_000
        )
        used = {name: 1000 * (after[name] - before[name]) / max(1, len(ours.seconds)) for name in after}
        seen.append((ours, same, least, used))
    for client in opened:
        client.close()
    return _figures(seen, statements, clients=clients, webs=webs)


def _figures(
    seen: list[tuple[Answers, float, float, dict[str, float]]], statements: list[Statement], *, clients: int, webs: int
) -> dict[str, Any]:
    median = statistics.median
    statuses: dict[int, int] = {}
    for ours, *_ in seen:
        for status, answers in ours.statuses.items():
            statuses[status] = statuses.get(status, 0) + answers
    return {
        "clients": clients,
        "webs": webs,
        "rounds": len(seen),
        "ratio": round(median(ours.rate / same for ours, same, *_ in seen), 3),
        "ratio_minimal": round(median(ours.rate / least for ours, _, least, _ in seen), 3),
        "http_per_second": round(median(ours.rate for ours, *_ in seen), 1),
        "sql_per_second": round(median(same for _, same, *_ in seen), 1),
        "minimal_per_second": round(median(least for _, _, least, _ in seen), 1),
        "p50_ms": round(1000 * median(ours.percentile(0.5) for ours, *_ in seen), 1),
        "p99_ms": round(1000 * median(ours.percentile(0.99) for ours, *_ in seen), 1),
        "cpu_ms": {
            name: round(median(_processor_ms(used, start) for *_, used in seen), 3)
            for name, start in _PROCESSES.items()
        },
        "statements": sum(statement.text not in ("BEGIN", "COMMIT") for statement in statements),
        "round_trips": len(statements),
        "statuses": {str(status): answers for status, answers in sorted(statuses.items())},
    }


def _processor_ms(used: dict[str, float], start: str) -> float:
    return sum(milliseconds for name, milliseconds in used.items() if name.startswith(start))


async def record_booking(
    instance: Instance, season: BenchSeason, token: str, slot: int
) -> tuple[list[Statement], dict[Any, str]]:
    """Book a slot; give what was sent to PostgreSQL from the session's cookie to the commit, and which of its
    arguments follow from the slot.
    """
    recorder = Recorder()
    async with open_database(instance.database_url, size=1) as database:
        async with database.pool.acquire() as connection:
            connection.add_query_logger(recorder)
            actor = await accounts.find_actor(connection, token, date.min)
        assert actor is not None  # noqa: S101 - the session was opened a moment ago
        wanted = msgspec.json.decode(season.booking(slot), type=ConfirmPlacement)
        booking = await service.confirm_placement(database, wanted, actor=actor, locale="en", clock=CLOCK)
    start = f"bench_start('{season.first_day}', :k)"
    return recorder.statements, {
        bench_id("a", slot % ROOMS): f"bench_id('a', :k % {ROOMS})",
        bench_id("b", slot % EMPLOYERS): f"bench_id('b', :k % {EMPLOYERS})",
        bench_id("d", slot): "bench_id('d', :k)",
        bench_id("e", slot): "bench_id('e', :k)",
        booking.id: ":id ::uuid",
        booking.starts_at: start,
        booking.ends_at: f"{start} + interval '30 minutes'",
    }
