"""Live updates over a real LISTEN connection."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from app.accounts.service import close_account
from app.database import Database, open_database
from app.http.live import QUEUE_LENGTH, LiveUpdates, live_stream
from app.seasons.controllers import LiveController
from tests.guarded_client import AS, client_of
from tests.school import School
from tests.signing_in import signed_in_client
from tests.venues.people import EMPLOYER, ORGANISER
from tests.web_server import web_server

SEASON = uuid4()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url, size=2) as opened:
        yield opened


@pytest.fixture
async def live(database_url: str) -> AsyncIterator[LiveUpdates]:
    updates = LiveUpdates()
    async with updates.listening(database_url):
        yield updates


class Page:
    """An open page."""

    def __init__(self, live: LiveUpdates, season_id: UUID, **times: float) -> None:
        self.is_welcome = True
        self.stream = live_stream(live, season_id, may_listen=self.may_listen, **times)

    async def may_listen(self) -> bool:
        return self.is_welcome

    async def next(self) -> str:
        return await asyncio.wait_for(anext(self.stream), 60)

    async def opened(self) -> "Page":
        """Past the greeting."""
        assert "event: connected" in await self.next()
        return self


async def tell(database: Database, payload: str) -> None:
    await database.pool.execute("SELECT pg_notify('live', $1)", payload)


async def hearing(live: LiveUpdates, database: Database) -> Page:
    """An open page of a process that listens: it has heard a first word."""
    page = await Page(live, SEASON).opened()
    async with asyncio.timeout(5):
        for word in ("first", "last"):
            said = ""
            while f"{word}.word" not in said:
                if not said or word == "first":
                    await tell(database, f'{{"types":["{word}.word"]}}')
                said = await page.next()
    return page


async def test_a_page_hears_its_season_and_the_school_but_no_other_season(
    live: LiveUpdates, database: Database
) -> None:
    page = await hearing(live, database)
    await tell(database, f'{{"season_id":"{uuid4()}","types":["booking.moved"],"last_event":1}}')
    await tell(database, "not json")
    await tell(
        database,
        f'{{"season_id":"{SEASON}","types":["booking.moved","booking.released","request.approved"],"last_event":2}}',
    )
    await tell(database, '{"season_id":null,"types":["employer.verified"],"last_event":3}')
    await tell(database, f'{{"season_id":"{SEASON}","type":"solve.progress","subject_id":"{SEASON}"}}')
    lines = await page.next()
    assert lines.count("event: booking\n") == lines.count("event: request\n") == 1
    assert '"last_event":2' in lines
    assert "event: employer\n" in await page.next()
    progress = await page.next()
    assert "event: solve\n" in progress
    assert f'"subject_id":"{SEASON}"' in progress


async def test_a_page_that_cannot_follow_is_told_to_ask_for_everything(live: LiveUpdates) -> None:
    page = await Page(live, SEASON).opened()
    for number in range(QUEUE_LENGTH + 5):
        live.hear(f'{{"season_id":"{SEASON}","types":["booking.moved"],"last_event":{number}}}')
    assert await page.next() == "event: resync\ndata: {}\n\n"
    assert f'"last_event":{QUEUE_LENGTH + 1}' in await page.next()


async def test_after_a_lost_connection_pages_resync_and_hear_again(live: LiveUpdates, database: Database) -> None:
    page = await hearing(live, database)
    await database.pool.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'chunzhao live'"
    )
    assert await page.next() == "event: resync\ndata: {}\n\n"
    await tell(database, f'{{"season_id":"{SEASON}","types":["booking.moved"],"last_event":7}}')
    assert '"last_event":7' in await page.next()


async def test_a_quiet_stream_is_kept_alive_and_ends_so_that_the_page_comes_back() -> None:
    live = LiveUpdates()
    page = await Page(live, SEASON, life_seconds=0.2, keep_alive=0.05).opened()
    said = [line async for line in page.stream]
    assert set(said) == {": still here\n\n"}
    assert len(live) == 0


async def test_a_stream_ends_when_its_reader_may_not_listen_any_more() -> None:
    live = LiveUpdates()
    page = await Page(live, SEASON, life_seconds=60, keep_alive=0.05).opened()
    await page.next()
    page.is_welcome = False
    async with asyncio.timeout(5):
        # Messages without a pause do not put the question off.
        while True:
            live.hear(f'{{"season_id":"{SEASON}","types":["booking.moved"],"last_event":1}}')
            try:
                await page.next()
            except StopAsyncIteration:
                break
    assert len(live) == 0


async def test_a_closed_account_hears_nothing_more(school: School, database_url: str) -> None:
    account = await school.account("organiser")
    with web_server(database_url) as base_url:
        listener = await signed_in_client(base_url, account)
        async with listener.stream("GET", f"/api/seasons/{school.season.id}/live") as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == "retry: 2000"
            administrator = await school.account("administrator")
            await school.database.transact(
                close_account, account.id, actor=administrator.actor(), now=school.clock.now()
            )
            async with asyncio.timeout(30):
                assert [line async for line in lines if line.startswith("event:")] == ["event: connected"]
        await listener.aclose()


@pytest.mark.parametrize(("person", "status"), [("", 401), ("li", 403), ("wang", 404)])
async def test_only_organisers_listen_and_only_to_seasons_that_exist(
    database: Database, person: str, status: int
) -> None:
    async with client_of([LiveController], database, [ORGANISER, EMPLOYER]) as client:
        answer = await client.get(f"/api/seasons/{SEASON}/live", headers={AS: person} if person else {})
        assert answer.status_code == status
