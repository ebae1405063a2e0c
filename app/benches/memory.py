"""`chunzhao bench memory`: what `chunzhao serve` takes before and after use, beside interpreters with its imports."""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import psutil
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from app.benches.instance import CHUNZHAO
from app.benches.load import Client, closed_loop
from app.benches.ports import free_port
from app.benches.season import BenchSeason, fill
from app.benches.served import Memory, ServedSchool, memory_of, serve, total
from app.schedules.engine.process import IDLE_SECONDS

BOOKED, TO_PLACE = 2000, 300
_PASSWORD = "a long enough password"  # noqa: S105 - of an instance that lives for one bench
_EMAIL = "bench@school.example"
_PAGES = (
    "/seasons/bench",
    "/seasons/bench/board",
    "/seasons/bench/inbox",
    "/seasons/bench/list",
    "/seasons/bench/mails",
    "/seasons/bench/rules",
    "/seasons/bench/versions",
    "/seasons/bench/calendar.ics",
    "/employers",
    "/venues",
    "/accounts",
)
# What each process imports, for interpreters that do nothing else.
_IMPORTS = {
    "interpreter": (),
    "web": ("app.commands.serve.web", "app.asgi"),
    "relay": ("app.commands.relay",),
    "worker": ("app.commands.worker", "workers.default_queue"),
    "solver": ("app.commands.worker", "workers.solver_queue"),
    "desk": ("app.commands.desk",),
}
_SAMPLE_SECONDS = 0.2
_PATIENCE_SECONDS = 60.0


class Solve(msgspec.Struct, frozen=True):
    """How a solve ended, the solver's most memory, and the seconds until somebody saw that it searches."""

    state: str
    most_mb: float
    first_progress_seconds: float


def run_memory(*, bookings: int, solve_seconds: int, rounds: int) -> dict[str, Any]:
    """Start the service, measure it, use it, measure it again.

    Returns
    -------
    dict
        Megabytes (PSS) of each process and of all when they were used and rest again, the same before their first
        request (`fresh_mb`), and without sharing (`rss_mb`); the most of the solver in a solve; interpreters with the
        same imports (`floor_mb`); seconds from start to first answer; statuses of the answers, the solve's state.
    """
    sink = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    sink.start()
    try:
        with serve(smtp_url=f"smtp://127.0.0.1:{sink.port}") as school:
            floor = {name: _interpreter(modules, rounds=rounds) for name, modules in _IMPORTS.items()}
            fresh = school.steady_memory()
            starts = [_start_web(school) for _ in range(rounds)]
            statuses, solve = asyncio.run(_use(school, bookings=bookings, solve_seconds=solve_seconds))
            time.sleep(IDLE_SECONDS + 1)
            used = school.steady_memory()
            return {
                **_megabytes(used),
                "fresh_mb": _megabytes(fresh),
                "rss_mb": {name: round(memory.rss, 1) for name, memory in {**used, "serve": total(used)}.items()},
                "solver_during_mb": round(solve.most_mb, 1),
                "floor_mb": {name: round(memory.pss, 1) for name, (memory, _) in floor.items()},
                "floor_seconds": {name: round(seconds, 2) for name, (_, seconds) in floor.items()},
                "web_first_answer_seconds": round(statistics.median(starts), 2),
                "serve_first_answer_seconds": round(school.first_answer_seconds, 2),
                "statuses": {str(status): answers for status, answers in sorted(statuses.items())},
                "solve": solve.state,
                "first_progress_seconds": round(solve.first_progress_seconds, 2),
            }
    finally:
        sink.stop()


def _megabytes(memory: dict[str, Memory]) -> dict[str, float]:
    return {f"{name}_mb": round(found.pss, 1) for name, found in {**memory, "serve": total(memory)}.items()}


