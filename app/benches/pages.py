"""`chunzhao bench pages`: every page with one client, beside an application that only answers as many bytes."""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast
from urllib.parse import urlencode

import asyncpg
import brotli
import msgspec
from httpx import ASGITransport, AsyncClient

from app.asgi import create_app
from app.benches.instance import Instance, open_instance
from app.benches.load import Client
from app.benches.people import sign_in, sign_in_employer
from app.benches.ports import answers, free_port
from app.benches.recording import Recorder, Statement
from app.benches.season import BenchSeason, bench_id, fill, spread
from app.settings import Settings

_WARM_UPS = 5
_LANGUAGE = {"Accept-Language": "zh-CN"}
# Nothing is ever sent there: the application answers within this process.
_SITE = "http://bench.example"


class PageOf(msgspec.Struct, frozen=True):
    """One page: its name in the figures, its path, and who reads it."""

    page: str
    path: str
    reader: str  # organiser, employer or visitor


class Measured(msgspec.Struct):
    """What one page took.

    Seconds of each whole answer, of each after a fact changed, of each 304, of the floor; bytes of the answer on the
    wire, and without compression.
    """

    whole: list[float]
    changed: list[float]
    unchanged: list[float]
    bare: list[float]
    size: int = 0
    plain_size: int = 0


def pages_of(season: BenchSeason) -> tuple[PageOf, ...]:
    """Give the pages that people have open all day, and those that hold the longest lists."""
    request, activity = bench_id("d", 0), bench_id("e", 0)
    day = season.first_day
    return (
        PageOf("board", "/seasons/bench/board", "organiser"),
        PageOf("list", "/seasons/bench/list", "organiser"),
        PageOf("inbox", "/seasons/bench/inbox", "organiser"),
        PageOf("scheduled", "/seasons/bench/inbox?tab=scheduled", "organiser"),
        PageOf("settled", "/seasons/bench/inbox?tab=settled", "organiser"),
        PageOf("versions", "/seasons/bench/versions", "organiser"),
        PageOf("venues", "/venues", "organiser"),
        PageOf("venue", f"/venues/rooms/{bench_id('a', 0)}", "organiser"),
        PageOf("hall_plan", f"/venues/{bench_id('a', 0)}/hall-plan/start?booths=60", "organiser"),
        PageOf("employers", "/employers", "organiser"),
        PageOf("employer", f"/employers/{bench_id('c', 0)}", "organiser"),
        PageOf("people", f"/employers/{bench_id('c', 0)}/people", "organiser"),
        PageOf("request", f"/requests/{request}", "organiser"),
        PageOf("mails", "/seasons/bench/mails", "organiser"),
        PageOf("rules", "/seasons/bench/rules", "organiser"),
        PageOf("accounts", "/accounts", "organiser"),
        PageOf("my_requests", "/my/requests", "employer"),
        PageOf("my_employer", "/my/employer", "employer"),
        PageOf("calendars", "/my/calendars", "employer"),
        PageOf("request_form", "/my/requests/new?kind=info_session", "employer"),
        PageOf("programme", f"/seasons/bench?day={day}", "visitor"),
        PageOf("search", "/seasons/bench?" + urlencode({"q": "宣讲会1"}), "visitor"),
        PageOf("activity", f"/activities/{activity}", "visitor"),
        PageOf("calendar", "/seasons/bench/calendar.ics", "visitor"),
        PageOf("sign_in", "/sign-in", "visitor"),
    )


def run_pages(
    *, booked: int, waiting: int, earlier_seasons: int, rounds: int, repeats: int, only: Collection[str] = ()
) -> dict[str, Any]:
    """Measure each page in turn with the floor.

    Returns
    -------
    dict
        `pages`: of each its milliseconds (p50), bytes on the wire and as they were, statements of the first reading,
        milliseconds after a fact changed, where it is unchanged, and of the floor for as many bytes.
    """
    with open_instance() as instance:
        season = asyncio.run(fill_released(instance.database_url, booked, waiting, earlier_seasons))
        pages = [page for page in pages_of(season) if not only or page.page in only]
        found = asyncio.run(_measure(instance, pages, rounds=rounds, repeats=repeats))
        return {
            "booked": booked,
            "waiting": waiting,
            "earlier_seasons": earlier_seasons,
            "rounds": rounds,
            "pages": found,
        }


async def fill_released(database_url: str, booked: int, waiting: int, earlier_seasons: int) -> BenchSeason:
    """Fill a migrated database with a season that people read; earlier ones have as many bookings."""
    requests = booked + waiting
    return await fill(
        database_url,
        booked=booked,
        requests=requests,
        step=spread(requests),
        released=True,
        earlier_seasons=earlier_seasons,
    )


