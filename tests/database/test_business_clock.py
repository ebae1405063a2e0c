"""Business time is a row that every process follows, and that production refuses."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from app.clock import Clock
from app.database import Database, open_database
from app.database.business_clock import (
    ClockIsShifted,
    count_followers,
    following_clock,
    step_clock,
    wait_for_followers,
)
from app.settings import Settings

SETTINGS = Settings(environment="test")
PRODUCTION = msgspec.structs.replace(SETTINGS, environment="production")
DAY = 24 * 3600


async def followers(database: Database, offset: int) -> int:
    async with database.pool.acquire() as connection:
        return await count_followers(connection, offset)


async def test_a_step_reaches_everyone_who_follows_and_whoever_steps_knows_when(database_url: str) -> None:
    async with (
        open_database(database_url, size=2) as database,
        following_clock(database, database_url, SETTINGS) as web,
        following_clock(database, database_url, SETTINGS) as worker,
    ):
        await wait_for_followers(database, 0, processes=2)
        await database.transact(step_clock, -DAY)
        await wait_for_followers(database, -DAY, processes=2)
        assert await followers(database, 0) == 0
        for clock in (web, worker):
            assert abs(clock.now() - (datetime.now(UTC) - timedelta(days=1))) < timedelta(seconds=5)


async def test_a_follower_whose_connection_is_lost_comes_back_to_the_row(database_url: str) -> None:
    async with (
        open_database(database_url, size=2) as database,
        following_clock(database, database_url, SETTINGS) as clock,
    ):
        await wait_for_followers(database, 0, processes=1)
        async with database.pool.acquire() as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'chunzhao clock %'"
            )
            await step_clock(connection, DAY)
        await wait_for_followers(database, DAY, processes=1)
        assert clock.offset_seconds == DAY


async def test_production_refuses_a_row_that_is_not_real_time(database_url: str) -> None:
    async with open_database(database_url, size=2) as database:
        await database.transact(step_clock, DAY)
        with pytest.raises(ClockIsShifted, match="production runs on real time"):
            async with following_clock(database, database_url, PRODUCTION):
                pass


async def test_production_does_not_follow_the_row(database_url: str) -> None:
    async with (
        open_database(database_url, size=2) as database,
        following_clock(database, database_url, PRODUCTION) as clock,
        following_clock(database, database_url, SETTINGS),
    ):
        await database.transact(step_clock, DAY)
        await wait_for_followers(database, DAY, processes=1)
        assert await followers(database, DAY) == 1
        assert clock == Clock(0, ZoneInfo("Asia/Shanghai"))
