"""Checks that the servers that the settings name can be reached; if not, one line says which setting and why."""

import asyncio
from urllib.parse import unquote, urlsplit

import asyncpg

from app.exit_codes import SetupImpossible

_SECONDS = 5


def must_reach_servers(*, database_url: str | None, redis_url: str | None = None) -> None:
    """Check both servers.

    Raises SetupImpossible that names DATABASE_URL, REDIS_URL or both; never with a password in it.
    """
    troubles = asyncio.run(_troubles(database_url, redis_url))
    if troubles:
        raise SetupImpossible("; ".join(troubles))


async def _troubles(database_url: str | None, redis_url: str | None) -> list[str]:
    troubles = []
    for name, url, reach in (
        ("DATABASE_URL", database_url, _reach_database),
        ("REDIS_URL", redis_url, _reach_redis),
    ):
        if url is None:
            continue
        try:
            async with asyncio.timeout(_SECONDS):
                await reach(url)
        except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            troubles.append(f"{name}: the server cannot be reached: {_reason(error, url)}")
    return troubles


async def _reach_database(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.close()


async def _reach_redis(url: str) -> None:
    # Loaded where there is one to reach: the web needs none, and its client takes 7 MB.
    from redis.asyncio import Redis  # noqa: PLC0415
    from redis.exceptions import RedisError  # noqa: PLC0415

    try:
        async with Redis.from_url(url) as redis:
            await redis.ping()
    except RedisError as error:
        raise OSError(str(error) or type(error).__name__) from error


def _reason(error: Exception, url: str) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer in {_SECONDS} s"
    reason = str(error).partition("\n")[0] or type(error).__name__
    password = urlsplit(url).password
    for secret in (password, unquote(password)) if password else ():
        reason = reason.replace(secret, "…")
    return reason
