"""Reads the JSON that people send."""

from typing import Any

from litestar import Request

from app.clock import with_ends_of_day


class SchoolRequest(Request[Any, Any, Any]):
    """A request whose JSON may say 24:00 where hours end."""

    async def json(self) -> Any:
        """Give the body's JSON, each end of 24:00 as the time of day that means it."""
        return with_ends_of_day(await super().json())
