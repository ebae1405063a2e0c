"""The ASGI application: controllers, pages, guards, one exception handler."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import SwaggerRenderPlugin
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig

from app.accounts.controllers import AccountController, SchoolController, SessionController
from app.bookings.controllers import BookingController
from app.clock import Clock
from app.database import open_database
from app.employers.controllers import EmployerController
from app.exports.controllers import ExportController
from app.imports.controllers import ImportController
from app.logging import configure_logging
from app.notifications.controllers import NotificationController
from app.requests.controllers import RequestController
from app.schedules.controllers import OfferController, SolveRunController, VersionController
from app.seasons.controllers import SeasonController
from app.settings import Settings, load_settings
from app.venues.controllers import (
    CampusController,
    ChannelController,
    ClosureController,
    CodeTableController,
    DepartmentController,
    MajorController,
    RoomController,
)
from app.web.api_description import ExactSchemas, describe
from app.web.cross_origin import CrossOriginProtection
from app.web.dependencies import DEPENDENCIES
from app.web.idempotency import Idempotency
from app.web.live import LiveController, LiveUpdates
from app.web.pages.account_list_pages import AccountListPages
from app.web.pages.account_pages import AccountPages
from app.web.pages.board_pages import BoardPages
from app.web.pages.campus_pages import CampusPages
from app.web.pages.closure_pages import ClosurePages
from app.web.pages.department_pages import DepartmentPages
from app.web.pages.employer_pages import EmployerPages
from app.web.pages.import_pages import ImportPages
from app.web.pages.inbox_pages import InboxPages
from app.web.pages.mail_pages import DemoMailboxPages, MailPages
from app.web.pages.my_employer_pages import MyEmployerPages
from app.web.pages.my_request_pages import MyRequestPages
from app.web.pages.page import provide_page
from app.web.pages.place_list_pages import PlaceListPages
from app.web.pages.place_pages import PlacePages
from app.web.pages.problem_page import exception_to_page
from app.web.pages.programme_pages import ProgrammePages
from app.web.pages.rule_pages import RulePages
from app.web.pages.season_pages import SeasonPages
from app.web.pages.selection_pages import SelectionPages
from app.web.pages.venue_pages import VenuePages
from app.web.pages.version_pages import VersionPages
from app.web.sessions import SessionMiddleware

MAX_BODY_BYTES = 12 * 1024 * 1024

CONTROLLERS = [
    AccountController,
    BookingController,
    CampusController,
    ChannelController,
    ClosureController,
    CodeTableController,
    DepartmentController,
    EmployerController,
    ExportController,
    ImportController,
    MajorController,
    LiveController,
    NotificationController,
    RequestController,
    RoomController,
    SchoolController,
    SeasonController,
    SessionController,
    OfferController,
    SolveRunController,
    VersionController,
    AccountListPages,
    AccountPages,
    BoardPages,
    DemoMailboxPages,
    DepartmentPages,
    EmployerPages,
    ImportPages,
    InboxPages,
    MailPages,
    MyEmployerPages,
    MyRequestPages,
    PlaceListPages,
    ProgrammePages,
    RulePages,
    SeasonPages,
    SelectionPages,
    CampusPages,
    ClosurePages,
    PlacePages,
    VenuePages,
    VersionPages,
]


_WEB = Path(__file__).parent / "web"


def _templates() -> JinjaTemplateEngine:
    environment = Environment(
        loader=FileSystemLoader(_WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return JinjaTemplateEngine.from_environment(environment)


def _api_page() -> SwaggerRenderPlugin:
    # Everything it loads is ours: no CDN is asked.
    return SwaggerRenderPlugin(
        js_url="/vendor/swagger-ui-bundle.js",
        css_url="/vendor/swagger-ui.css",
        standalone_preset_js_url="/vendor/swagger-ui-standalone-preset.js",
        favicon='<link rel="icon" href="/static/icon.svg" type="image/svg+xml">',
        path="/",
    )


def _static_files() -> list[Router]:
    return [
        create_static_files_router(path=path, directories=[_WEB / folder], include_in_schema=False, name=folder)
        for path, folder in (("/static", "static"), ("/vendor", "vendor"))
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

    app = Litestar(
        route_handlers=[*CONTROLLERS, *_static_files()],
        dependencies={**DEPENDENCIES, "page": provide_page},  # type: ignore[dict-item]
        template_config=TemplateConfig(instance=_templates()),
        middleware=[CrossOriginProtection(), SessionMiddleware, Idempotency()],
        exception_handlers={Exception: exception_to_page},
        lifespan=[lifespan],
        state=State({"settings": chosen, "clock": Clock(chosen.clock_offset, chosen.timezone), "live": live}),
        logging_config=None,
        plugins=[ExactSchemas()],
        openapi_config=OpenAPIConfig(
            title="Chunzhao 春招", version="1", path="/api/schema", render_plugins=[_api_page()]
        ),
        request_max_body_size=MAX_BODY_BYTES,
        debug=False,
    )
    describe(app.openapi_schema)
    return app
