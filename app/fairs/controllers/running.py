"""Fairs over HTTP, for those who run them."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, MultipartBody, QueryParameter

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.fairs import deciding, inviting, opening, reading
from app.fairs.access import get_run
from app.fairs.domain import (
    Candidate,
    DecideExhibitor,
    Exhibitor,
    Fair,
    FairDetail,
    FairLine,
    FairSettings,
    Invite,
    InviteReport,
    OpenFair,
)
from app.fairs.invitation_list import read_invitation_list
from app.http.guards import May
from app.http.preconditions import IfMatch, etag, expected_version
from app.outbox.repository import HistoryLine, list_history


@dataclass
class ListForm:
    """The form of a list; a dataclass, because the framework fills multipart forms into one."""

    file: UploadFile


class FairController(Controller):
    """Open fairs, fill them, decide about exhibitors: for organisers, and department staff for their own."""

    path = "/api/fairs"
    tags = ("Fairs",)
    guards = [May("run_fairs")]

    @get("/", summary="The fairs of a season")
    async def list_fairs(
        self, season_id: FromQuery[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> list[FairLine]:
        """By time, each with how many exhibitors are in which state."""
        async with database.read() as connection:
            return await reading.list_run(connection, season_id, actor=actor)

    @post("/", summary="Open a fair")
    async def open(
        self,
        data: JSONBody[OpenFair],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Fair]:
        """From nothing or from another fair; booked at once with `room_ids` and `starts_at`, else placed later."""
        fair = await database.transact(opening.open_fair, data, actor=actor, clock=clock)
        return Response(fair, headers={"ETag": etag(fair.row_version)}, status_code=201)

    @post("/{fair_id:uuid}/organise", summary="Organise an activity as a fair", status_code=200)
    async def organise(
        self,
        fair_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Fair:
        """The id is that of an activity that was asked for; one that is a fair already stays as it is."""
        return await database.transact(opening.organise, fair_id, actor=actor, now=now)

    @get("/{fair_id:uuid}", summary="One fair with its exhibitors")
    async def get_fair(
        self, fair_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> Response[FairDetail]:
        """Those to be decided come first."""
        async with database.read() as connection:
            detail = await reading.get_detail(connection, fair_id, actor=actor)
        return Response(detail, headers={"ETag": etag(detail.fair.row_version)})

    @put("/{fair_id:uuid}", summary="Change what is said of a fair")
    async def change(
        self,
        fair_id: FromPath[UUID],
        data: JSONBody[FairSettings],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Fair:
        """Needs If-Match. Not fewer booths than are given away."""
        seen = expected_version(if_match)
        return await database.transact(opening.change_fair, fair_id, data, seen=seen, actor=actor, now=now)

    @get("/{fair_id:uuid}/history", summary="Who did what")
    async def list_history(
        self, fair_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> list[HistoryLine]:
        """The newest first."""
        async with database.read() as connection:
            fair = await get_run(connection, fair_id, actor=actor)
            return await list_history(connection, fair.id)

    @get("/{fair_id:uuid}/candidates", summary="Whom to invite")
    async def list_candidates(
        self,
        fair_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        majors: FromQuery[list[str] | None] = None,
        search: Annotated[str, QueryParameter(max_length=120)] = "",
    ) -> list[Candidate]:
        """Verified employers that are not at the fair: by past fairs, and by requests that met its majors."""
        async with database.read() as connection:
            return await inviting.list_candidates(connection, fair_id, majors=majors, search=search, actor=actor)

    @post("/{fair_id:uuid}/invitations", summary="Invite exhibitors", status_code=200)
    async def invite(
        self,
        fair_id: FromPath[UUID],
        data: JSONBody[Invite],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> InviteReport:
        """Each legal entity once, however its code is spelt. With `dry_run` nothing is kept."""
        return await database.transact(inviting.invite, fair_id, data, actor=actor, clock=clock)

    @post("/{fair_id:uuid}/invitations/file", summary="Invite the exhibitors of a list", status_code=200)
    async def invite_list(
        self,
        fair_id: FromPath[UUID],
        data: MultipartBody[ListForm],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        *,
        dry_run: FromQuery[bool] = False,
    ) -> InviteReport:
        """An xlsx or csv file; with bad rows nobody is invited, and each of them is named."""
        entities = await asyncio.to_thread(read_invitation_list, await data.file.read())
        command = Invite(entities=entities, dry_run=dry_run)
        return await database.transact(inviting.invite, fair_id, command, actor=actor, clock=clock)

    @post("/{fair_id:uuid}/exhibitors/{exhibitor_id:uuid}/accept", summary="Give a booth", status_code=200)
    async def accept(
        self,
        fair_id: FromPath[UUID],
        exhibitor_id: FromPath[UUID],
        data: JSONBody[DecideExhibitor],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Exhibitor:
        """Needs If-Match. Also for who said yes by telephone; `over_limits` where it is one fair too many."""
        seen = expected_version(if_match)
        return await database.transact(
            deciding.accept, fair_id, exhibitor_id, data, seen=seen, actor=actor, clock=clock
        )

    @post("/{fair_id:uuid}/exhibitors/{exhibitor_id:uuid}/waitlist", summary="Let it wait", status_code=200)
    async def waitlist(
        self,
        fair_id: FromPath[UUID],
        exhibitor_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Exhibitor:
        """Needs If-Match. A booth that becomes free is kept for whoever waits longest."""
        seen = expected_version(if_match)
        return await database.transact(deciding.waitlist, fair_id, exhibitor_id, seen=seen, actor=actor, clock=clock)

    @post("/{fair_id:uuid}/exhibitors/{exhibitor_id:uuid}/refuse", summary="Refuse with a reason", status_code=200)
    async def refuse(
        self,
        fair_id: FromPath[UUID],
        exhibitor_id: FromPath[UUID],
        data: JSONBody[DecideExhibitor],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Exhibitor:
        """Needs If-Match. Refuses an application, or takes an invitation or a booth back."""
        seen = expected_version(if_match)
        return await database.transact(
            deciding.refuse, fair_id, exhibitor_id, data, seen=seen, actor=actor, clock=clock
        )
