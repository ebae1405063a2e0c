"""One activity of a version, beside the board or as a page of its own; in a draft it can be corrected by hand.

Without a script all of it are plain pages; with htmx the same part is loaded into the board.
"""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.http.guards import May
from app.layout.forms import (
    EMPTY_FORM,
    Form,
    as_command,
    carry_out,
    refused,
    school_moment,
    seen_version,
    submitted_values,
)
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.requests import repository as requests
from app.requests.domain import RequestNotFound
from app.schedules import versions
from app.schedules.domain import CorrectionBreaksRules, CorrectPlacement, Version
from app.schedules.offers import take_offer
from app.schedules.pages.selection_view import read_selection


class SelectionPages(Controller):
    """For organisers."""

    include_in_schema = False

    @get("/versions/{version_id:uuid}/activities/{activity_id:uuid}", guards=[May("see_schedules")])
    async def selection(
        self,
        version_id: FromPath[UUID],
        activity_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
    ) -> Answer:
        """Show whose the activity is, when and where, and how sure that is."""
        return await _selection_page(page, database, version_id, activity_id, EMPTY_FORM)

    @post("/versions/{version_id:uuid}/activities/{activity_id:uuid}", guards=[May("correct_drafts")])
    async def correct(
        self,
        request: AnyRequest,
        version_id: FromPath[UUID],
        activity_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Pin, unpin, forbid, remove or move one placement; the verifier checks it."""
        values = await submitted_values(request)

        async def correct() -> Answer:
            command = as_command(_correction(values, clock), CorrectPlacement)
            version = await database.transact(
                versions.correct_placement,
                version_id,
                activity_id,
                command,
                expected_version=seen_version(values),
                actor=actor,
                clock=clock,
            )
            return _back_to_board(page, version, activity_id)

        again = partial(_selection_page, page, database, version_id, activity_id)
        return await carry_out(correct, page=page, values=values, again=again)

    @post("/versions/{version_id:uuid}/requests/{request_id:uuid}/offers/{number:int}", guards=[May("correct_drafts")])
    async def take_offer(
        self,
        version_id: FromPath[UUID],
        request_id: FromPath[UUID],
        number: FromPath[int],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Place a request of a draft as offered; the verifier checks it."""
        async with database.read() as connection:
            activities = (await requests.list_activities(connection, [request_id])).get(request_id, [])
        if not activities:
            raise RequestNotFound
        try:
            version = await database.transact(take_offer, version_id, request_id, number, actor=actor, clock=clock)
        except CorrectionBreaksRules as error:
            form = refused(error, {}, page.translate)
            return await _selection_page(page, database, version_id, activities[0].id, form)
        return _back_to_board(page, version, activities[0].id)


def _correction(values: dict[str, Any], clock: Clock) -> dict[str, Any]:
    given = school_moment(values, clock)
    if isinstance(given.get("room_ids"), str):
        given["room_ids"] = [given["room_ids"]]
    return given


def _swaps(request: AnyRequest) -> bool:
    return request.headers.get("hx-request") == "true"


def _back_to_board(page: Page, version: Version, activity_id: UUID) -> Answer:
    board = page.season_path(version.season_id, f"board?selected={activity_id}")
    return Response("", headers={"HX-Redirect": board}) if _swaps(page.request) else see_other(board)


async def _selection_page(page: Page, database: Database, version_id: UUID, activity_id: UUID, form: Form) -> Answer:
    async with database.read() as connection:
        view = await read_selection(connection, version_id, activity_id)
    name = "selection_panel.html" if _swaps(page.request) else "selection.html"
    violations = form.refusal.extra.get("violations", []) if form.refusal else []
    broken = [violation["rule"] for violation in violations]
    return page.render(name, view, status_code=form.status_code, form=form, broken=broken)
