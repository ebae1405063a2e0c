"""Bring a database's schema up to date."""

import logging
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

from alembic import command
from alembic.config import Config

_ROOT = Path(__file__).resolve().parents[2]


def _alembic_config(database_url: str) -> Config:
    parts = urlsplit(database_url)
    query = urlencode({name: values[0] for name, values in parse_qs(parts.query).items()}, quote_via=quote)
    url = urlunsplit(("postgresql+asyncpg", parts.netloc, parts.path, query, ""))
    config = Config()
    config.set_main_option("script_location", str(_ROOT / "migrations").replace("%", "%%"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def migrate(database_url: str, *, revision: str = "head") -> None:
    """Apply every revision that is missing; safe to run from several processes at once.

    Raises SetupImpossible where the database is too old for this Chunzhao, or newer than it.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)
    command.upgrade(_alembic_config(database_url), revision)