def _interpreter(modules: tuple[str, ...], *, rounds: int) -> tuple[Memory, float]:
    """Give memory and seconds of an interpreter that imports modules and does nothing; medians."""
    lines = [*(f"import {module}" for module in modules), "import sys; print(flush=True); sys.stdin.read()"]
    command = [sys.executable, "-P", "-c", "\n".join(lines)]
    seen: list[tuple[float, float, float]] = []
    for _ in range(rounds):
        began = time.perf_counter()
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None  # noqa: S101 - for the type checker
            process.stdout.readline()
            seconds = time.perf_counter() - began
            memory = memory_of(psutil.Process(process.pid))
            process.communicate("")
        seen.append((memory.pss, memory.rss, seconds))
    pss, rss, seconds = (statistics.median(values) for values in zip(*seen, strict=True))
    return Memory(pss, rss), seconds


def _start_web(school: ServedSchool) -> float:
    """Give the seconds from the start of one more web process to its first answer."""
    port = free_port()
    environment = {**os.environ, **school.environment, "HOST": "127.0.0.1", "PORT": str(port), "LOG_LEVEL": "WARNING"}
    began = time.perf_counter()
    with subprocess.Popen([*CHUNZHAO, "serve"], env=environment) as process:
        try:
            asyncio.run(_first_answer(port))
            return time.perf_counter() - began
        finally:
            process.terminate()


async def _first_answer(port: int) -> None:
    client = Client(port, {})
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            try:
                await client.open()
                break
            except OSError:
                await asyncio.sleep(0.01)
        await client.send("GET", "/api/school")
    client.close()


async def _use(school: ServedSchool, *, bookings: int, solve_seconds: int) -> tuple[dict[int, int], Solve]:
    """Read pages, book, and solve; give the answers by status, and the solve."""
    season = await fill(school.environment["DATABASE_URL"], booked=BOOKED, requests=BOOKED + bookings + TO_PLACE)
    client = Client(school.port, {"Accept-Language": "en"})
    await client.open()
    cookie = await _first_administrator(client)
    client.close()
    client = Client(school.port, {"Cookie": cookie, "Accept-Language": "en"})
    await client.open()
    answers = await closed_loop([client], lambda: _requests(season, bookings), seconds=_PATIENCE_SECONDS * 5)
    solve = await _solve(school, client, solve_seconds)
    client.close()
    return answers.statuses, solve


async def _first_administrator(client: Client) -> str:
    """Set the school up, and give the cookie of its administrator."""
    names = {"school_name_zh": "江城大学", "school_name_en": "Jiangcheng University", "display_name": "bench"}
    who = {"email": _EMAIL, "password": _PASSWORD}
    await client.send("POST", "/api/school", msgspec.json.encode({**names, **who}))
    _, headers, _ = await client.send("POST", "/api/session", msgspec.json.encode(who))
    return headers["set-cookie"].partition(";")[0]


def _requests(season: BenchSeason, bookings: int) -> Iterator[tuple[str, str, bytes]]:
    """Give bookings, and after every tenth one all pages."""
    for number in range(bookings):
        yield "POST", "/api/bookings", season.booking(BOOKED + number)
        if number % 10 == 0:
            yield from (("GET", page, b"") for page in _PAGES)


async def _solve(school: ServedSchool, client: Client, seconds: int) -> Solve:
    _, _, body = await client.send("GET", "/api/seasons")
    (season,) = msgspec.json.decode(body)
    asked = {"season_id": season["id"], "time_limit_seconds": seconds}
    _, _, body = await client.send("POST", "/api/solve-runs", msgspec.json.encode(asked))
    run = msgspec.json.decode(body)
    most, began, first = 0.0, time.perf_counter(), 0.0
    async with asyncio.timeout(_PATIENCE_SECONDS + 2 * seconds):
        while run["state"] in ("queued", "running"):
            await asyncio.sleep(_SAMPLE_SECONDS)
            most = max(most, (await asyncio.to_thread(school.memory))["solver"].pss)
            _, _, body = await client.send("GET", f"/api/solve-runs/{run['id']}")
            run = msgspec.json.decode(body)
            if not first and "value" in run["progress"]:
                first = time.perf_counter() - began
    return Solve(run["state"], most, first)
