"""Duties, absences and limits of departments over HTTP."""

from uuid import UUID

from litestar import Controller, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.duties import repository, service
from app.duties.domain import Absence, AddAbsence, DepartmentLimits, Duty, GiveDuty, KeptLimits, PutDuty
from app.http.guards import May
from app.http.preconditions import IfMatch, etag, expected_version


class DutyController(Controller):
    """Who decides near which rooms, and who stands in for them."""

    path = "/api"
    tags = ("Duties",)

    @get("/duties", summary="Every duty", guards=[May("give_duties")])
    async def list_duties(self, database: NamedDependency[Database], clock: NamedDependency[Clock]) -> list[Duty]:
        """For organisers; those that are over come last."""
        async with database.read() as connection:
            return await repository.list_duties(connection, today=clock.local(clock.now()).date())

    @post("/duties", summary="Give a duty", guards=[May("give_duties")])
    async def give(
        self,
        data: JSONBody[GiveDuty],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Duty:
        """Of one department or one room, for some days, with a deputy. Both are told."""
        return await database.transact(service.give_duty, data, actor=actor, clock=clock)

    @get("/duties/{duty_id:uuid}", summary="One duty", guards=[May("give_duties")])
    async def get_duty(
        self, duty_id: FromPath[UUID], database: NamedDependency[Database], clock: NamedDependency[Clock]
    ) -> Response[Duty]:
        """For organisers."""
        async with database.read() as connection:
            duty = await repository.get_duty(connection, duty_id, today=clock.local(clock.now()).date())
        return Response(duty, headers={"ETag": etag(duty.row_version)})

    @put("/duties/{duty_id:uuid}", summary="Change a duty", guards=[May("give_duties")])
    async def change(
        self,
        duty_id: FromPath[UUID],
        data: JSONBody[PutDuty],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Duty:
        """Needs If-Match. Its days, its deputy, a note."""
        seen = expected_version(if_match)
        return await database.transact(service.change_duty, duty_id, data, seen=seen, actor=actor, clock=clock)

    @post("/duties/{duty_id:uuid}/end", summary="End a duty", guards=[May("give_duties")], status_code=200)
    async def end(
        self,
        duty_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Duty:
        """Needs If-Match. At once."""
        seen = expected_version(if_match)
        return await database.transact(service.end_duty, duty_id, seen=seen, actor=actor, clock=clock)

    @get("/absences", summary="When I am away", guards=[May("own_absences")])
    async def list_absences(
        self, database: NamedDependency[Database], actor: NamedDependency[Actor], clock: NamedDependency[Clock]
    ) -> list[Absence]:
        """From today on."""
        async with database.read() as connection:
            return await repository.list_absences(connection, actor.account_id, today=clock.local(clock.now()).date())

    @post("/absences", summary="I shall be away", guards=[May("own_absences")])
    async def add_absence(
        self,
        data: JSONBody[AddAbsence],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Absence:
        """On these days deputies decide too; they are told."""
        return await database.transact(service.add_absence, data, actor=actor, clock=clock)

    @delete("/absences/{absence_id:uuid}", summary="I am not away after all", guards=[May("own_absences")])
    async def end_absence(
        self,
        absence_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> None:
        """One's own."""
        await database.transact(service.end_absence, absence_id, actor=actor, clock=clock)

    @get(
        "/departments/{department_id:uuid}/limits",
        summary="What a department decides by itself",
        guards=[May("give_duties")],
    )
    async def get_limits(
        self, department_id: FromPath[UUID], database: NamedDependency[Database]
    ) -> Response[KeptLimits | None]:
        """Null where the season's rules `filing_…` hold."""
        async with database.read() as connection:
            limits = await repository.find_limits(connection, department_id)
        return Response(limits, headers={"ETag": etag(0 if limits is None else limits.row_version)})

    @put(
        "/departments/{department_id:uuid}/limits",
        summary="Set what a department decides by itself",
        guards=[May("give_duties")],
    )
    async def put_limits(
        self,
        department_id: FromPath[UUID],
        data: JSONBody[DepartmentLimits],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> KeptLimits | None:
        """Needs If-Match (`"0"` where it has none yet). Instead of the season's rules."""
        seen = expected_version(if_match)
        return await database.transact(service.set_limits, department_id, data, seen=seen, actor=actor, clock=clock)

    @delete(
        "/departments/{department_id:uuid}/limits",
        summary="Let the season's rules hold for a department",
        guards=[May("give_duties")],
    )
    async def delete_limits(
        self,
        department_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> None:
        """Needs If-Match."""
        seen = expected_version(if_match)
        await database.transact(service.set_limits, department_id, None, seen=seen, actor=actor, clock=clock)
