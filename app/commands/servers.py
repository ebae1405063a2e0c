"""Where a command finds PostgreSQL and Valkey: by the settings, or at a running `serve`."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import msgspec

from app.embedded import ServerFailed, running_environment
from app.errors import DomainError, Invalid
from app.exit_codes import BadInput, CommandError, SetupImpossible
from app.settings import Settings


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
    return completed(settings, found)


def completed(settings: Settings, found: dict[str, str]) -> Settings:
    """Give the settings with URLs that were found in place of missing ones."""
    return msgspec.structs.replace(
        settings,
        database_url=settings.database_url or found["DATABASE_URL"],
        redis_url=settings.redis_url or found["REDIS_URL"],
    )
