"""Blockings and exceptions of closures over HTTP: departments ask, the career centre decides."""

from uuid import UUID

from litestar import Controller, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.actors import Actor
from app.blockings import deciding, exempting, reading, service
from app.blockings.domain import (
    AcceptBlocking,
    AskBlocking,
    Blocking,
    ChangeBlocking,
    Exempt,
    Exemption,
    FreeRoom,
    RefuseBlocking,
    RemoveExemption,
    WithdrawBlocking,
)
from app.clock import Clock
from app.database import Database
from app.facts.writing import Author, FactWriter
from app.http.guards import May
from app.http.preconditions import IfMatch, etag, expected_version
from app.locales import Translator
from app.venues.closure_domain import StandingBooking


class BlockingController(Controller):
    """Rooms and channels that somebody asks to be closed."""

    path = "/api"
    tags = ("Blockings",)
    guards = (May("block_venues"),)

    @get("/blockings", summary="Blockings of your house")
    async def list_own(
        self, database: NamedDependency[Database], actor: NamedDependency[Actor], clock: NamedDependency[Clock]
    ) -> list[Blocking]:
        """A department's own, for the career centre everybody's; those that wait come first."""
        async with database.read() as connection:
            return await service.list_own(connection, actor=actor, now=clock.now())

    @post("/resources/{resource_id:uuid}/blockings", summary="Ask to block a room or channel")
    async def ask(
        self,
        resource_id: FromPath[UUID],
        data: JSONBody[AskBlocking],
        facts: NamedDependency[FactWriter],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        translate: NamedDependency[Translator],
    ) -> Blocking:
        """It counts at once where you approve: the centre everywhere, a department in its own rooms."""
        return await facts.write(
            lambda connection: service.ask_blocking(connection, resource_id, data, actor=actor, clock=clock),
            _author(actor, clock, translate, data.accept_broken, data.note),
        )

    @get("/blockings/{blocking_id:uuid}", summary="One blocking")
    async def get_blocking(
        self,
        blocking_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Blocking]:
        """For organisers, whose it is, and the department whose room it blocks."""
        async with database.read() as connection:
            return _tagged(await reading.get_seen(connection, blocking_id, actor=actor, now=clock.now()))

    @patch("/blockings/{blocking_id:uuid}", summary="Change days, hours, reason or note")
    async def change(
        self,
        blocking_id: FromPath[UUID],
        data: JSONBody[ChangeBlocking],
        facts: NamedDependency[FactWriter],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        translate: NamedDependency[Translator],
        if_match: IfMatch = None,
    ) -> Response[Blocking]:
        """What was accepted is only made shorter by a department that does not approve there. Needs If-Match."""
        seen = expected_version(if_match)
        return _tagged(
            await facts.write(
                lambda connection: service.change_blocking(
                    connection, blocking_id, data, seen=seen, actor=actor, clock=clock
                ),
                _author(actor, clock, translate, data.accept_broken),
            )
        )

    @post("/blockings/{blocking_id:uuid}/withdraw", summary="Take it back, or lift it", status_code=200)
    async def withdraw(
        self,
        blocking_id: FromPath[UUID],
        data: JSONBody[WithdrawBlocking],
        facts: NamedDependency[FactWriter],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        translate: NamedDependency[Translator],
        if_match: IfMatch = None,
    ) -> Response[Blocking]:
        """The room is open again at once. Needs If-Match."""
        seen = expected_version(if_match)
        return _tagged(
            await facts.write(
                lambda connection: service.withdraw_blocking(
                    connection, blocking_id, data, seen=seen, actor=actor, clock=clock
                ),
                _author(actor, clock, translate),
            )
        )

    @post(
        "/blockings/{blocking_id:uuid}/accept",
        summary="Accept a blocking",
        status_code=200,
        guards=[May("decide_blockings")],
    )
    async def accept(
        self,
        blocking_id: FromPath[UUID],
        data: JSONBody[AcceptBlocking],
        facts: NamedDependency[FactWriter],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        translate: NamedDependency[Translator],
        if_match: IfMatch = None,
    ) -> Response[Blocking]:
        """For organisers. 409 lists what is booked there; `accept_broken` names what gets a case. Needs If-Match."""
        seen = expected_version(if_match)
        return _tagged(
            await facts.write(
                lambda connection: deciding.accept_blocking(
                    connection, blocking_id, data, seen=seen, actor=actor, clock=clock
                ),
                _author(actor, clock, translate, data.accept_broken, data.note),
            )
        )

    @post(
        "/blockings/{blocking_id:uuid}/refuse",
        summary="Refuse a blocking",
        status_code=200,
        guards=[May("decide_blockings")],
    )
    async def refuse(
        self,
        blocking_id: FromPath[UUID],
        data: JSONBody[RefuseBlocking],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Response[Blocking]:
        """For organisers, with a reason; another free room of like size is named with it. Needs If-Match."""
        seen = expected_version(if_match)
        return _tagged(
            await database.transact(deciding.refuse_blocking, blocking_id, data, seen=seen, actor=actor, clock=clock)
        )

    @get(
        "/blockings/{blocking_id:uuid}/bookings",
        summary="What is booked there then",
        guards=[May("decide_blockings")],
    )
    async def bookings(
        self,
        blocking_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> list[StandingBooking]:
        """For organisers: what accepting it would break."""
        async with database.read() as connection:
            return await deciding.list_in_the_way(connection, blocking_id, actor=actor, clock=clock)

    @get(
        "/blockings/{blocking_id:uuid}/free-rooms",
        summary="Rooms of like size that are free then",
        guards=[May("decide_blockings")],
    )
    async def free_rooms(
        self,
        blocking_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> list[FreeRoom]:
        """For organisers: what a refusal can name instead."""
        async with database.read() as connection:
            return await deciding.list_free_instead(connection, blocking_id, actor=actor, clock=clock)


class ExemptionController(Controller):
    """Activities that may be in a closure, and in all of its blocking, because somebody said so."""

    path = "/api/closures/{closure_id:uuid}/exemptions"
    tags = ("Blockings",)
    guards = (May("block_venues"),)

    @get("/", summary="What may take place nevertheless")
    async def list_exemptions(
        self, closure_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> list[Exemption]:
        """For organisers, and the department whose blocking it is."""
        async with database.read() as connection:
            return await exempting.list_exemptions(connection, closure_id, actor=actor)

    @post("/", summary="Let an activity or a request take place nevertheless")
    async def exempt(
        self,
        closure_id: FromPath[UUID],
        data: JSONBody[Exempt],
        facts: NamedDependency[FactWriter],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        translate: NamedDependency[Translator],
    ) -> list[Exemption]:
        """With a reason, which the history keeps; departments name their own requests only."""
        return await facts.write(
            lambda connection: exempting.exempt(connection, closure_id, data, actor=actor, now=clock.now()),
            _author(actor, clock, translate, reason=data.reason),
        )

    @post("/{activity_id:uuid}/remove", summary="Take an exception back", status_code=200)
    async def remove(
        self,
        closure_id: FromPath[UUID],
        activity_id: FromPath[UUID],
        data: JSONBody[RemoveExemption],
        facts: NamedDependency[FactWriter],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        translate: NamedDependency[Translator],
    ) -> list[Exemption]:
        """409 lists what is booked by it; with `accept_broken` that gets a case."""
        return await facts.write(
            lambda connection: exempting.remove_exemption(
                connection, closure_id, activity_id, data, actor=actor, now=clock.now()
            ),
            _author(actor, clock, translate, data.accept_broken, data.reason),
        )


def _author(
    actor: Actor, clock: Clock, translate: Translator, accepted: tuple[UUID, ...] = (), reason: str = ""
) -> Author:
    return Author(actor=actor, clock=clock, translate=translate, accepted=frozenset(accepted), reason=reason)


def _tagged(blocking: Blocking) -> Response[Blocking]:
    return Response(blocking, headers={"ETag": etag(blocking.row_version)})
