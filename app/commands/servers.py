"""Where a command finds PostgreSQL and Valkey: by the settings, at a running `serve`, or started for this command."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import asyncpg
import msgspec

from app.database import Database, open_database
from app.database.migrate import migrate
from app.embedded import ServerFailed, embedded_services, has_data, running_environment
from app.errors import DomainError, Invalid
from app.exit_codes import BadInput, CommandError, SetupImpossible
from app.settings import Settings

T = TypeVar("T")


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn errors that a person can act upon into one line and an exit code."""
    try:
        yield
    except Invalid as error:
        raise BadInput(" ".join(_field_lines(error)) or str(error)) from error
    except DomainError as error:
        raise BadInput(str(error)) from error
    except asyncpg.UndefinedTableError as error:
        raise SetupImpossible("the database has no schema yet; run: chunzhao migrate") from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise SetupImpossible(f"a server cannot be reached: {reason}") from error
    except ServerFailed as error:
        raise CommandError(str(error)) from error


def _field_lines(error: Invalid) -> list[str]:
    return [f"{field.path}: {field.sentence.format(**field.values)}" for field in error.fields]


def with_running_servers(settings: Settings) -> Settings:
    """Give the settings; a missing URL is that of a `serve` that runs on the data folder.

    Raises SetupImpossible where none does.
    """
    if settings.database_url is not None and settings.redis_url is not None:
        return settings
    found = running_environment(settings.data_folder)
    if found is None:
        raise SetupImpossible("DATABASE_URL and REDIS_URL are not set, and no `chunzhao serve` runs on the data folder")
    return _completed(settings, found)


@contextmanager
def reached_servers(settings: Settings, *, makes_data: bool = False) -> Iterator[Settings]:
    """Give the settings with running servers; where none run, start and migrate embedded ones during the block.

    Raises SetupImpossible where the data folder has no data and this is not a command that `makes_data`.
    """
    if settings.database_url is not None:
        yield settings
    elif not makes_data and not has_data(settings.data_folder):
        folder = settings.data_folder
        raise SetupImpossible(
            f"there is no data in {folder}; `chunzhao serve` or `chunzhao demo` creates it (DATA_DIR)"
        )
    elif (found := running_environment(settings.data_folder)) is not None:
        yield _completed(settings, found)
    else:
        with embedded_services(settings.data_folder) as services:
            migrate(services.database_url)
            yield _completed(settings, services.environment())


def run_use_case(settings: Settings, use_case: Callable[[Database], Awaitable[T]], *, makes_data: bool = False) -> T:
    """Run a use case on the database and give what it returns; errors are as in `one_line_errors`."""

    async def run(database_url: str) -> T:
        async with open_database(database_url, size=2) as database:
            return await use_case(database)

    with one_line_errors(), reached_servers(settings, makes_data=makes_data) as reached:
        assert reached.database_url is not None  # noqa: S101 - that is what reaching means
        return asyncio.run(run(reached.database_url))


def _completed(settings: Settings, found: dict[str, str]) -> Settings:
    return msgspec.structs.replace(
        settings,
        database_url=settings.database_url or found["DATABASE_URL"],
        redis_url=settings.redis_url or found["REDIS_URL"],
    )
