"""Solve runs and schedule versions over HTTP, for organisers."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.http.guards import May, Searches, signed_in
from app.http.preconditions import IfMatch, etag, expected_version
from app.requests.domain import RequestDetail
from app.schedules import additions_repository, repository, run_repository, solve, versions
from app.schedules.additions import ask_additions
from app.schedules.agreements import agree_to_offer, get_explanation
from app.schedules.audit import audit_season
from app.schedules.domain import (
    Additions,
    AskSolve,
    CorrectPlacement,
    Difference,
    PlacedActivity,
    Release,
    SolveRun,
    Unplaced,
    Version,
)
from app.schedules.explanations import KeptExplanation
from app.schedules.release import release_version


class ExplanationController(Controller):
    """Why the released schedule does not place a request, what is possible instead, and how its owner agrees to it."""

    path = "/api/requests/{request_id:uuid}"
    tags = ("Requests",)
    guards = [signed_in]

    @get("/explanation", summary="Why it is unplaced, and what is possible")
    async def explanation(
        self, request_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> KeptExplanation:
        """Its owner and organisers see it; 404 where the released schedule does not leave the request out."""
        async with database.read() as connection:
            return await get_explanation(connection, request_id, actor=actor)

    @post("/offers/{number:int}/agree", summary="Agree to an offered time", status_code=200)
    async def agree(
        self,
        request_id: FromPath[UUID],
        number: FromPath[int],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> RequestDetail:
        """`number` counts the offers from 0. The time becomes a wish, which the next schedule may promise."""
        return await database.transact(agree_to_offer, request_id, number, actor=actor, clock=clock)


class SolveRunController(Controller):
    """Ask for a solve, watch it, stop it."""

    path = "/api/solve-runs"
    tags = ("Schedules",)
    guards = [May("see_schedules")]

    @post("/", summary="Solve a season")
    async def ask(
        self,
        data: JSONBody[AskSolve],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> SolveRun:
        """A season can have one run at a time."""
        return await database.transact(solve.ask_solve, data, actor=actor, now=now)

    @get("/{run_id:uuid}", summary="Where a run stands")
    async def get_run(self, run_id: FromPath[UUID], database: NamedDependency[Database]) -> SolveRun:
        """Its progress has value, bound, gap, placed, unplaced and elapsed seconds."""
        async with database.read() as connection:
            return await run_repository.get_run(connection, run_id)

    @post("/{run_id:uuid}/cancel", summary="Stop, keep the best", status_code=200)
    async def cancel(
        self,
        run_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> SolveRun:
        """The best so far becomes a draft."""
        return await database.transact(solve.cancel_solve, run_id, actor=actor, now=now)


class Audit(msgspec.Struct, frozen=True):
    """The rules that standing bookings break."""

    violations: list[dict[str, Any]]


class VersionController(Controller):
    """Look at versions, correct placements of drafts, release."""

    path = "/api/versions"
    tags = ("Schedules",)
    guards = [May("see_schedules")]

    @get("/", summary="Versions of a season, the newest first")
    async def list_versions(self, season_id: FromQuery[UUID], database: NamedDependency[Database]) -> list[Version]:
        """These are drafts, the released version, and those before it."""
        async with database.read() as connection:
            return await repository.list_versions(connection, season_id)

    @get("/{version_id:uuid}", summary="One version")
    async def get_version(self, version_id: FromPath[UUID], database: NamedDependency[Database]) -> Response[Version]:
        """The version has its figures."""
        async with database.read() as connection:
            version = await repository.get_version(connection, version_id)
        return Response(version, headers={"ETag": etag(version.row_version)})

    @get("/{version_id:uuid}/placements", summary="The placements of a version")
    async def placements(self, version_id: FromPath[UUID], database: NamedDependency[Database]) -> list[PlacedActivity]:
        """They are sorted by time."""
        async with database.read() as connection:
            await repository.get_version(connection, version_id)
            return await repository.list_placements(connection, version_id)

    @get("/{version_id:uuid}/unplaced", summary="Requests that are unplaced, and why")
    async def unplaced(self, version_id: FromPath[UUID], database: NamedDependency[Database]) -> list[Unplaced]:
        """Each has its reasons and offers."""
        async with database.read() as connection:
            await repository.get_version(connection, version_id)
            return await repository.list_unplaced(connection, version_id)

    @get("/{version_id:uuid}/difference", summary="What a release would change", guards=[Searches()])
    async def difference(
        self, version_id: FromPath[UUID], database: NamedDependency[Database], clock: NamedDependency[Clock]
    ) -> Difference:
        """What is new, moved or given back, compared with the standing bookings, and every conflict with newer ones."""
        async with database.read() as connection:
            version = await repository.get_version(connection, version_id)
            return await versions.get_difference(connection, version, clock=clock)

    @get("/{version_id:uuid}/additions", summary="What more would help most")
    async def additions(self, version_id: FromPath[UUID], database: NamedDependency[Database]) -> Additions:
        """The best first, each figure from an actual solve; 404 until somebody asks."""
        async with database.read() as connection:
            return await additions_repository.get_additions(connection, version_id)

    @post("/{version_id:uuid}/additions", summary="Work out what more would help most", status_code=202)
    async def ask_additions(
        self,
        version_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Additions:
        """A room, staff or a livestream channel more: each is tried in the background."""
        return await database.transact(ask_additions, version_id, actor=actor, now=now)

    @post("/{version_id:uuid}/placements/{activity_id:uuid}", summary="Correct one placement", status_code=200)
    async def correct(
        self,
        version_id: FromPath[UUID],
        activity_id: FromPath[UUID],
        data: JSONBody[CorrectPlacement],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Response[Version]:
        """Move, pin, unpin, forbid or remove; the verifier checks it. Needs If-Match."""
        expected = expected_version(if_match)
        version = await database.transact(
            versions.correct_placement,
            version_id,
            activity_id,
            data,
            expected_version=expected,
            actor=actor,
            clock=clock,
        )
        return Response(version, headers={"ETag": etag(version.row_version)})

    @post("/{version_id:uuid}/release", summary="Release a draft", status_code=200)
    async def release(
        self,
        version_id: FromPath[UUID],
        data: JSONBody[Release],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Version:
        """All of it or nothing; 409 with the difference when something newer was released or booked. Needs If-Match."""
        expected = expected_version(if_match)
        return await database.transact(
            release_version, version_id, data, expected_version=expected, actor=actor, clock=clock
        )

    @post("/{version_id:uuid}/discard", summary="Put a draft away", status_code=200)
    async def discard(
        self,
        version_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Version:
        """It stays in the list of versions."""
        return await database.transact(versions.discard_version, version_id, actor=actor, now=now)

    @get("/audit", summary="Whether every promise of a season keeps every rule")
    async def audit(
        self, season_id: FromQuery[UUID], database: NamedDependency[Database], clock: NamedDependency[Clock]
    ) -> Audit:
        """The independent verifier checks a problem that is rebuilt from the database."""
        violations = await audit_season(database, season_id, clock=clock)
        return Audit([msgspec.to_builtins(violation) for violation in violations])
