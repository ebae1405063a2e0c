"""Offers and answers over HTTP."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar import Request as HTTPRequest
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.http.guards import May, Searches, signed_in
from app.http.preconditions import IfMatch, expected_version
from app.http.reader import reader_locale
from app.offers import answering, offering, proposing_swaps, repository, tentative
from app.offers.domain import (
    AnswerOffer,
    AskAnother,
    DeclinePlacements,
    MakeOffers,
    Offer,
    ProposeSwap,
    SwapChoice,
    seen_by,
)
from app.offers.finding import Finder
from app.requests.access import parts_in
from app.requests.access import seen_by as request_seen_by
from app.requests.domain import Request
from app.requests.repository import get_request


class OfferController(Controller):
    """Placements that are offered to a request, and what its owner answers."""

    path = "/api"
    tags = ("Offers",)
    guards = (signed_in,)

    @get("/requests/{request_id:uuid}/offers", summary="Offers to a request")
    async def list_offers(
        self, request_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> list[Offer]:
        """For whoever may see the request; the newest first."""
        async with database.read() as connection:
            parts_in(actor, await get_request(connection, request_id))
            listed = await repository.list_offers(connection, [request_id])
        return [seen_by(actor, offer) for offer in listed]

    @post("/requests/{request_id:uuid}/offers", summary="Offer placements", guards=[May("offer"), Searches()])
    async def make(
        self,
        request: HTTPRequest[Any, Any, Any],
        request_id: FromPath[UUID],
        data: JSONBody[MakeOffers],
        database: NamedDependency[Database],
        finder: NamedDependency[Finder],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> list[Offer]:
        """One that was chosen, or the free ones that are nearest to the wish; they are held, and the owner is told.

        A refusal (409) of one that was chosen names what is in the way and three placements that are free.
        """
        return await offering.offer_placements(
            database, finder, request_id, data, actor=actor, locale=reader_locale(request), clock=clock
        )

    @post("/offers/{offer_id:uuid}/accept", summary="Accept an offer", guards=[May("accept")], status_code=200)
    async def accept(
        self,
        offer_id: FromPath[UUID],
        answering_offers: NamedDependency[answering.Answering],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Offer:
        """Needs If-Match. It is booked at once, and the request's other offers are taken back."""
        seen = expected_version(if_match)
        return seen_by(actor, await answering_offers.accept(offer_id, seen=seen, actor=actor, clock=clock))

    @post("/offers/{offer_id:uuid}/decline", summary="Decline an offer", guards=[May("decline")], status_code=200)
    async def decline(
        self,
        offer_id: FromPath[UUID],
        data: JSONBody[AnswerOffer],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Offer:
        """Needs If-Match. What was held for it is free again."""
        seen = expected_version(if_match)
        offer = await database.transact(answering.decline_offer, offer_id, data, seen=seen, actor=actor, now=now)
        return seen_by(actor, offer)

    @post("/offers/{offer_id:uuid}/withdraw", summary="Take an offer back", guards=[May("offer")], status_code=200)
    async def withdraw(
        self,
        offer_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Offer:
        """Needs If-Match. The owner is told."""
        return await database.transact(
            answering.take_back_offer, offer_id, seen=expected_version(if_match), actor=actor, now=now
        )

    @post("/requests/{request_id:uuid}/accept", summary="Accept what is kept", guards=[May("accept")], status_code=200)
    async def accept_placements(
        self,
        request_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Request:
        """Needs If-Match. For the owner of a request whose placements wait for its answer."""
        seen = expected_version(if_match)
        request = await database.transact(tentative.accept_placements, request_id, seen=seen, actor=actor, clock=clock)
        return request_seen_by(actor, request)

    @post(
        "/requests/{request_id:uuid}/decline", summary="Decline what is kept", guards=[May("decline")], status_code=200
    )
    async def decline_placements(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[DeclinePlacements],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Request:
        """Needs If-Match. The request waits for another place, or is withdrawn."""
        seen = expected_version(if_match)
        request = await database.transact(
            tentative.decline_placements, request_id, data, seen=seen, actor=actor, now=now
        )
        return request_seen_by(actor, request)

    @post("/requests/{request_id:uuid}/ask-another", summary="Ask for another time", guards=[May("accept"), Searches()])
    async def ask_another(
        self,
        request_id: FromPath[UUID],
        database: NamedDependency[Database],
        finder: NamedDependency[Finder],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        data: JSONBody[AskAnother] | None = None,
    ) -> list[Offer]:
        """Other placements are held beside the one that is kept; the body may say why."""
        command = data or AskAnother()
        made = await tentative.ask_for_another(database, finder, request_id, command, actor=actor, clock=clock)
        return [seen_by(actor, offer) for offer in made]


class SwapController(Controller):
    """Swaps of two confirmed places; each side answers its offer."""

    path = "/api"
    tags = ("Offers",)
    guards = (May("swap"),)

    @get("/activities/{activity_id:uuid}/swap-choices", summary="Places to swap with")
    async def list_choices(
        self,
        activity_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> list[SwapChoice]:
        """Confirmed places that would suit, and for which its own would; whose they are, is for organisers."""
        async with database.read() as connection:
            return await proposing_swaps.list_choices(connection, activity_id, actor=actor, clock=clock)

    @post("/swaps", summary="Ask for a swap")
    async def propose(
        self,
        data: JSONBody[ProposeSwap],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> list[Offer]:
        """Both owners are asked; who asks for their own has agreed. Nothing changes before both have.

        Organisers get both offers, owners their own.
        """
        both = await proposing_swaps.propose_swap(database, data, actor=actor, clock=clock)
        return [seen_by(actor, offer) for offer in (both if actor.organises else both[:1])]
