"""Closures of rooms and channels over HTTP: the career centre's everywhere, a department's in its own rooms."""

from datetime import date, datetime
from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.facts.writing import Author, FactWriter
from app.http.guards import May, signed_in
from app.locales import Translator
from app.venues import closures
from app.venues.closure_domain import AddClosure, Closure, RetireVenue


class ClosureController(Controller):
    """When rooms and channels cannot be used."""

    path = "/api"
    tags = ("Venues",)
    guards = (signed_in,)

    @get("/resources/{resource_id:uuid}/closures", summary="When a room or channel is closed")
    async def list_closures(
        self,
        resource_id: FromPath[UUID],
        first_day: FromQuery[date],
        last_day: FromQuery[date],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> list[Closure]:
        """For organisers, and department staff in their own rooms; both days included."""
        span = AddClosure(first_day=first_day, last_day=last_day)
        async with database.read() as connection:
            return await closures.list_closures(connection, resource_id, span, zone=clock.zone, actor=actor)

    @post("/resources/{resource_id:uuid}/closures", summary="Close a room or channel")
    async def add_closure(
        self,
        resource_id: FromPath[UUID],
        data: JSONBody[AddClosure],
        facts: NamedDependency[FactWriter],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        translate: NamedDependency[Translator],
    ) -> list[Closure]:
        """For organisers, and department staff in their own rooms.

        409 lists the bookings in the way with who and when; for organisers `accept_broken` names them.
        """
        accepted, reason = frozenset(data.accept_broken), data.note
        return await facts.write(
            lambda connection: closures.add_closure(
                connection, resource_id, data, zone=clock.zone, actor=actor, now=clock.now(), over_bookings=True
            ),
            Author(actor=actor, clock=clock, translate=translate, accepted=accepted, reason=reason),
        )

    @post(
        "/resources/{resource_id:uuid}/retire",
        summary="Take a room or channel out of use",
        guards=[May("change_venues")],
    )
    async def retire(
        self,
        resource_id: FromPath[UUID],
        data: JSONBody[RetireVenue],
        facts: NamedDependency[FactWriter],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        translate: NamedDependency[Translator],
    ) -> Closure:
        """For organisers. 409 lists what is booked there later; with `accept_broken` each of them gets a case and other
        places are offered. To use it again, its closure is removed.
        """
        return await facts.write(
            lambda connection: closures.retire_venue(
                connection, resource_id, data, zone=clock.zone, actor=actor, now=clock.now()
            ),
            Author(
                actor=actor,
                clock=clock,
                translate=translate,
                accepted=frozenset(data.accept_broken),
                reason=data.note,
            ),
        )

    @delete("/closures/{closure_id:uuid}", summary="Open the room or channel again")
    async def remove_closure(
        self,
        closure_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> None:
        """For organisers, and department staff in their own rooms."""
        await database.transact(closures.remove_closure, closure_id, actor=actor, now=now)
