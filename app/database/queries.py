"""Loads the named queries that stand beside each feature."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import aiosql
from aiosql.adapters.asyncpg import AsyncPGAdapter


class OnConnection(AsyncPGAdapter):
    """For callers who have a connection: aiosql looks each time whether it was given a pool, a tenth of a booking."""

    async def select(
        self, conn: Any, query_name: str, sql: str, parameters: Any, record_class: Any = None
    ) -> AsyncIterator[Any]:
        """Give every row."""
        for row in await conn.fetch(sql, *self._arguments(query_name, parameters)):
            yield row

    async def select_one(self, conn: Any, query_name: str, sql: str, parameters: Any, record_class: Any = None) -> Any:
        """Give the first row; None where there is none."""
        return await conn.fetchrow(sql, *self._arguments(query_name, parameters))

    async def select_value(self, conn: Any, query_name: str, sql: str, parameters: Any) -> Any:
        """Give the first value of the first row."""
        return await conn.fetchval(sql, *self._arguments(query_name, parameters))

    async def insert_update_delete(self, conn: Any, query_name: str, sql: str, parameters: Any) -> Any:
        """Change rows."""
        return await conn.execute(sql, *self._arguments(query_name, parameters))

    def _arguments(self, query_name: str, parameters: Any) -> list[Any]:
        return list(self.maybe_order_params(query_name, parameters))  # type: ignore[no-untyped-call]


def load_queries(beside: str) -> Any:
    """Give the functions of `queries.sql` beside a module (pass `__file__`)."""
    return aiosql.from_path(
        Path(beside).with_name("queries.sql"), cast("Any", OnConnection), mandatory_parameters=False
    )
