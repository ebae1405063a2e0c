"""One series, for its owner and for organisers, with the acts on all of its dates."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.clock import Clock
from app.database import Connection, Database
from app.errors import DomainError, NotFound
from app.http.guards import May, Searches, signed_in
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, refused, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.offers.finding import Finder
from app.pages.my_requests import form_page
from app.pages.request_form import form_of_detail
from app.pages.series.series_form import days_of_refusal, repeat_of_form, seen_days, wish_of_series
from app.pages.series.series_view import read_series
from app.requests import service
from app.requests.domain import RequestDetail
from app.seasons import repository as seasons
from app.seasons.domain import Season
from app.series import asking, deciding
from app.series.changing import change_series
from app.series.domain import (
    OUTCOMES,
    STATE_NAMES,
    AddDays,
    CancelSeries,
    ChangeSeries,
    DayOfSeries,
    DecideSeries,
    NothingToDo,
    SeriesChange,
)
from app.series.reading import open_series
from app.series.wording import in_words


class SeriesPages(Controller):
    """For owners and organisers."""

    include_in_schema = False
    guards = [signed_in]

    @get("/series/{series_id:uuid}")
    async def series(
        self, series_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show all dates, those that dropped out, and what can be done with all of them."""
        return await series_page(page, database, series_id, EMPTY_FORM)

    @get("/series/{series_id:uuid}/edit", guards=[May("amend")])
    async def edit(
        self,
        series_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
    ) -> Answer:
        """Show what the next date asks for as a form; what is sent is for all that are still to come."""
        stored, season, version = await _pattern(database, series_id, actor=actor, clock=page.clock)
        form = Form(values={**_without_days(form_of_detail(stored)), "row_version": version})
        return await form_page(page, database, season, form, action=f"/series/{series_id}/edit")

    @post("/series/{series_id:uuid}/edit", guards=[May("amend"), Searches()])
    async def change(
        self,
        request: AnyRequest,
        series_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        finder: NamedDependency[Finder],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Change what is still to come, and show what came of it for each date."""
        values = await submitted_values(request)
        stored, season, _ = await _pattern(database, series_id, actor=actor, clock=clock)

        async def change() -> Answer:
            repeat = repeat_of_form(values)
            hours: dict[str, Any] = {name: repeat[name] for name in ("from_time", "until_time") if name in repeat}
            given: dict[str, Any] = {name: values[name] for name in ("from_day", "note") if name in values}
            command = as_command({**wish_of_series(values, season, stored=stored), **hours, **given}, ChangeSeries)
            changed = await change_series(
                database, finder, series_id, command, seen=seen_version(values), actor=actor, clock=clock
            )
            return await series_page(page, database, series_id, EMPTY_FORM, change=changed)

        again = partial(form_page, page, database, season, action=f"/series/{series_id}/edit")
        return await carry_out(change, page=page, values=values, again=again)

    @post("/series/{series_id:uuid}/days")
    async def add_days(
        self,
        request: AnyRequest,
        series_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Show which more days are possible, then ask for exactly those."""
        values = await submitted_values(request)
        try:
            command = as_command({"repeat": repeat_of_form(values), "expected_days": seen_days(values)}, AddDays)
            if command.expected_days is None:
                async with database.read() as connection:
                    looked = await asking.preview_days(connection, series_id, command, actor=actor, clock=clock)
                return await series_page(page, database, series_id, Form(values=values), looked=looked)
            seen = seen_version(values)
            await database.transact(asking.add_days, series_id, command, seen=seen, actor=actor, clock=clock)
        except NotFound:
            raise
        except DomainError as error:
            form = refused(error, values, page.translate)
            return await series_page(page, database, series_id, form, looked=days_of_refusal(error))
        return see_other(f"/series/{series_id}")

    @post("/series/{series_id:uuid}/{act:str}")
    async def decide(
        self,
        request: AnyRequest,
        series_id: FromPath[UUID],
        act: FromPath[str],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Carry out one act on all dates for which it is possible."""
        values = await submitted_values(request)
        if act not in ("submit", "approve", "return", "refuse", "cancel"):
            raise NotFound

        async def decide() -> Answer:
            await database.transact(_carry_out, series_id, act, values, actor=actor, clock=clock)
            return see_other(f"/series/{series_id}")

        again = partial(series_page, page, database, series_id)
        return await carry_out(decide, page=page, values=values, again=again)


async def _carry_out(
    connection: Connection, series_id: UUID, act: str, values: dict[str, Any], *, actor: Actor, clock: Clock
) -> None:
    seen, now = seen_version(values), clock.now()
    if act == "submit":
        await asking.submit_series(connection, series_id, seen=seen, actor=actor, clock=clock)
    elif act == "approve":
        await deciding.approve_series(connection, series_id, seen=seen, actor=actor, clock=clock)
    elif act == "cancel":
        command = as_command(values, CancelSeries)
        await deciding.cancel_series(connection, series_id, command, seen=seen, actor=actor, clock=clock)
    else:
        decision = as_command(values, DecideSeries)
        await deciding.send_back_series(
            connection,
            series_id,
            decision,
            act="return" if act == "return" else "refuse",
            seen=seen,
            actor=actor,
            now=now,
        )


async def _pattern(
    database: Database, series_id: UUID, *, actor: Actor, clock: Clock
) -> tuple[RequestDetail, Season, int]:
    """Give the next date that can be changed, the season, and the version of the series. Raises NothingToDo."""
    async with database.read() as connection:
        opened = await open_series(connection, series_id, actor=actor, now=clock.now())
        able = opened.able("edit", "amend")
        if not able:
            raise NothingToDo
        detail = await service.get_detail(connection, able[0].request.id, actor=actor)
        season = await seasons.get_season(connection, opened.row.season_id)
    return detail, season, opened.row.row_version


def _without_days(values: dict[str, Any]) -> dict[str, Any]:
    """Give the form of one date without its day; its hours are those of the series."""
    hours = {f"repeat_{name}": values.get(f"a0_w0_{name}", "") for name in ("from_time", "until_time")}
    return {name: value for name, value in values.items() if "_w0_" not in name} | hours


async def series_page(
    page: Page,
    database: Database,
    series_id: UUID,
    form: Form,
    *,
    looked: Sequence[DayOfSeries] = (),
    change: SeriesChange | None = None,
) -> Answer:
    """Show a series, with what was wrong with an act, or what was found or done for each day."""
    async with database.read() as connection:
        view = await read_series(connection, series_id, actor=page.person, clock=page.clock)
    shown = in_words(looked, page.translate)
    return page.render(
        "series.html",
        view,
        season=page.season_link(view.series.season_id),
        form=form,
        looked=shown,
        change=change,
        dropped=in_words(view.series.dropped, page.translate),
        SERIES_STATES=STATE_NAMES,
        OUTCOMES=OUTCOMES,
        status_code=form.status_code,
    )