async def _measure(instance: Instance, pages: list[PageOf], *, rounds: int, repeats: int) -> list[dict[str, Any]]:
    cookies = await sign_in_readers(instance.database_url)
    sent = await statements_of(instance.database_url, pages, cookies)
    (port,) = await asyncio.to_thread(instance.start, webs=1)
    bare_port = await asyncio.to_thread(_start_bare, instance)
    measured = {page.page: Measured([], [], [], []) for page in pages}
    changer = await asyncpg.connect(instance.database_url)
    for _ in range(rounds):
        for page in pages:
            await _measure_page(page, measured[page.page], cookies, (port, bare_port), changer, repeats)
    await changer.close()
    return [
        {
            "page": page.page,
            "p50_ms": _median_ms(measured[page.page].whole),
            "bytes": measured[page.page].size,
            "plain_bytes": measured[page.page].plain_size,
            "statements": len(sent[page.page]),
            "changed_ms": _median_ms(measured[page.page].changed),
            "not_modified_ms": _median_ms(measured[page.page].unchanged),
            "bare_ms": _median_ms(measured[page.page].bare),
        }
        for page in pages
    ]


async def sign_in_readers(database_url: str) -> dict[str, str]:
    """Give the cookies of each reader."""
    (organiser,) = await sign_in(database_url, 1)
    employer = await sign_in_employer(database_url, organiser)
    return {"organiser": f"session={organiser}", "employer": f"session={employer}", "visitor": ""}


async def statements_of(
    database_url: str, pages: Iterable[PageOf], cookies: Mapping[str, str]
) -> dict[str, list[Statement]]:
    """Give what each page sends to PostgreSQL when it is asked for the first time."""
    recorder = Recorder()
    found = {}
    async with open_application(database_url, recorder) as client:
        for page in pages:
            recorder.statements = []
            answer = await client.get(page.path, headers={"Cookie": cookies[page.reader], **_LANGUAGE})
            answer.raise_for_status()
            found[page.page] = recorder.statements
    return found


@asynccontextmanager
async def open_application(database_url: str, recorder: Recorder) -> AsyncIterator[AsyncClient]:
    """Open the application in this process, with what it sends to PostgreSQL recorded."""
    # One connection: whoever asks for a second one while it holds the first would wait for ever.
    app = create_app(Settings(database_url=database_url, log_level="WARNING", database_pool_size=1))
    async with app.lifespan():
        async with app.state.database.pool.acquire() as connection:
            connection.add_query_logger(recorder)
        async with AsyncClient(transport=ASGITransport(cast("Any", app)), base_url=_SITE) as client:
            yield client


def _start_bare(instance: Instance) -> int:
    port = free_port()
    served = ("--port", str(port), "--log-level", "error", "--lifespan", "off")
    command = [sys.executable, "-P", "-m", "uvicorn", "app.benches.bare:app", *served]
    instance.services.supervisor.start("bare", command, ready=lambda: answers(port))
    return port


async def _measure_page(
    page: PageOf,
    found: Measured,
    cookies: Mapping[str, str],
    ports: tuple[int, int],
    changer: "asyncpg.Connection[asyncpg.Record]",
    repeats: int,
) -> None:
    asked = {"Cookie": cookies[page.reader], "Accept-Encoding": "br", **_LANGUAGE}
    reader, bare = Client(ports[0], asked), Client(ports[1], {})
    await reader.open()
    await bare.open()
    for _ in range(_WARM_UPS):
        await _seconds(reader, page.path)
    _, headers, body = await reader.send("GET", page.path)
    found.size = len(body)
    found.plain_size = len(brotli.decompress(body)) if headers.get("content-encoding") == "br" else len(body)
    for _ in range(repeats):
        found.whole.append(await _seconds(reader, page.path))
        found.bare.append(await _seconds(bare, f"/bytes/{found.size}"))
    for _ in range(repeats):
        await changer.execute("INSERT INTO fact_change DEFAULT VALUES")
        found.changed.append(await _seconds(reader, page.path))
    reader.close()
    bare.close()
    if "etag" in headers:
        first = Client(ports[0], asked)
        await first.open()
        _, headers, _ = await first.send("GET", page.path)
        first.close()
        again = Client(ports[0], {**asked, "If-None-Match": headers["etag"]})
        await again.open()
        for _ in range(repeats):
            found.unchanged.append(await _seconds(again, page.path, status=304))
        again.close()


async def _seconds(client: Client, path: str, *, status: int = 200) -> float:
    sent = time.perf_counter()
    answered, _, _ = await client.send("GET", path)
    took = time.perf_counter() - sent
    if answered != status:
        raise RuntimeError(f"{path}: {answered} instead of {status}")
    return took


def _median_ms(seconds: list[float]) -> float | None:
    return round(1000 * statistics.median(seconds), 2) if seconds else None
