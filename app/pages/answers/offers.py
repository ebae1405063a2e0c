"""Offers on pages: answered on the request's page, or by the link of a mail without an account.

Opening a link decides nothing, however often a scanner does it: only a press does.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.errors import NotFound
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.offers import answering, offering, tentative
from app.offers.domain import AnswerOffer, AskAnother, MakeOffers, OfferNotFound
from app.offers.finding import Finder
from app.offers.repository import get_offer
from app.pages.answers.offer_view import read_offer
from app.pages.answers.refused_place import at_its_fields, place_of_form
from app.pages.request import request_page
from app.signed_links import read_link


class OfferPages(Controller):
    """For owners, for organisers, and for whoever has the link of an offer."""

    include_in_schema = False

    @post("/requests/{request_id:uuid}/offered/{offer_id:uuid}/{act:str}", guards=[May("accept")])
    async def answer(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        offer_id: FromPath[UUID],
        act: FromPath[str],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        answering_offers: NamedDependency[answering.Answering],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Accept, decline, or for organisers take back."""
        values = await submitted_values(request)
        seen = seen_version(values)

        async def answer() -> Answer:
            async with database.read() as connection:
                if (await get_offer(connection, offer_id)).request_id != request_id:
                    raise OfferNotFound
            if act == "accept":
                await answering_offers.accept(offer_id, seen=seen, actor=actor, clock=clock)
            elif act == "decline":
                command = AnswerOffer()
                await database.transact(
                    answering.decline_offer, offer_id, command, seen=seen, actor=actor, now=clock.now()
                )
            elif act == "withdraw":
                await database.transact(answering.take_back_offer, offer_id, seen=seen, actor=actor, now=clock.now())
            else:
                raise NotFound
            return see_other(f"/requests/{request_id}")

        again = partial(request_page, page, database, request_id)
        return await carry_out(answer, page=page, values=values, again=again)

    @post("/requests/{request_id:uuid}/offered", guards=[May("offer")])
    async def make(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        finder: NamedDependency[Finder],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Offer the free placements that are nearest to the wish, for organisers."""
        values = await submitted_values(request)

        async def make() -> Answer:
            command = as_command(values, MakeOffers)
            await offering.offer_placements(
                database, finder, request_id, command, actor=actor, locale=page.translate.locale, clock=clock
            )
            return see_other(f"/requests/{request_id}")

        again = partial(request_page, page, database, request_id)
        return await carry_out(make, page=page, values=values, again=again)

    @post("/requests/{request_id:uuid}/offered/place", guards=[May("offer")])
    async def make_chosen(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        finder: NamedDependency[Finder],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Offer a place that an organiser chose."""
        values = await submitted_values(request)

        async def make() -> Answer:
            command = _chosen(values, clock)
            await offering.offer_placements(
                database, finder, request_id, command, actor=actor, locale=page.translate.locale, clock=clock
            )
            return see_other(f"/requests/{request_id}")

        async def again(form: Form) -> Answer:
            return await request_page(page, database, request_id, EMPTY_FORM, counter_form=at_its_fields(form))

        return await carry_out(make, page=page, values=values, again=again)

    @post("/requests/{request_id:uuid}/offered/others", guards=[May("accept")])
    async def ask_another(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        finder: NamedDependency[Finder],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Hold other placements beside the one that is kept."""
        values = await submitted_values(request)

        async def ask() -> Answer:
            command = as_command(values, AskAnother)
            await tentative.ask_for_another(database, finder, request_id, command, actor=actor, clock=clock)
            return see_other(f"/requests/{request_id}")

        again = partial(request_page, page, database, request_id)
        return await carry_out(ask, page=page, values=values, again=again)

    @get("/offers/{token:str}")
    async def offer(
        self, token: FromPath[str], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show an offer to whoever has its link."""
        return await _offer_page(page, database, token, EMPTY_FORM)

    @post("/offers/{token:str}/{act:str}")
    async def answer_by_link(
        self,
        request: AnyRequest,
        token: FromPath[str],
        act: FromPath[str],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        answering_offers: NamedDependency[answering.Answering],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Accept or decline by the link."""
        values = await submitted_values(request)
        offer_id, seen = _offer_of(page, token), seen_version(values)

        async def answer() -> Answer:
            if act == "accept":
                await answering_offers.accept(offer_id, seen=seen, actor=None, clock=clock)
            elif act == "decline":
                command = as_command({name: values[name] for name in ("note",) if name in values}, AnswerOffer)
                await database.transact(
                    answering.decline_offer, offer_id, command, seen=seen, actor=None, now=clock.now()
                )
            else:
                raise NotFound
            return see_other(f"/offers/{token}")

        return await carry_out(answer, page=page, values=values, again=partial(_offer_page, page, database, token))


def _chosen(values: Mapping[str, Any], clock: Clock) -> MakeOffers:
    given = place_of_form(values, clock)
    note = given.pop("note", "")
    return as_command({"placement": given, "note": note}, MakeOffers)


def _offer_of(page: Page, token: str) -> UUID:
    keys = page.request.app.state.settings.signing_keys
    return read_link(keys, "offer", token, now=page.clock.now())


async def _offer_page(page: Page, database: Database, token: str, form: Form) -> Answer:
    async with database.read() as connection:
        view = await read_offer(connection, _offer_of(page, token), translate=page.translate, now=page.clock.now())
    season = page.season_link(view.asked.season_id)
    return page.render("offer.html", view, season=season, token=token, form=form, status_code=form.status_code)
