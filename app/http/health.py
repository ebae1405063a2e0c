"""Whether this process answers, and whether it can do its work: for load balancers, containers and people on call."""

import asyncio
from http import HTTPStatus

import asyncpg
import msgspec
from litestar import Controller, Response, get
from litestar.di import NamedDependency

from app.database import Database
from app.database.heartbeats import ROLES, Role, list_heartbeats

_SECONDS = 3.0


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """`processes`: seconds since any process of a kind last said that it lives; null where none did within a day."""

    database: bool
    processes: dict[Role, float | None]


class HealthController(Controller):
    """Open to all; says nothing of what the school holds."""

    path = "/health"
    include_in_schema = False

    @get("/live")
    async def live(self) -> dict[str, bool]:
        """This process answers."""
        return {"live": True}

    @get("/ready")
    async def ready(self, database: NamedDependency[Database]) -> Response[Readiness]:
        """503 where PostgreSQL does not answer in time."""
        try:
            async with asyncio.timeout(_SECONDS), database.pool.acquire() as connection:
                beats = await list_heartbeats(connection)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            away = Readiness(database=False, processes=dict.fromkeys(ROLES))
            return Response(away, status_code=HTTPStatus.SERVICE_UNAVAILABLE)
        ago = {
            role: min((round(beat.seconds_ago, 1) for beat in beats if beat.role == role), default=None)
            for role in ROLES
        }
        return Response(Readiness(database=True, processes=ago), headers={"Cache-Control": "no-store"})
