"""Requests over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.actors import Actor
from app.bookings import endings
from app.clock import Clock
from app.database import Database
from app.outbox.repository import HistoryLine, list_history
from app.requests import decide, service
from app.requests.domain import CancelRequest, Decision, Request, RequestDetail, RequestWish, SetWeight, SubmitRequest
from app.requests.states import RequestState
from app.web.dependencies import organisers_only, signed_in
from app.web.preconditions import IfMatch, etag, expected_version


class RequestController(Controller):
    """Ask, look, decide."""

    path = "/api/requests"
    tags = ("Requests",)
    guards = [signed_in]

    @post("/", summary="Ask for activities")
    async def submit(
        self,
        data: JSONBody[SubmitRequest],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[RequestDetail]:
        """Contacts and department staff ask for their own, organisers for anybody."""
        detail = await database.transact(lambda c: service.submit_request(c, data, actor=actor, clock=clock))
        return Response(detail, status_code=201, headers={"ETag": etag(detail.request.row_version)})

    @get("/", summary="Requests of a season, the longest waiting first")
    async def list_requests(
        self,
        season_id: FromQuery[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        in_states: Annotated[list[RequestState] | None, QueryParameter(name="state")] = None,
        search: Annotated[str | None, QueryParameter(max_length=120)] = None,
    ) -> list[Request]:
        """Everything for organisers, their own for others."""
        states = tuple(in_states) if in_states else None
        async with database.read() as connection:
            return await service.list_visible(connection, season_id, actor=actor, states=states, search=search)

    @get("/{request_id:uuid}", summary="One request with its activities")
    async def get_request(
        self, request_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> Response[RequestDetail]:
        """Its owner and organisers see it."""
        async with database.read() as connection:
            detail = await service.get_detail(connection, request_id, actor=actor)
        return Response(detail, headers={"ETag": etag(detail.request.row_version)})

    @get("/{request_id:uuid}/history", summary="Who did what, when, why")
    async def history(
        self, request_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> list[HistoryLine]:
        """Its owner and organisers see it."""
        async with database.read() as connection:
            await service.get_detail(connection, request_id, actor=actor)
            return await list_history(connection, request_id)

    @put("/{request_id:uuid}", summary="Write anew what is asked")
    async def change(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[RequestWish],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Response[RequestDetail]:
        """While it is not decided; needs If-Match."""
        version = expected_version(if_match)
        detail = await database.transact(
            lambda c: service.change_request(c, request_id, data, expected_version=version, actor=actor, now=now)
        )
        return Response(detail, headers={"ETag": etag(detail.request.row_version)})

    @post("/{request_id:uuid}/submit", summary="Send a draft or a returned request", status_code=200)
    async def submit_draft(
        self,
        request_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> RequestDetail:
        """For its owner."""
        return await database.transact(lambda c: service.submit_draft(c, request_id, actor=actor, clock=clock))

    @post("/{request_id:uuid}/approve", summary="Approve", guards=[organisers_only], status_code=200)
    async def approve(
        self,
        request_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Request:
        """The next solve places it."""
        return await database.transact(lambda c: decide.approve_request(c, request_id, actor=actor, now=now))

    @post("/{request_id:uuid}/return", summary="Return for changes", guards=[organisers_only], status_code=200)
    async def return_(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[Decision],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Request:
        """With the reason."""
        return await database.transact(lambda c: decide.return_request(c, request_id, data, actor=actor, now=now))

    @post("/{request_id:uuid}/refuse", summary="Refuse", guards=[organisers_only], status_code=200)
    async def refuse(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[Decision],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Request:
        """With the reason."""
        return await database.transact(lambda c: decide.refuse_request(c, request_id, data, actor=actor, now=now))

    @post("/{request_id:uuid}/waitlist", summary="Waitlist", guards=[organisers_only], status_code=200)
    async def waitlist(
        self,
        request_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Request:
        """Keep it for when something frees up."""
        return await database.transact(lambda c: decide.waitlist_request(c, request_id, actor=actor, now=now))

    @post("/{request_id:uuid}/withdraw", summary="Withdraw", status_code=200)
    async def withdraw(
        self,
        request_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Request:
        """Its owner no longer wants it."""
        return await database.transact(lambda c: decide.withdraw_request(c, request_id, actor=actor, now=now))

    @post("/{request_id:uuid}/cancel", summary="Cancel what is scheduled", status_code=200)
    async def cancel(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[CancelRequest],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Request:
        """For its owner and organisers; places still to come are given back, their mails take them out of calendars."""
        return await database.transact(lambda c: endings.cancel_request(c, request_id, data, actor=actor, clock=clock))

    @post("/{request_id:uuid}/stop", summary="Stop it (叫停)", guards=[organisers_only], status_code=200)
    async def stop(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[Decision],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Request:
        """With the reason; places still to come are given back."""
        return await database.transact(lambda c: endings.stop_request(c, request_id, data, actor=actor, now=now))

    @post("/{request_id:uuid}/no-show", summary="Nobody came (爽约)", guards=[organisers_only], status_code=200)
    async def no_show(
        self,
        request_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Request:
        """Once its first activity has begun."""
        return await database.transact(lambda c: endings.mark_no_show(c, request_id, actor=actor, now=now))

    @put("/{request_id:uuid}/weight", summary="Set the weight", guards=[organisers_only])
    async def set_weight(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[SetWeight],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Request:
        """Shown with who set it and why."""
        return await database.transact(lambda c: decide.set_weight(c, request_id, data, actor=actor, now=now))
