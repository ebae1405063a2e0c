"""The ASGI application: controllers, pages, guards, one exception handler."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig

from app.accounts.controllers import AccountController, SchoolController, SessionController
from app.bookings.controllers import BookingController
from app.clock import Clock
from app.database import open_database
from app.employers.controllers import EmployerController
from app.logging import configure_logging
from app.notifications.controllers import NotificationController
from app.requests.controllers import RequestController
from app.seasons.controllers import SeasonController
from app.settings import Settings, load_settings
from app.web.cross_origin import CrossOriginProtection
from app.web.dependencies import DEPENDENCIES
from app.web.live import LiveController, LiveUpdates
from app.web.problems import exception_to_problem
from app.web.sessions import SessionMiddleware

MAX_BODY_BYTES = 12 * 1024 * 1024

CONTROLLERS = [
    AccountController,
    BookingController,
    EmployerController,
    LiveController,
    NotificationController,
    RequestController,
    SchoolController,
    SeasonController,
    SessionController,
]


def create_app(settings: Settings | None = None) -> Litestar:
    """The application of the given settings, by default of the environment's."""
    chosen = settings or load_settings()
    if chosen.database_url is None:
        raise RuntimeError("DATABASE_URL is not set: start the service by `chunzhao serve`")
    database_url = chosen.database_url
    configure_logging(chosen)
    live = LiveUpdates()

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with (
            open_database(database_url, size=chosen.database_pool_size) as database,
            live.listening(database_url),
        ):
            app.state.database = database
            yield

    return Litestar(
        route_handlers=CONTROLLERS,
        dependencies=DEPENDENCIES,  # type: ignore[arg-type]
        middleware=[CrossOriginProtection(), SessionMiddleware],
        exception_handlers={Exception: exception_to_problem},
        lifespan=[lifespan],
        state=State({"settings": chosen, "clock": Clock(chosen.clock_offset, chosen.timezone), "live": live}),
        logging_config=None,
        openapi_config=OpenAPIConfig(title="Chunzhao 春招", version="1", path="/api/schema"),
        request_max_body_size=MAX_BODY_BYTES,
        debug=False,
    )
