"""Requests as their owners see them: the list, a new one, a changed one."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.accounts import repository as accounts
from app.accounts import service as account_service
from app.bookings import repository as bookings
from app.clock import Clock
from app.database import Database
from app.errors import DomainError
from app.requests import repository, service
from app.requests.domain import RequestWish, SubmitRequest
from app.requests.kinds import KINDS, Kind
from app.schedules import repository as schedules
from app.venues import repository as venues
from app.venues import room_repository
from app.web.pages.forms import EMPTY_FORM, Form, as_command, refused, submitted_values
from app.web.pages.page import Answer, AnyRequest, Page, see_other
from app.web.pages.request_form import STEPS, WINDOWS, field_of_path, form_of_detail, wish_of_form

_FOR_EMPLOYERS: tuple[Kind, ...] = (
    "info_session",
    "online_session",
    "livestream",
    "written_test",
    "interview_block",
    "workplace_experience",
)
_FOR_DEPARTMENTS: tuple[Kind, ...] = ("department_fair", "guidance_event", "joint_session")


class MyRequestPages(Controller):
    """For contacts and department staff."""

    include_in_schema = False

    @get("/my/requests")
    async def my_requests(self, page: NamedDependency[Page], database: NamedDependency[Database]) -> Answer:
        """What was asked for, and where it stands."""
        actor = page.must_be("employer_contact", "department_staff")
        season = page.current_season
        if season is None:
            return page.render("my_requests.html", season=None, requests=[])
        async with database.read() as connection:
            listed = await service.list_visible(connection, season.id, actor=actor)
            activities = await repository.list_activities(connection, [request.id for request in listed])
            ids = [activity.id for group in activities.values() for activity in group]
            held = await bookings.list_held(connection, season.id, activity_ids=ids)
            rooms: dict[str, Any] = {str(room.id): room for room in await room_repository.list_rooms(connection)}
            rooms |= {str(channel.id): channel for channel in await room_repository.list_channels(connection)}
            campuses = {campus.id: campus for campus in await venues.list_campuses(connection)}
            released = await schedules.find_released(connection, season.id)
            unplaced = await schedules.list_unplaced(connection, released) if released else []
        left_out = {entry.request_id for entry in unplaced}
        return page.render(
            "my_requests.html",
            without_place={request.id for request in listed if request.state == "approved" and request.id in left_out},
            season=season,
            requests=listed,
            activities=activities,
            held={booking.activity_id: booking for booking in held},
            rooms=rooms,
            campuses=campuses,
        )

    @post("/my/verification")
    async def ask_verification(
        self, page: NamedDependency[Page], database: NamedDependency[Database], clock: NamedDependency[Clock]
    ) -> Answer:
        """Send the verification mail again."""
        actor = page.must_be()
        bucket = f"verify:{actor.account_id}"
        tries = account_service.MAILS_PER_HOUR
        await database.transact(lambda c: account_service.limit(c, bucket, tries=tries, window_seconds=3600))
        await database.transact(lambda c: account_service.ask_verification(c, actor, now=clock.now()))
        return see_other("/my/requests")

    @get("/my/requests/new")
    async def new(self, page: NamedDependency[Page], database: NamedDependency[Database]) -> Answer:
        """An empty form, the contact's own data filled in."""
        actor = page.must_be("employer_contact", "department_staff")
        async with database.read() as connection:
            account = await accounts.get_account(connection, actor.account_id)
        known = {
            "contact_name": account.display_name,
            "contact_email": account.email,
            "contact_phone": account.phone,
        }
        return await _form_page(page, database, Form(values=known), action="/my/requests/new")

    @post("/my/requests/new")
    async def create(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Send it, or keep it as a draft."""
        actor = page.must_be("employer_contact", "department_staff")
        values = await submitted_values(request)
        season = page.current_season
        try:
            wish = {
                **wish_of_form(values),
                "season_id": "" if season is None else str(season.id),
                "draft": "draft" in values,
                "contact_locale": page.translate.locale,
            }
            command = as_command(wish, SubmitRequest)
            detail = await database.transact(lambda c: service.submit_request(c, command, actor=actor, clock=clock))
        except DomainError as error:
            form = _refused(error, values, page)
            return await _form_page(page, database, form, action="/my/requests/new", status_code=422)
        return see_other(f"/requests/{detail.request.id}")

    @get("/requests/{request_id:uuid}/edit")
    async def edit(
        self, request_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """The request as a form."""
        actor = page.must_be()
        async with database.read() as connection:
            detail = await service.get_detail(connection, request_id, actor=actor)
        form = Form(values={**form_of_detail(detail), "row_version": detail.request.row_version})
        return await _form_page(page, database, form, action=f"/requests/{request_id}/edit")

    @post("/requests/{request_id:uuid}/edit")
    async def change(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Write it anew."""
        actor = page.must_be()
        values = await submitted_values(request)
        seen = str(values.get("row_version", ""))
        try:
            command = as_command(wish_of_form(values), RequestWish)
            await database.transact(
                lambda c: service.change_request(
                    c,
                    request_id,
                    command,
                    expected_version=int(seen) if seen.isdecimal() else None,
                    actor=actor,
                    now=clock.now(),
                )
            )
        except DomainError as error:
            form = _refused(error, values, page)
            action = f"/requests/{request_id}/edit"
            return await _form_page(page, database, form, action=action, status_code=422)
        return see_other(f"/requests/{request_id}")


def _refused(error: DomainError, values: dict[str, Any], page: Page) -> Form:
    form = refused(error, values, page.translate)
    return msgspec.structs.replace(form, errors={field_of_path(path): text for path, text in form.errors.items()})


async def _form_page(
    page: Page, database: Database, form: Form = EMPTY_FORM, *, action: str, status_code: int = 200
) -> Answer:
    actor = page.must_be()
    kinds = (
        tuple(KINDS) if actor.organises else _FOR_EMPLOYERS if actor.role == "employer_contact" else _FOR_DEPARTMENTS
    )
    async with database.read() as connection:
        context: dict[str, Any] = {
            "campuses": await venues.list_campuses(connection),
            "majors": await venues.list_majors(connection),
            "features": await venues.list_code_entries(connection, "feature"),
        }
    return page.render(
        "request_form.html",
        status_code=status_code,
        season=page.current_season,
        form=form,
        action=action,
        kinds=kinds,
        steps=STEPS,
        windows=WINDOWS,
        **context,
    )
