"""The ASGI application: controllers, pages, guards, one exception handler."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.template import TemplateConfig

from app.accounts.controllers import AccountController, SchoolController, SessionController
from app.accounts.pages.account import AccountPages
from app.accounts.service import count_search, find_actor
from app.allocator import keep_little_freed_memory
from app.amendments.controllers import AmendmentController, provide_answering
from app.blockings.controllers import BlockingController, ExemptionController
from app.blockings.pages.blockings import BlockingPages
from app.blockings.pages.closures import ClosurePages
from app.bookings.controllers import BookingController
from app.cases.controllers import CaseController, provide_facts
from app.cases.pages.cases import CasePages
from app.database import open_database
from app.database.business_clock import following_clock
from app.decisions.controllers import DecisionController
from app.desk.asking import desk_line
from app.desk.controllers import LikelyPlacementController, provide_desk, provide_finder
from app.duties.controllers import DutyController
from app.duties.pages.duties import DutyPages
from app.employers.controllers import EmployerController
from app.employers.pages.employers import EmployerPages
from app.employers.pages.my_employer import MyEmployerPages
from app.entries.controllers import EntryController
from app.entries.pages.entries import EntryPages, GatePages
from app.exports.controllers import ExportController
from app.exports.formats import EXPORT_TYPES
from app.fairs.controllers.exhibiting import ExhibitorController, ExhibitorLinkController
from app.fairs.controllers.placing import BoothController
from app.fairs.controllers.running import FairController
from app.fairs.pages.exhibiting import ExhibitorLinkPages, ExhibitorPages
from app.fairs.pages.placing import BoothPages
from app.fairs.pages.running import FairPages
from app.halls.controllers import HallPlanController
from app.halls.pages.hall_plan import HallPlanPages
from app.http.api_description import ExactSchemas, describe
from app.http.bodies import SchoolRequest
from app.http.cross_origin import CrossOriginProtection
from app.http.dependencies import DEPENDENCIES
from app.http.edge import Edge
from app.http.health import HealthController
from app.http.idempotency import Idempotency
from app.http.live import LiveUpdates
from app.http.sessions import SessionMiddleware
from app.http.typed_forms import TypedForms
from app.imports.controllers import ImportController
from app.imports.pages.imports import ImportPages
from app.invitation_letters.controllers import InvitationLetterController, VerificationController
from app.invitation_letters.pages.invitations import InvitationLetterPages, VerificationPages
from app.layout.api_page import ApiPage
from app.layout.page import provide_page
from app.layout.problem_page import exception_to_page
from app.layout.static_files import send_static_file
from app.logging import configure_logging
from app.merging.controllers import MergeController
from app.merging.pages.merge import MergePages
from app.message_channels.controllers import MessageChannelController
from app.message_channels.pages.channels import MessageChannelPages
from app.notices.controllers import NoticeController
from app.notices.pages.notice import NoticePages
from app.notifications.choices.controllers import MessageChoiceController
from app.notifications.controllers import NotificationController, ReleaseMailController
from app.notifications.pages.choices import MessageChoicePages, UnsubscribePages
from app.notifications.pages.mailbox import MailboxPages
from app.notifications.pages.mails import MailPages
from app.notifications.pages.release_mails import ReleaseMailPages
from app.offers.controllers import OfferController, SwapController
from app.pages.accounts import AccountListPages
from app.pages.amendments.amendments import AmendmentPages
from app.pages.answers.offers import OfferPages
from app.pages.answers.safety_filing import SafetyPages
from app.pages.answers.swaps import SwapPages
from app.pages.book_room import RoomBookingPages
from app.pages.inbox import InboxPages
from app.pages.my_requests import MyRequestPages
from app.pages.participation import ParticipationPages
from app.pages.programme import ProgrammePages
from app.pages.request import RequestPages
from app.pages.series.series import SeriesPages
from app.pages.staff.department import DepartmentPages
from app.pages.staff.my_duties import MyDutyPages
from app.pages.templating import template_engine
from app.pages.versions import VersionPages
from app.participations.controllers import ParticipationController
from app.people.controllers import ClaimController, InvitationLinkController, PeopleController
from app.people.pages.people import InvitationPages, PeoplePages
from app.programme.controllers import FeedController, FeedLinkController
from app.programme.pages.feeds import FeedPages
from app.requests.controllers import RequestController
from app.safety.controllers import SafetyController
from app.schedules.controllers import ExplanationController, SolveRunController, VersionController
from app.schedules.pages.board import BoardPages
from app.schedules.pages.drawn_boards import DrawnBoards
from app.schedules.pages.placement_list import PlacementListPages
from app.schedules.pages.selection import SelectionPages
from app.seasons.controllers import LiveController, SeasonController
from app.seasons.pages.of_path import provide_season
from app.seasons.pages.rules import RulePages
from app.seasons.pages.season import SeasonPages
from app.series.controllers import SeriesController
from app.settings import Settings, load_settings
from app.strikes.controllers import StrikeController
from app.strikes.pages.strikes import StrikePages
from app.venues.controllers import (
    CampusController,
    ChannelController,
    ClosureController,
    CodeTableController,
    DepartmentController,
    MajorController,
    RoomController,
)
from app.venues.pages.campuses import CampusPages
from app.venues.pages.retire import RetirePages
from app.venues.pages.venue import VenueFormPages
from app.venues.pages.venues import VenuePages
from app.waitlist.controllers import WaitlistController
from app.waitlist.pages.waitlist import WaitlistPages

MAX_BODY_BYTES = 12 * 1024 * 1024
# A page makes some ten thousand objects: with the default of 700 the collector runs dozens of times while it is made.
_OBJECTS_BETWEEN_COLLECTIONS = 10_000
_COMPRESSION = CompressionConfig(
    backend="brotli", minimum_size=1000, gzip_compress_level=6, exclude_opt_key="sent_as_it_is"
)

CONTROLLERS = [
    AccountController,
    AmendmentController,
    BlockingController,
    BookingController,
    CampusController,
    CaseController,
    WaitlistController,
    ChannelController,
    ClosureController,
    CodeTableController,
    DecisionController,
    DepartmentController,
    EmployerController,
    ExemptionController,
    ExportController,
    FairController,
    BoothController,
    ExhibitorController,
    ExhibitorLinkController,
    FairPages,
    BoothPages,
    ExhibitorPages,
    ExhibitorLinkPages,
    FeedController,
    FeedLinkController,
    FeedPages,
    HallPlanController,
    HallPlanPages,
    HealthController,
    ImportController,
    LikelyPlacementController,
    MajorController,
    MergeController,
    MergePages,
    LiveController,
    MessageChannelController,
    MessageChoiceController,
    NotificationController,
    EntryController,
    InvitationLetterController,
    VerificationController,
    NoticeController,
    NoticePages,
    SafetyController,
    SafetyPages,
    InvitationLetterPages,
    VerificationPages,
    ReleaseMailController,
    OfferController,
    SwapController,
    ParticipationController,
    PeopleController,
    ClaimController,
    InvitationLinkController,
    PeoplePages,
    InvitationPages,
    RequestController,
    RoomController,
    SchoolController,
    SeasonController,
    SeriesController,
    SessionController,
    StrikeController,
    DutyController,
    DutyPages,
    MyDutyPages,
    ExplanationController,
    SolveRunController,
    VersionController,
    AccountListPages,
    AmendmentPages,
    AccountPages,
    BlockingPages,
    BoardPages,
    CasePages,
    WaitlistPages,
    DepartmentPages,
    RoomBookingPages,
    EmployerPages,
    ImportPages,
    InboxPages,
    MailPages,
    MailboxPages,
    MessageChannelPages,
    MessageChoicePages,
    ReleaseMailPages,
    UnsubscribePages,
    MyEmployerPages,
    MyRequestPages,
    EntryPages,
    GatePages,
    OfferPages,
    SwapPages,
    ParticipationPages,
    PlacementListPages,
    ProgrammePages,
    RequestPages,
    RulePages,
    SeasonPages,
    SelectionPages,
    SeriesPages,
    StrikePages,
    CampusPages,
    ClosurePages,
    RetirePages,
    VenueFormPages,
    VenuePages,
    VersionPages,
]


def create_app(settings: Settings | None = None) -> Litestar:
    """Build the application of the given settings, by default of the environment's."""
    chosen = settings or load_settings()
    if chosen.database_url is None:
        raise RuntimeError("DATABASE_URL is not set: start the service by `chunzhao serve`")
    database_url = chosen.database_url
    keep_little_freed_memory()
    configure_logging(chosen)
    live = LiveUpdates()

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with (
            open_database(database_url, size=chosen.database_pool_size, keeps_locks=False) as database,
            following_clock(database, database_url, chosen) as clock,
            live.listening(database_url),
            desk_line(chosen.redis_url) as desk,
        ):
            app.state.database = database
            app.state.clock = clock
            app.state.desk = desk
            yield

    app = Litestar(
        route_handlers=[*CONTROLLERS, send_static_file],
        dependencies={
            **DEPENDENCIES,
            "page": Provide(provide_page),
            "season": Provide(provide_season),
            "desk": Provide(provide_desk),
            "finder": Provide(provide_finder),
            "answering_offers": Provide(provide_answering),
            "facts": Provide(provide_facts),
        },
        template_config=TemplateConfig(instance=template_engine()),
        middleware=[
            # Outside the others: an answer that is kept to be sent again is not for one reader's decoder.
            DefineMiddleware(CompressionMiddleware, config=_COMPRESSION),
            CrossOriginProtection(),
            SessionMiddleware,
            TypedForms(),
            Idempotency(),
        ],
        exception_handlers={Exception: exception_to_page},
        lifespan=[lifespan],
        request_class=SchoolRequest,
        state=State(
            {
                "settings": chosen,
                "live": live,
                "drawn_boards": DrawnBoards(),
                "find_actor": find_actor,
                "count_search": count_search,
            }
        ),
        logging_config=None,
        plugins=[ExactSchemas()],
        openapi_config=OpenAPIConfig(
            title="Chunzhao 春招", version="1", path="/api/schema", render_plugins=[ApiPage(path="/")]
        ),
        request_max_body_size=MAX_BODY_BYTES,
        debug=False,
    )
    app.asgi_handler = Edge(app.asgi_handler, is_https=chosen.is_https)
    describe(app.openapi_schema, EXPORT_TYPES)
    return app


def create_served_app() -> Litestar:
    """Build the application of a process that only serves it: the collector leaves alone what lives as long."""
    app = create_app()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])
    return app
