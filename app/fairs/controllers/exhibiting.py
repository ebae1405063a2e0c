"""Fairs over HTTP, for exhibitors: with an account, or by the link of their mail."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.fairs import answering, reading
from app.fairs.domain import AcceptInvitation, Apply, Exhibitor, Fair, OwnFair, Participation, Remark
from app.http.guards import May
from app.http.preconditions import IfMatch, etag, expected_version, named_version
from app.signed_links import read_link
from app.texts import Command


class SayNo(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why not, if somebody says so."""

    note: Remark = ""


class AgreeToTime(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The time that was looked at; null: the fair has none."""

    starts_at: datetime | None = None


class OpenFairs(msgspec.Struct, frozen=True):
    """Fairs to which an employer can apply."""

    fairs: list[Fair]


class ExhibitorController(Controller):
    """Answer invitations, apply, change, withdraw: for an employer's people."""

    path = "/api"
    tags = ("Exhibitors",)
    guards = [May("exhibit")]

    @get("/open-fairs", summary="Fairs that take applications")
    async def list_open(
        self, season_id: FromQuery[UUID], database: NamedDependency[Database], clock: NamedDependency[Clock]
    ) -> OpenFairs:
        """By time; those without a place yet come last."""
        async with database.read() as connection:
            return OpenFairs(list(await reading.list_open(connection, season_id, clock=clock)))

    @get("/exhibitors", summary="Where you exhibit")
    async def list_own(
        self, season_id: FromQuery[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> list[OwnFair]:
        """For an employer's people: every fair of the season to which they are invited or have applied."""
        async with database.read() as connection:
            return await reading.list_own(connection, season_id, actor=actor)

    @post("/fairs/{fair_id:uuid}/applications", summary="Apply for a booth")
    async def apply(
        self,
        fair_id: FromPath[UUID],
        data: JSONBody[Apply],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Exhibitor]:
        """Where your employer is there already, `entry` says whether you join, share, or ask for a division."""
        entry = await database.transact(answering.apply, fair_id, data, actor=actor, clock=clock)
        return Response(entry.as_told(), headers={"ETag": etag(entry.row_version)}, status_code=201)

    @get("/exhibitors/{exhibitor_id:uuid}", summary="One entry")
    async def get_own(
        self, exhibitor_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> Response[OwnFair]:
        """Your employer's."""
        async with database.read() as connection:
            own = await reading.get_own(connection, exhibitor_id, actor=actor)
        return Response(own, headers={"ETag": etag(own.exhibitors[0].row_version)})

    @put("/exhibitors/{exhibitor_id:uuid}", summary="Bring or wish something else")
    async def change(
        self,
        exhibitor_id: FromPath[UUID],
        data: JSONBody[Participation],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Exhibitor:
        """Needs If-Match."""
        seen = expected_version(if_match)
        entry = await database.transact(answering.change, exhibitor_id, data, seen=seen, actor=actor, clock=clock)
        return entry.as_told()

    @post("/exhibitors/{exhibitor_id:uuid}/accept", summary="Accept an invitation", status_code=200)
    async def accept(
        self,
        exhibitor_id: FromPath[UUID],
        data: JSONBody[AcceptInvitation],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Exhibitor:
        """`starts_at` is the time that you looked at; a fair that moved meanwhile is asked again (409)."""
        seen = named_version(if_match)
        entry = await database.transact(answering.accept, exhibitor_id, data, actor=actor, clock=clock, seen=seen)
        return entry.as_told()

    @post("/exhibitors/{exhibitor_id:uuid}/decline", summary="Decline an invitation", status_code=200)
    async def decline(
        self,
        exhibitor_id: FromPath[UUID],
        data: JSONBody[SayNo],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Exhibitor:
        """Others get the booth then."""
        entry = await database.transact(answering.decline, exhibitor_id, note=data.note, actor=actor, clock=clock)
        return entry.as_told()

    @post("/exhibitors/{exhibitor_id:uuid}/withdraw", summary="Come no more", status_code=200)
    async def withdraw(
        self,
        exhibitor_id: FromPath[UUID],
        data: JSONBody[SayNo],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Exhibitor:
        """Also an application, or a place on the waitlist."""
        seen = named_version(if_match)
        entry = await database.transact(
            answering.withdraw, exhibitor_id, note=data.note, actor=actor, clock=clock, seen=seen
        )
        return entry.as_told()

    @post("/exhibitors/{exhibitor_id:uuid}/agree", summary="Come at the other time too", status_code=200)
    async def agree(
        self,
        exhibitor_id: FromPath[UUID],
        data: JSONBody[AgreeToTime],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Exhibitor:
        """After a fair moved."""
        entry = await database.transact(
            answering.agree, exhibitor_id, starts_at=data.starts_at, actor=actor, clock=clock
        )
        return entry.as_told()


class ExhibitorLinkController(Controller):
    """The same by the link of a mail, without an account."""

    path = "/api/exhibitor-links/{token:str}"
    tags = ("Exhibitors",)

    @get("/", summary="Look at an entry")
    async def look(
        self, token: FromPath[str], state: State, database: NamedDependency[Database], clock: NamedDependency[Clock]
    ) -> OwnFair:
        """For whoever has the link; looking decides nothing."""
        async with database.read() as connection:
            return await reading.get_own(connection, exhibitor_of_link(state, token, clock.now()), actor=None)

    @put("/", summary="Bring or wish something else")
    async def change(
        self,
        token: FromPath[str],
        data: JSONBody[Participation],
        state: State,
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Exhibitor:
        """Needs If-Match."""
        exhibitor_id, seen = exhibitor_of_link(state, token, clock.now()), expected_version(if_match)
        entry = await database.transact(answering.change, exhibitor_id, data, seen=seen, actor=None, clock=clock)
        return entry.as_told()

    @post("/accept", summary="Accept the invitation", status_code=200)
    async def accept(
        self,
        token: FromPath[str],
        data: JSONBody[AcceptInvitation],
        state: State,
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Exhibitor:
        """`starts_at` is the time that was looked at; a fair that moved meanwhile is asked again (409)."""
        exhibitor_id = exhibitor_of_link(state, token, clock.now())
        entry = await database.transact(answering.accept, exhibitor_id, data, actor=None, clock=clock)
        return entry.as_told()

    @post("/decline", summary="Decline the invitation", status_code=200)
    async def decline(
        self,
        token: FromPath[str],
        data: JSONBody[SayNo],
        state: State,
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Exhibitor:
        """Others get the booth then."""
        exhibitor_id = exhibitor_of_link(state, token, clock.now())
        entry = await database.transact(answering.decline, exhibitor_id, note=data.note, actor=None, clock=clock)
        return entry.as_told()

    @post("/withdraw", summary="Come no more", status_code=200)
    async def withdraw(
        self,
        token: FromPath[str],
        data: JSONBody[SayNo],
        state: State,
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Exhibitor:
        """Also a place on the waitlist."""
        exhibitor_id = exhibitor_of_link(state, token, clock.now())
        entry = await database.transact(answering.withdraw, exhibitor_id, note=data.note, actor=None, clock=clock)
        return entry.as_told()

    @post("/agree", summary="Come at the other time too", status_code=200)
    async def agree(
        self,
        token: FromPath[str],
        data: JSONBody[AgreeToTime],
        state: State,
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Exhibitor:
        """After a fair moved."""
        exhibitor_id = exhibitor_of_link(state, token, clock.now())
        entry = await database.transact(
            answering.agree, exhibitor_id, starts_at=data.starts_at, actor=None, clock=clock
        )
        return entry.as_told()


def exhibitor_of_link(state: State, token: str, now: datetime) -> UUID:
    """Give the exhibitor of a link. Raises LinkNotValid, LinkExpired."""
    return read_link(state.settings.signing_keys, "exhibitor", token, now=now)
