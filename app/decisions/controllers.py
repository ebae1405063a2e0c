"""Decisions over HTTP: those of the career centre, and what owners withdraw or cancel."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.decisions import decide, endings
from app.decisions.cancellation import Cancellation, preview_cancellation
from app.decisions.objecting import FiledRequest, list_filed, object_to_request
from app.decisions.rivals import ApproveRequest, Rivals, approve_and_settle, read_rivals
from app.http.guards import May, signed_in
from app.http.preconditions import IfMatch, expected_version, named_version
from app.offers.finding import Finder
from app.requests.access import must_decide, seen_by
from app.requests.domain import CancelRequest, Decision, RefuseRequest, Request, SetWeight
from app.requests.near import list_near
from app.requests.repository import get_request


class DecisionController(Controller):
    """Moves of a request; the table is in app/requests/states.py."""

    path = "/api/requests"
    tags = ("Requests",)
    guards = (signed_in,)

    @post("/{request_id:uuid}/approve", summary="Approve", guards=[May("approve")], status_code=200)
    async def approve(
        self,
        request_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
        data: JSONBody[ApproveRequest] | None = None,
    ) -> Request:
        """Needs If-Match. The next solve tries to place it.

        Where it asks for certain rooms and others would be left without theirs (409 `rivals-lose` lists them), the body
        says yes to refusing exactly these, and it is booked at once.
        """
        seen, command = expected_version(if_match), data or ApproveRequest()
        approved = await approve_and_settle(database, request_id, command, seen=seen, actor=actor, clock=clock)
        return seen_by(actor, approved)

    @get("/{request_id:uuid}/rivals", summary="Who else asks for its rooms", guards=[May("approve")])
    async def rivals(
        self,
        request_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Rivals:
        """For whoever decides about it: others for the same rooms at the same time, and who would lose by it."""
        async with database.read() as connection:
            request = await get_request(connection, request_id)
            must_decide(actor, request)
            return await read_rivals(connection, request, actor=actor, clock=clock)

    @post("/{request_id:uuid}/return", summary="Return for changes", guards=[May("return")], status_code=200)
    async def return_(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[Decision],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Request:
        """Needs If-Match. The owner is told the reason and may change the request."""
        returned = await database.transact(
            decide.return_request, request_id, data, seen=expected_version(if_match), actor=actor, now=now
        )
        return seen_by(actor, returned)

    @post("/{request_id:uuid}/refuse", summary="Refuse", guards=[May("refuse")], status_code=200)
    async def refuse(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[RefuseRequest],
        database: NamedDependency[Database],
        finder: NamedDependency[Finder],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Request:
        """Needs If-Match. The owner is told the reason, and with `offers` the nearest free places to choose from."""
        seen = expected_version(if_match)
        refused = await decide.refuse_and_offer(database, finder, request_id, data, seen=seen, actor=actor, now=now)
        return seen_by(actor, refused)

    @post("/{request_id:uuid}/waitlist", summary="Waitlist", guards=[May("waitlist")], status_code=200)
    async def waitlist(
        self,
        request_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Request:
        """Needs If-Match. It is kept for when something becomes free."""
        waitlisted = await database.transact(
            decide.waitlist_request, request_id, seen=expected_version(if_match), actor=actor, now=now
        )
        return seen_by(actor, waitlisted)

    @post("/{request_id:uuid}/withdraw", summary="Withdraw", status_code=200)
    async def withdraw(
        self,
        request_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Request:
        """For its owner, who no longer wants it."""
        request = await database.transact(
            decide.withdraw_request, request_id, seen=named_version(if_match), actor=actor, now=now
        )
        return seen_by(actor, request)

    @get("/{request_id:uuid}/cancellation", summary="What cancelling would do")
    async def cancellation(
        self,
        request_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Cancellation:
        """For its owner and organisers: what is given back, whether that is late; and for organisers who may get it."""
        async with database.read() as connection:
            return await preview_cancellation(connection, request_id, actor=actor, clock=clock)

    @post("/{request_id:uuid}/cancel", summary="Cancel what is scheduled", status_code=200)
    async def cancel(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[CancelRequest],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Request:
        """For its owner and organisers; bookings that have not begun are given back, calendars follow by mail."""
        request = await database.transact(
            endings.cancel_request, request_id, data, seen=named_version(if_match), actor=actor, clock=clock
        )
        return seen_by(actor, request)

    @post("/{request_id:uuid}/stop", summary="Stop it (叫停)", guards=[May("stop")], status_code=200)
    async def stop(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[Decision],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Request:
        """The owner is told the reason; bookings that have not begun are given back."""
        return await database.transact(
            endings.stop_request, request_id, data, seen=named_version(if_match), actor=actor, now=now
        )

    @post("/{request_id:uuid}/object", summary="Object to what was filed", guards=[May("object")], status_code=200)
    async def object(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[Decision],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Request:
        """Needs If-Match. What a department booked by itself (备案) is given back, within the rule's days."""
        return await database.transact(
            object_to_request, request_id, data, seen=expected_version(if_match), actor=actor, clock=clock
        )

    @get("/near", summary="What I decide near the room", guards=[May("approve")])
    async def near(
        self, season_id: FromQuery[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> list[Request]:
        """For whoever has the duty to: requests that ask only for rooms of theirs, those that wait first."""
        async with database.read() as connection:
            return await list_near(connection, season_id, actor=actor)

    @get("/filed", summary="What departments filed", guards=[May("object")])
    async def filed(
        self,
        season_id: FromQuery[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> list[FiledRequest]:
        """For organisers: what can still be objected to, and until when, the first to end first."""
        async with database.read() as connection:
            return await list_filed(connection, season_id, actor=actor, clock=clock)

    @post("/{request_id:uuid}/no-show", summary="Nobody came (爽约)", guards=[May("miss")], status_code=200)
    async def no_show(
        self,
        request_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Request:
        """Possible once its first activity has begun; it counts against an employer."""
        return await database.transact(
            endings.mark_no_show, request_id, seen=named_version(if_match), actor=actor, clock=clock
        )

    @put("/{request_id:uuid}/weight", summary="Set the weight", guards=[May("weigh")])
    async def set_weight(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[SetWeight],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Request:
        """The weight is shown with who set it and why."""
        return await database.transact(
            decide.set_weight, request_id, data, seen=named_version(if_match), actor=actor, now=now
        )
