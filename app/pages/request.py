"""One request, for its owner and for organisers, with the acts that each of them may carry out."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.clock import Clock
from app.database import Connection, Database
from app.decisions import decide, endings
from app.decisions.objecting import object_to_request
from app.decisions.rivals import ApproveRequest, approve_and_settle
from app.errors import NotFound
from app.http.guards import signed_in
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, every, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.offers import tentative
from app.offers.domain import DeclinePlacements
from app.offers.finding import Finder
from app.pages.answers.refused_place import refused_place
from app.pages.request_view import read_request
from app.participations.service import is_asked
from app.requests import repository, service
from app.requests.access import must_see
from app.requests.domain import ActivityNotFound, CancelRequest, Decision, RefuseRequest, RequestNotFound, SetWeight
from app.schedules.agreements import agree_to_offer


class RequestPages(Controller):
    """For owners and organisers."""

    include_in_schema = False
    guards = [signed_in]

    @get("/requests/{request_id:uuid}")
    async def request(
        self,
        request_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
    ) -> Answer:
        """Show one request; mails lead other employers that take part here too, and they see their invitation."""
        try:
            return await request_page(page, database, request_id, EMPTY_FORM)
        except RequestNotFound:
            async with database.read() as connection:
                if not await is_asked(connection, request_id, actor=page.person):
                    raise
            return see_other(f"/participations/{request_id}")

    @get("/activities/{activity_id:uuid}/request")
    async def request_of_activity(
        self, activity_id: FromPath[UUID], actor: NamedDependency[Actor], database: NamedDependency[Database]
    ) -> Answer:
        """Redirect from an activity on the board to its request."""
        async with database.read() as connection:
            request_id = await repository.get_request_of_activity(connection, activity_id)
            must_see(actor, await repository.get_request(connection, request_id), hidden=ActivityNotFound)
        return see_other(f"/requests/{request_id}")

    @post("/requests/{request_id:uuid}/offers/{number:int}")
    async def agree(
        self,
        request_id: FromPath[UUID],
        number: FromPath[int],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Agree to an offered time, for the owner."""
        await database.transact(agree_to_offer, request_id, number, actor=actor, clock=clock)
        return see_other(f"/requests/{request_id}")

    @post("/requests/{request_id:uuid}/refuse")
    async def refuse(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        finder: NamedDependency[Finder],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Refuse it, and offer other places where that is ticked."""
        values = await submitted_values(request)

        async def refuse() -> Answer:
            command, seen = as_command(values, RefuseRequest), seen_version(values)
            await decide.refuse_and_offer(
                database, finder, request_id, command, seen=seen, actor=actor, now=clock.now()
            )
            return see_other(f"/requests/{request_id}")

        again = partial(request_page, page, database, request_id)
        return await carry_out(refuse, page=page, values=values, again=again)

    @post("/requests/{request_id:uuid}/approve")
    async def approve(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Approve it; where others lose their rooms by that, with a yes to refusing them."""
        values = await submitted_values(request)

        async def approve() -> Answer:
            looked_at = zip(every(values, "settles"), every(values, "settles_version"), strict=False)
            settles = [{"request_id": key, "row_version": version} for key, version in looked_at]
            command = as_command({"settles": settles}, ApproveRequest)
            seen = seen_version(values)
            await approve_and_settle(database, request_id, command, seen=seen, actor=actor, clock=clock)
            return see_other(f"/requests/{request_id}")

        again = partial(request_page, page, database, request_id)
        return await carry_out(approve, page=page, values=values, again=again)

    @post("/requests/{request_id:uuid}/{act:str}")
    async def decide(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        act: FromPath[str],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Carry out one act of the table of moves."""
        values = await submitted_values(request)
        if act not in _ACTS:
            raise NotFound

        async def decide() -> Answer:
            await database.transact(_ACTS[act], request_id, values, actor, clock)
            return see_other(f"/requests/{request_id}")

        again = partial(request_page, page, database, request_id)
        return await carry_out(decide, page=page, values=values, again=again)


_Act = Callable[[Connection, UUID, dict[str, Any], Actor, Clock], Awaitable[object]]


_ACTS: dict[str, _Act] = {
    "return": lambda c, key, values, actor, clock: decide.return_request(
        c, key, _returned(values), seen=seen_version(values), actor=actor, now=clock.now()
    ),
    "waitlist": lambda c, key, values, actor, clock: decide.waitlist_request(
        c, key, seen=seen_version(values), actor=actor, now=clock.now()
    ),
    "withdraw": lambda c, key, values, actor, clock: decide.withdraw_request(
        c, key, seen=seen_version(values), actor=actor, now=clock.now()
    ),
    "cancel": lambda c, key, values, actor, clock: endings.cancel_request(
        c, key, as_command(values, CancelRequest), seen=seen_version(values), actor=actor, clock=clock
    ),
    "stop": lambda c, key, values, actor, clock: endings.stop_request(
        c, key, as_command(values, Decision), seen=seen_version(values), actor=actor, now=clock.now()
    ),
    "object": lambda c, key, values, actor, clock: object_to_request(
        c, key, as_command(values, Decision), seen=seen_version(values), actor=actor, clock=clock
    ),
    "no-show": lambda c, key, values, actor, clock: endings.mark_no_show(
        c, key, seen=seen_version(values), actor=actor, clock=clock
    ),
    "accept": lambda c, key, values, actor, clock: tentative.accept_placements(
        c, key, seen=seen_version(values), actor=actor, clock=clock
    ),
    "decline": lambda c, key, values, actor, clock: tentative.decline_placements(
        c, key, as_command(values, DeclinePlacements), seen=seen_version(values), actor=actor, now=clock.now()
    ),
    "submit": lambda c, key, _, actor, clock: service.submit_draft(c, key, actor=actor, clock=clock),
    "weight": lambda c, key, values, actor, clock: decide.set_weight(
        c,
        key,
        as_command({"weight": None, "key_group": False, **values}, SetWeight),
        seen=seen_version(values),
        actor=actor,
        now=clock.now(),
    ),
}


def _returned(values: dict[str, Any]) -> Decision:
    # The form that returns also refuses, and what it would offer then is sent along.
    return as_command({name: value for name, value in values.items() if name != "offers"}, Decision)


async def request_page(
    page: Page, database: Database, request_id: UUID, form: Form, *, counter_form: Form = EMPTY_FORM
) -> Answer:
    """Show one request, with what was wrong with an act, or with a place that was to be offered."""
    async with database.read() as connection:
        view = await read_request(connection, request_id, actor=page.person, translate=page.translate, clock=page.clock)
    season = page.season_link(view.detail.request.season_id)
    status_code = max(form.status_code, counter_form.status_code)
    return page.render(
        "request.html",
        view,
        season=season,
        form=form,
        counter_form=counter_form,
        refusal=refused_place(counter_form, page.clock),
        status_code=status_code,
    )
