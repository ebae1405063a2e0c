"""Loads the named queries that stand beside each feature."""

from pathlib import Path
from typing import Any

import aiosql


def load_queries(beside: str) -> Any:
    """Give the functions of `queries.sql` beside a module (pass `__file__`)."""
    return aiosql.from_path(Path(beside).with_name("queries.sql"), "asyncpg", mandatory_parameters=False)
