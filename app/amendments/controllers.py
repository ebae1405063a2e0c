"""Amendments over HTTP."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from app.actors import Actor
from app.amendments import deciding, near, proposing, repository
from app.amendments.answering import AmendmentAnswering
from app.amendments.domain import Amendment, AmendmentAnswer, ProposeAmendment, RefuseAmendment
from app.amendments.wording import sentences_of
from app.clock import Clock
from app.database import Database
from app.http.guards import May, Searches, signed_in
from app.http.preconditions import IfMatch, expected_version
from app.http.reader import reader_translator
from app.offers.answering import Answering
from app.offers.domain import seen_by
from app.offers.finding import Finder
from app.requests.access import parts_in
from app.requests.repository import get_request


async def provide_answering(database: NamedDependency[Database], finder: NamedDependency[Finder]) -> Answering:
    """Give what answers offers, those of amendments too."""
    return AmendmentAnswering(database, finder)


class AmendmentController(Controller):
    """Changes of requests that are approved, waitlisted or scheduled: nothing is given up before the new is certain."""

    path = "/api"
    tags = ("Amendments",)
    guards = (signed_in,)

    @put("/requests/{request_id:uuid}/amendment", summary="Ask for a change", guards=[May("amend"), Searches()])
    async def propose(
        self,
        request: Request[Any, Any, Any],
        request_id: FromPath[UUID],
        data: JSONBody[ProposeAmendment],
        database: NamedDependency[Database],
        finder: NamedDependency[Finder],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> AmendmentAnswer:
        """The whole wish; a step that stays has its `id`. Needs If-Match with the request's version.

        It fits where it is, or up to three placements are held to choose from, or it is impossible and says why.
        """
        seen = expected_version(if_match)
        answer = await proposing.propose_amendment(
            database, finder, request_id, data, seen=seen, actor=actor, clock=clock
        )
        return msgspec.structs.replace(
            answer,
            offers=tuple(seen_by(actor, offer) for offer in answer.offers),
            reasons=tuple(sentences_of(answer.amendment.findings, reader_translator(request))),
        )

    @get("/requests/{request_id:uuid}/amendments", summary="Changes of a request")
    async def list_amendments(
        self, request_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> list[Amendment]:
        """For whoever may see the request; the newest first."""
        async with database.read() as connection:
            parts_in(actor, await get_request(connection, request_id))
            return await repository.list_amendments(connection, request_id)

    @get("/amendments", summary="Changes that wait for approval", guards=[May("decide_amendments")])
    async def list_waiting(
        self, season_id: FromQuery[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> list[Amendment]:
        """For organisers; for who has the duty to decide near the room, what they decide. The newest first."""
        async with database.read() as connection:
            if not actor.organises:
                return list(reversed(await near.list_changes_near(connection, season_id, actor=actor)))
            return await repository.list_of_season(connection, season_id, states=["awaiting_approval"])

    @post(
        "/amendments/{amendment_id:uuid}/accept", summary="Approve", guards=[May("decide_amendments")], status_code=200
    )
    async def accept(
        self,
        amendment_id: FromPath[UUID],
        answering_offers: NamedDependency[AmendmentAnswering],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Amendment:
        """Needs If-Match. For organisers, and for who has the duty to decide about all rooms that are concerned.

        The old placements are given back as the new ones are booked.
        """
        return await answering_offers.approve(amendment_id, seen=expected_version(if_match), actor=actor, clock=clock)

    @post(
        "/amendments/{amendment_id:uuid}/refuse", summary="Refuse", guards=[May("decide_amendments")], status_code=200
    )
    async def refuse(
        self,
        amendment_id: FromPath[UUID],
        data: JSONBody[RefuseAmendment],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Amendment:
        """Needs If-Match. Everything stays as it was; the owner is told the reason."""
        seen = expected_version(if_match)
        return await database.transact(deciding.refuse_amendment, amendment_id, data, seen=seen, actor=actor, now=now)

    @post("/amendments/{amendment_id:uuid}/withdraw", summary="Take back", guards=[May("amend")], status_code=200)
    async def withdraw(
        self,
        amendment_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Amendment:
        """Needs If-Match. For the owner; everything stays as it was."""
        seen = expected_version(if_match)
        return await database.transact(deciding.withdraw_amendment, amendment_id, seen=seen, actor=actor, now=now)
