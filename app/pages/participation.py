"""Answers of other employers: on the invitation's own page, and on the request's for the career centre."""

from functools import partial
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.errors import NotFound
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.pages.participation_view import read_participation
from app.pages.request import request_page
from app.participations import service

_ACTS = {"accept": service.accept, "decline": service.decline}


class ParticipationPages(Controller):
    """For employers, and organisers in their place."""

    include_in_schema = False

    @get("/participations/{request_id:uuid}", guards=[May("own_employer")])
    async def participation(
        self, request_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show an invitation."""
        return await _participation_page(page, database, request_id, EMPTY_FORM)

    @post("/requests/{request_id:uuid}/participants/{employer_id:uuid}/{act:str}", guards=[May("answer_participation")])
    async def answer(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        employer_id: FromPath[UUID],
        act: FromPath[str],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Accept or decline."""
        values = await submitted_values(request)
        if act not in _ACTS:
            raise NotFound

        async def answer() -> Answer:
            seen = seen_version(values)
            await database.transact(_ACTS[act], request_id, employer_id, seen=seen, actor=actor, clock=clock)
            return see_other(f"/requests/{request_id}" if actor.organises else f"/participations/{request_id}")

        shown = request_page if actor.organises else _participation_page
        return await carry_out(answer, page=page, values=values, again=partial(shown, page, database, request_id))


async def _participation_page(page: Page, database: Database, request_id: UUID, form: Form) -> Answer:
    async with database.read() as connection:
        view = await read_participation(connection, request_id, actor=page.person, clock=page.clock)
    season = page.season_link(view.participation.season_id)
    return page.render("participation.html", view, season=season, form=form, status_code=form.status_code)
