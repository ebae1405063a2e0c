import asyncpg
import pytest
import redis


@pytest.mark.parametrize("time", [1, 2])
async def test_a_fresh_database_forgets_what_was_committed(database_url: str, time: int) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("CREATE TABLE committed (n int)")
    finally:
        await connection.close()


@pytest.mark.parametrize("time", [1, 2])
async def test_the_shared_database_is_rolled_back(connection: asyncpg.Connection, time: int) -> None:
    await connection.execute("CREATE TABLE rolled_back (n int)")


@pytest.mark.parametrize("time", [1, 2])
def test_each_test_gets_an_empty_valkey(redis_url: str, time: int) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")
