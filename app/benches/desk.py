"""`chunzhao bench desk`: likely placements over HTTP, with a booking changed every second beside them."""

import asyncio
import random
import statistics
import time
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import psutil

from app.benches.instance import Instance, open_instance
from app.benches.load import Client
from app.benches.people import sign_in, sign_in_organisers
from app.benches.season import EMPLOYERS, BenchSeason, bench_id, fill, spread
from app.benches.served import memory_of
from app.embedded.supervisor import WATCH_SECONDS

_PATH = "/api/requests/likely-placements"
# A person may ask sixty times a minute.
_ASKERS, _MOST_EACH = 48, 50
_WARM_UPS = 20
_CHANGE_SECONDS = 1.0
_PATIENCE_SECONDS = 30.0
_KILLS = 2
_OK = 200


def run_desk(*, booked: int, seconds: int) -> dict[str, Any]:
    """Ask one question after the other, every second one of an itinerary, while bookings are made and given back.

    Returns
    -------
    dict
        Milliseconds of the answers, and of those of talks and of itineraries alone; the desk's megabytes (PSS); the
        most milliseconds from a booking's answer until an answer knew of it; seconds until a desk that was started
        answered, and from each time that it was killed until it answered again; how often each status came, and how
        many bookings changed.
    """
    with open_instance() as instance:
        return asyncio.run(_measure(instance, booked=booked, seconds=seconds))


async def _measure(instance: Instance, *, booked: int, seconds: int) -> dict[str, Any]:
    requests = booked + 2 * seconds
    step = spread(requests)
    season = await fill(instance.database_url, booked=booked, requests=requests, step=step)
    (token,) = await sign_in(instance.database_url, 1)
    tokens = await sign_in_organisers(instance.database_url, _ASKERS)
    began = time.perf_counter()
    (port,) = await asyncio.to_thread(instance.start, webs=1, desks=1)
    database = await asyncpg.connect(instance.database_url)
    askers = [Client(port, {"Cookie": f"session={one}"}) for one in tokens]
    booker = Client(port, {"Cookie": f"session={token}"})
    for client in (*askers, booker):
        await client.open()
    bench = _Bench(await database.fetchval("SELECT id FROM season"), askers, booker, database)
    first = await bench.first_answer() - began
    for _ in range(_WARM_UPS):
        await bench.ask(itinerary=True)
    bench.forget()
    slots = [number * step for number in range(booked, requests)]
    changing = asyncio.create_task(bench.change(season, slots))
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends and bench.asked < (_ASKERS - 2) * _MOST_EACH:
        await bench.ask(itinerary=bench.asked % 2 == 1)
    bench.is_over = True
    await changing
    (desk,) = (one for one in instance.services.supervisor.processes if one.name == "desk 1")
    memory = memory_of(psutil.Process(desk.pid))
    figures = bench.figures()
    back = [await _killed(bench, instance) for _ in range(_KILLS)]
    await database.close()
    for client in (*askers, booker):
        client.close()
    return {
        **figures,
        "memory_mb": round(memory.pss, 1),
        "first_answer_seconds": round(first, 2),
        "back_seconds": [round(seconds, 2) for seconds in back],
        "booked": booked,
    }


async def _killed(bench: "_Bench", instance: Instance) -> float:
    """Kill the desk, as `serve` watches over it; give the seconds until it answers again."""
    supervisor = instance.services.supervisor
    (desk,) = (one for one in supervisor.processes if one.name == "desk 1")
    psutil.Process(desk.pid).kill()
    killed = time.perf_counter()

    async def watch() -> None:
        while True:
            supervisor.check()
            await asyncio.sleep(WATCH_SECONDS)

    watching = asyncio.create_task(watch())
    answered = await bench.first_answer()
    watching.cancel()
    return answered - killed


class _Bench:
    """Who ask, who books, and what they saw."""

    def __init__(
        self,
        season_id: UUID,
        askers: list[Client],
        booker: Client,
        database: "asyncpg.Connection[asyncpg.Record]",
    ) -> None:
        self.season_id, self.askers, self.booker, self.database = season_id, askers, booker, database
        self.random = random.Random(1)
        self.is_over = False
        self.asked = 0
        self.changes = 0
        self.forget()

    def forget(self) -> None:
        """Begin to count."""
        self.seconds: dict[bool, list[float]] = {True: [], False: []}
        self.known: list[float] = []
        self.statuses: dict[int, int] = {}

    async def first_answer(self) -> float:
        """Ask until the desk answers; give the moment."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while await self.ask(itinerary=False) is None:
                continue
        return time.perf_counter()

    async def ask(self, *, itinerary: bool, counts: bool = True) -> int | None:
        """Ask where a wish could go; give the fact revision of the answer, None where there is none."""
        client = self.askers[self.asked % len(self.askers)]
        self.asked += 1
        body = msgspec.json.encode(self._wish(itinerary=itinerary))
        sent = time.perf_counter()
        status, _, answer = await client.send("POST", _PATH, body)
        if counts:
            self.seconds[itinerary].append(time.perf_counter() - sent)
            self.statuses[status] = self.statuses.get(status, 0) + 1
        return int(msgspec.json.decode(answer)["revision"]) if status == _OK else None

    async def change(self, season: BenchSeason, slots: list[int]) -> None:
        """Book a slot or give its booking back, every second; ask who knows of it."""
        booked: list[str] = []
        for slot in slots:
            if self.is_over:
                return
            if self.changes % 2 == 0:
                _, _, made = await self.booker.send("POST", "/api/bookings", season.booking(slot))
                booked.append(msgspec.json.decode(made)["id"])
            else:
                await self.booker.send("DELETE", f"/api/bookings/{booked.pop()}")
            done = time.perf_counter()
            self.changes += 1
            revision = await self.database.fetchval("SELECT fact_revision()")
            while (seen := await self.ask(itinerary=False, counts=False)) is None or seen < revision:
                continue
            self.known.append(time.perf_counter() - done)
            await asyncio.sleep(max(0.0, _CHANGE_SECONDS - (time.perf_counter() - done)))

    def figures(self) -> dict[str, Any]:
        """Give what was seen."""
        both = [*self.seconds[True], *self.seconds[False]]
        return {
            "p50_ms": _milliseconds(both, 0.5),
            "p99_ms": _milliseconds(both, 0.99),
            "stale_ms": round(1000 * max(self.known), 1),
            "talk_p50_ms": _milliseconds(self.seconds[False], 0.5),
            "itinerary_p50_ms": _milliseconds(self.seconds[True], 0.5),
            "answers": len(both),
            "changes": self.changes,
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
        }

    def _wish(self, *, itinerary: bool) -> dict[str, Any]:
        talk = {"kind": "info_session", "attendance": self.random.choice((80, 150)), "duration_minutes": 120}
        steps = [talk]
        if itinerary:
            steps += [
                {"kind": "written_test", "attendance": 60, "duration_minutes": 90, "same_day_as_previous": True},
                {
                    "kind": "interview_block",
                    "attendance": 20,
                    "duration_minutes": 240,
                    "rooms_needed": 3,
                    "gap_after_previous_minutes": 1440,
                },
            ]
        return {
            "season_id": self.season_id,
            "employer_id": bench_id("c", self.random.randrange(EMPLOYERS)),
            "title": "Talk",
            "activities": steps,
        }


def _milliseconds(seconds: list[float], share: float) -> float:
    ordered = sorted(seconds)
    if share == 0.5:
        return round(1000 * statistics.median(ordered), 1)
    return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)
