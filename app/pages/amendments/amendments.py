"""A change of what is decided: the request's own form, then what came of it on the request's page."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.amendments import deciding, proposing
from app.amendments.answering import AmendmentAnswering
from app.amendments.domain import ProposeAmendment, RefuseAmendment
from app.clock import Clock
from app.database import Database
from app.errors import NotFound
from app.http.guards import May, Searches
from app.layout.forms import Form, as_command, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.offers.finding import Finder
from app.pages.answers.sent_before import taken_over, takes_over
from app.pages.my_requests import form_page
from app.pages.request import request_page
from app.pages.request_form import form_of_detail, wish_of_form
from app.requests import service
from app.requests.access import must_see
from app.requests.states import must_be_possible
from app.seasons import repository as seasons


class AmendmentPages(Controller):
    """For owners and organisers."""

    include_in_schema = False

    @get("/requests/{request_id:uuid}/amend", guards=[May("amend")])
    async def amend(
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
        must_be_possible("amend", detail.request.state, must_see(actor, detail.request))
        form = Form(values={**form_of_detail(detail), "row_version": detail.request.row_version})
        return await form_page(page, database, season, form, action=f"/requests/{request_id}/amend")

    @post("/requests/{request_id:uuid}/amend", guards=[May("amend"), Searches()])
    async def propose(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        finder: NamedDependency[Finder],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Ask for the change; the request's page shows what comes of it."""
        values = await submitted_values(request)
        async with database.read() as connection:
            stored = await service.get_detail(connection, request_id, actor=actor)
            season = await seasons.get_season(connection, stored.request.season_id)
        if takes_over(values):
            must_be_possible("amend", stored.request.state, must_see(actor, stored.request))
            form = Form(values=taken_over(values, stored))
            action = f"/requests/{request_id}/amend"
            return await form_page(page, database, season, form, action=action, from_another=True)

        async def propose() -> Answer:
            wish = {**wish_of_form(values, season, stored=stored), "note": values.get("note", "")}
            await proposing.propose_amendment(
                database,
                finder,
                request_id,
                as_command(wish, ProposeAmendment),
                seen=seen_version(values),
                actor=actor,
                clock=clock,
            )
            return see_other(f"/requests/{request_id}")

        again = partial(form_page, page, database, season, action=f"/requests/{request_id}/amend")
        return await carry_out(propose, page=page, values=values, again=again)

    @post("/requests/{request_id:uuid}/amendments/{amendment_id:uuid}/withdraw", guards=[May("amend")])
    async def withdraw(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        amendment_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Take it back."""
        values = await submitted_values(request)
        by: dict[str, Any] = {"seen": seen_version(values), "actor": actor, "now": clock.now()}

        async def withdraw() -> Answer:
            await database.transact(deciding.withdraw_amendment, amendment_id, **by)
            return see_other(f"/requests/{request_id}")

        again = partial(request_page, page, database, request_id)
        return await carry_out(withdraw, page=page, values=values, again=again)

    @post(
        "/requests/{request_id:uuid}/amendments/{amendment_id:uuid}/{act:str}",
        guards=[May("decide_amendments")],
    )
    async def decide(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        amendment_id: FromPath[UUID],
        act: FromPath[str],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        answering_offers: NamedDependency[AmendmentAnswering],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Accept or refuse."""
        values = await submitted_values(request)
        seen, now = seen_version(values), clock.now()

        async def decide() -> Answer:
            if act == "accept":
                await answering_offers.approve(amendment_id, seen=seen, actor=actor, clock=clock)
            elif act == "refuse":
                command = as_command(values, RefuseAmendment)
                await database.transact(
                    deciding.refuse_amendment, amendment_id, command, seen=seen, actor=actor, now=now
                )
            else:
                raise NotFound
            return see_other(f"/requests/{request_id}")

        return await carry_out(
            decide, page=page, values=values, again=partial(request_page, page, database, request_id)
        )
