"""Requests over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.http.guards import Searches, signed_in
from app.http.preconditions import IfMatch, etag, expected_version
from app.outbox.repository import HistoryLine
from app.requests import repository, service
from app.requests.domain import Request, RequestDetail, RequestWish, SubmitRequest
from app.requests.history import list_visible_history
from app.requests.states import RequestState


class RequestController(Controller):
    """Ask for activities, look at requests, change them."""

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
        detail = await database.transact(service.submit_request, data, actor=actor, clock=clock)
        return Response(detail, status_code=201, headers={"ETag": etag(detail.request.row_version)})

    @get("/", summary="Requests of a season, the longest waiting first", guards=[Searches("search")])
    async def list_requests(
        self,
        season_id: FromQuery[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        in_states: Annotated[list[RequestState] | None, QueryParameter(name="state")] = None,
        search: Annotated[str | None, QueryParameter(max_length=120)] = None,
    ) -> list[Request]:
        """Organisers see all, others their own."""
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
            request = await repository.get_request(connection, request_id)
            return await list_visible_history(connection, request, actor=actor)

    @put("/{request_id:uuid}", summary="Write anew what is asked")
    async def change(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[RequestWish],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Response[RequestDetail]:
        """Possible while it is not decided; needs If-Match."""
        version = expected_version(if_match)
        detail = await database.transact(
            service.change_request, request_id, data, expected_version=version, actor=actor, clock=clock
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
        return await database.transact(service.submit_draft, request_id, actor=actor, clock=clock)
