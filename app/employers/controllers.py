"""Employers over HTTP."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, patch, post, put
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, JSONBody, QueryParameter

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.employers import repository, service, suspending
from app.employers.domain import (
    ChangeEmployer,
    Decision,
    Employer,
    EmployerState,
    Finding,
    RegisterEmployer,
    Suspension,
    findings,
)
from app.employers.repository import EmployerRecord
from app.employers.seasons import SeasonOfEmployer, list_seasons_of
from app.http.guards import May, Searches, signed_in
from app.http.preconditions import IfMatch, etag, expected_version
from app.outbox.repository import HistoryLine, list_history


class EmployerUnderReview(msgspec.Struct, frozen=True):
    """An employer and what a reviewer should look at."""

    employer: Employer
    findings: list[Finding]


class EmployerController(Controller):
    """Register, change and review employers."""

    path = "/api/employers"
    tags = ("Employers",)
    guards = [signed_in]

    @post("/", summary="Register an employer")
    async def register(
        self,
        data: JSONBody[RegisterEmployer],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Employer:
        """A contact who registers it speaks for it from then on."""
        return await database.transact(service.register_employer, data, actor=actor, now=now)

    @get("/", summary="Employers, the longest waiting first", guards=[May("review_employers"), Searches("search")])
    async def list_employers(
        self,
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
        in_state: Annotated[EmployerState | None, QueryParameter(name="state")] = None,
        search: Annotated[str | None, QueryParameter(max_length=120)] = None,
    ) -> list[EmployerUnderReview]:
        """For organisers."""
        today = clock.local(clock.now()).date()
        async with database.read() as connection:
            listed = await repository.list_employers(connection, state=in_state, search=search)
        return [EmployerUnderReview(employer, findings(employer, today)) for employer in listed]

    @get("/{employer_id:uuid}", summary="One employer")
    async def get_employer(
        self, employer_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> Response[Employer]:
        """For its contacts and for organisers."""
        service.must_see(actor, employer_id)
        async with database.read() as connection:
            employer = await repository.get_employer(connection, employer_id)
        return Response(employer, headers={"ETag": etag(employer.row_version)})

    @get("/{employer_id:uuid}/record", summary="Late cancellations and no-shows", guards=[May("review_employers")])
    async def record(self, employer_id: FromPath[UUID], database: NamedDependency[Database]) -> EmployerRecord:
        """For organisers."""
        async with database.read() as connection:
            await repository.get_employer(connection, employer_id)
            return await repository.get_record(connection, employer_id)

    @get("/{employer_id:uuid}/seasons", summary="What became of its requests, season by season")
    async def seasons(
        self, employer_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> list[SeasonOfEmployer]:
        """For its contacts and for organisers; the newest season first."""
        service.must_see(actor, employer_id)
        async with database.read() as connection:
            await repository.get_employer(connection, employer_id)
            return await list_seasons_of(connection, employer_id)

    @get("/{employer_id:uuid}/history", summary="Who did what, when, why", guards=[May("review_employers")])
    async def history(self, employer_id: FromPath[UUID], database: NamedDependency[Database]) -> list[HistoryLine]:
        """For organisers."""
        async with database.read() as connection:
            await repository.get_employer(connection, employer_id)
            return await list_history(connection, employer_id)

    @patch("/{employer_id:uuid}", summary="Mend an entry")
    async def change(
        self,
        employer_id: FromPath[UUID],
        data: JSONBody[ChangeEmployer],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Response[Employer]:
        """Needs If-Match; if it changes what was verified, a new review is asked for."""
        version = expected_version(if_match)
        employer = await database.transact(
            service.change_employer, employer_id, data, expected_version=version, actor=actor, clock=clock
        )
        return Response(employer, headers={"ETag": etag(employer.row_version)})

    @put("/{employer_id:uuid}/licence", summary="Store the licence's scan", status_code=204)
    async def store_scan(
        self,
        request: Request[Any, Any, Any],
        employer_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> None:
        """The body is the file: JPEG, PNG or PDF up to 5 MB; its type is found by its content."""
        content = await request.body()
        await database.transact(service.store_scan, employer_id, content, actor=actor, clock=clock)

    @get("/{employer_id:uuid}/licence", summary="The licence's scan")
    async def get_scan(
        self, employer_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> Response[bytes]:
        """For its contacts and for organisers."""
        service.must_see(actor, employer_id)
        async with database.read() as connection:
            scan = await repository.find_scan(connection, employer_id)
        if scan is None:
            raise NotFoundException
        content, content_type = scan
        # A browser's own viewer of documents brings styles along that a page's policy would forbid.
        policy = "frame-ancestors 'none'"
        headers = {"Content-Disposition": "inline", "Cache-Control": "no-store", "Content-Security-Policy": policy}
        return Response(content, media_type=content_type, headers=headers)

    @post("/{employer_id:uuid}/review", summary="Ask for a review", status_code=200)
    async def ask_review(
        self,
        employer_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Employer:
        """The career centre's time to answer counts in working days."""
        return await database.transact(service.ask_review, employer_id, actor=actor, clock=clock)

    @post("/{employer_id:uuid}/verify", summary="Verify", guards=[May("review_employers")], status_code=200)
    async def verify(
        self,
        employer_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Employer:
        """Needs If-Match. For organisers; it also ends a suspension."""
        return await database.transact(
            service.verify_employer, employer_id, seen=expected_version(if_match), actor=actor, clock=clock
        )

    @post(
        "/{employer_id:uuid}/refuse",
        summary="Refuse with reasons",
        guards=[May("review_employers")],
        status_code=200,
    )
    async def refuse(
        self,
        employer_id: FromPath[UUID],
        data: JSONBody[Decision],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Employer:
        """Needs If-Match. For organisers."""
        return await database.transact(
            service.refuse_employer, employer_id, data, seen=expected_version(if_match), actor=actor, now=now
        )

    @post(
        "/{employer_id:uuid}/suspend",
        summary="Suspend until a day",
        guards=[May("review_employers")],
        status_code=200,
    )
    async def suspend(
        self,
        employer_id: FromPath[UUID],
        data: JSONBody[Suspension],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Employer:
        """Needs If-Match. For organisers."""
        now = clock.now()
        today = clock.local(now).date()
        return await database.transact(
            suspending.suspend_employer,
            employer_id,
            data,
            seen=expected_version(if_match),
            actor=actor,
            today=today,
            now=now,
        )
