"""Requests as their owners see them: the list, a new one, a change."""

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.accounts import repository as accounts
from app.accounts import service as account_service
from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.desk.asking import DeskLine
from app.desk.domain import LikelyPlacements
from app.desk.pages.likely_part import NOTHING_SHOWN, Ask, Shown, look, shown_of
from app.desk.service import change_as_shown, likely_placements, likely_placements_of_change, submit_as_shown
from app.http.guards import May, Searches, signed_in
from app.kinds import KINDS, Kind
from app.layout.forms import Form, as_command, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.pages.answers.sent_before import FirstRequest, find_first, is_draft, taken_over, takes_over
from app.pages.my_requests_view import read_my_requests, read_request_choices
from app.pages.request_form import (
    asked_of_form,
    asks_only,
    field_of_path,
    form_of_detail,
    picked,
    steps_of,
    windows_of,
    wish_of_form,
    wished_days,
)
from app.pages.series.series_form import ask_for_series, repeats
from app.requests import service
from app.requests.access import must_see
from app.requests.domain import RequestWish, SubmitRequest
from app.requests.states import must_be_possible
from app.seasons import repository as seasons
from app.seasons.domain import Season
from app.series.domain import DayOfSeries

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
    guards = [signed_in]

    @get("/my/requests", guards=[May("own_requests")])
    async def my_requests(
        self, page: NamedDependency[Page], actor: NamedDependency[Actor], database: NamedDependency[Database]
    ) -> Answer:
        """List what was asked for, with its state."""
        season = page.current_season
        if season is None:
            return page.render("my_requests.html", season=None, requests=[], participations=[], outcome=None)
        async with database.read() as connection:
            view = await read_my_requests(
                connection, season.id, actor=actor, translate=page.translate, clock=page.clock
            )
        return page.render("my_requests.html", view, season=season)

    @post("/my/verification")
    async def ask_verification(
        self,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Send the verification mail again."""
        bucket = f"verify:{actor.account_id}"
        tries = account_service.MAILS_PER_HOUR
        await database.transact(account_service.limit, bucket, tries=tries, window_seconds=3600)
        await database.transact(account_service.ask_verification, actor, now=clock.now())
        return see_other("/my/requests")

    @get("/my/requests/new", guards=[May("own_requests")])
    async def new(
        self, page: NamedDependency[Page], actor: NamedDependency[Actor], database: NamedDependency[Database]
    ) -> Answer:
        """Show an empty form with the contact's own data."""
        async with database.read() as connection:
            account = await accounts.get_account(connection, actor.account_id)
        known = {
            "contact_name": account.display_name,
            "contact_email": account.email,
            "contact_phone": account.phone,
        }
        form = Form(values=known)
        return await form_page(page, database, await _current(page, database), form, action="/my/requests/new")

    @post("/my/requests/new", guards=[May("own_requests")])
    async def create(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
        desk: NamedDependency[DeskLine],
    ) -> Answer:
        """Submit the request, or keep it as a draft; or show where it could go, where that was asked."""
        values = await submitted_values(request)
        season = await _current(page, database)
        if asks_only(values):
            values = picked(values)
            ask = partial(_likely_of_new, database, desk, values, season, page=page)
            shown = await look(page, database, ask, wished=wished_days(values))
            form = Form(values=values)
            return await form_page(page, database, season, form, action="/my/requests/new", shown=shown)
        if repeats(values):
            show = partial(form_page, page, database, season, action="/my/requests/new")
            return await ask_for_series(page, database, season, values, show=show, actor=actor, clock=clock)
        if first := await find_first(request, database, values, actor):
            return await form_page(page, database, season, Form(values=values), action="/my/requests/new", first=first)

        async def create() -> Answer:
            wish = {
                **wish_of_form(values, season),
                "season_id": "" if season is None else str(season.id),
                "draft": is_draft(values),
                "contact_locale": page.translate.locale,
            }
            command = as_command(wish, SubmitRequest)
            shown = shown_of(values)
            detail = await database.transact(submit_as_shown, command, shown, actor=actor, clock=clock)
            return see_other(f"/requests/{detail.request.id}")

        again = partial(form_page, page, database, season, action="/my/requests/new")
        return await carry_out(create, page=page, values=values, again=again)

    @post("/my/requests/likely", guards=[May("own_requests"), Searches()])
    async def likely(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        desk: NamedDependency[DeskLine],
    ) -> Answer:
        """Show where what is filled in could go, beside the form."""
        values = await submitted_values(request)
        season = await _current(page, database)
        ask = partial(_likely_of_new, database, desk, values, season, page=page)
        return await _part(page, database, ask, values, action="/my/requests/new")

    @post("/requests/{request_id:uuid}/likely", guards=[Searches()])
    async def likely_of_change(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        desk: NamedDependency[DeskLine],
    ) -> Answer:
        """Show where a request could go if it were changed to what is filled in."""
        values = await submitted_values(request)
        ask = partial(_likely_of_change, database, desk, values, request_id, page=page)
        return await _part(page, database, ask, values, action=f"/requests/{request_id}/edit")

    @get("/requests/{request_id:uuid}/edit")
    async def edit(
        self,
        request_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
    ) -> Answer:
        """Show the request as a form."""
        async with database.read() as connection:
            detail = await service.get_detail(connection, request_id, actor=actor)
            season = await seasons.get_season(connection, detail.request.season_id)
        must_be_possible("edit", detail.request.state, must_see(actor, detail.request))
        form = Form(values={**form_of_detail(detail), "row_version": detail.request.row_version})
        return await form_page(page, database, season, form, action=f"/requests/{request_id}/edit")

    @post("/requests/{request_id:uuid}/edit")
    async def change(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
        desk: NamedDependency[DeskLine],
    ) -> Answer:
        """Change the request; or show where it could go, where that was asked."""
        values = await submitted_values(request)
        async with database.read() as connection:
            stored = await service.get_detail(connection, request_id, actor=actor)
            season = await seasons.get_season(connection, stored.request.season_id)
        action = f"/requests/{request_id}/edit"
        if takes_over(values):
            must_be_possible("edit", stored.request.state, must_see(actor, stored.request))
            form = Form(values=taken_over(values, stored))
            return await form_page(page, database, season, form, action=action, from_another=True)
        if asks_only(values):
            values = picked(values)
            ask = partial(_likely_of_change, database, desk, values, request_id, page=page)
            shown = await look(page, database, ask, wished=wished_days(values))
            return await form_page(page, database, season, Form(values=values), action=action, shown=shown)

        async def change() -> Answer:
            command = as_command(wish_of_form(values, season, stored=stored), RequestWish)
            await database.transact(
                change_as_shown,
                request_id,
                command,
                shown_of(values),
                expected_version=seen_version(values),
                actor=actor,
                clock=clock,
            )
            return see_other(f"/requests/{request_id}")

        again = partial(form_page, page, database, season, action=action)
        return await carry_out(change, page=page, values=values, again=again)


async def _current(page: Page, database: Database) -> Season | None:
    if page.current_season is None:
        return None
    async with database.read() as connection:
        return await seasons.get_season(connection, page.current_season.id)


def _at_fields(form: Form, season: Season | None) -> Form:
    errors = {field_of_path(path, form.values, season): text for path, text in form.errors.items()}
    return msgspec.structs.replace(form, errors=errors)


async def _part(page: Page, database: Database, ask: Ask, values: dict[str, Any], *, action: str) -> Answer:
    shown = await look(page, database, ask, wished=wished_days(values))
    return page.render("likely_swapped.html", view=shown.view, trouble=shown.trouble, action=action)


async def _likely_of_new(
    database: Database, desk: DeskLine, values: dict[str, Any], season: Season | None, *, page: Page
) -> LikelyPlacements:
    wish = {**asked_of_form(values, season), "season_id": "" if season is None else str(season.id)}
    command = as_command(wish, SubmitRequest)
    return await likely_placements(database, desk, command, actor=page.person, clock=page.clock)


async def _likely_of_change(
    database: Database, desk: DeskLine, values: dict[str, Any], request_id: UUID, *, page: Page
) -> LikelyPlacements:
    async with database.read() as connection:
        stored = await service.get_detail(connection, request_id, actor=page.person)
        season = await seasons.get_season(connection, stored.request.season_id)
    command = as_command(asked_of_form(values, season), RequestWish)
    return await likely_placements_of_change(database, desk, request_id, command, actor=page.person)


async def form_page(
    page: Page,
    database: Database,
    season: Season | None,
    form: Form,
    *,
    action: str,
    shown: Shown = NOTHING_SHOWN,
    first: FirstRequest | None = None,
    from_another: bool = False,
    looked: Sequence[DayOfSeries] = (),
) -> Answer:
    """Show the form of a request that is new, changed (`/edit`) or to be changed although it is decided (`/amend`).

    Of a series (`/series/…`) it is what each date asks for; `looked` has what was found about each day.

    With the `first` that it made before it asks which one is meant; `from_another`: it was filled in by such an answer.
    """
    actor = page.person
    kinds = (
        tuple(KINDS) if actor.organises else _FOR_EMPLOYERS if actor.role == "employer_contact" else _FOR_DEPARTMENTS
    )
    steps = steps_of(form.values)
    # Somebody else may have asked for what its reader could not.
    asked = {form.value(f"a{step}_kind") for step in range(steps)}
    async with database.read() as connection:
        choices = await read_request_choices(connection, season, clock=page.clock)
    return page.render(
        "request_form.html",
        choices,
        status_code=HTTPStatus.CONFLICT if first else form.status_code,
        first=first,
        from_another=from_another,
        season=season,
        form=_at_fields(form, season),
        action=action,
        kinds=kinds,
        choices=(*kinds, *(kind for kind in KINDS if kind in asked and kind not in kinds)),
        steps=steps,
        windows_of=windows_of,
        looked=looked,
        view=shown.view,
        trouble=shown.trouble,
    )
