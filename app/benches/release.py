"""`chunzhao bench release`: a release of many changed bookings, and the commands of a request, beside their statements.

The floor are the same statements, sent by the driver with nothing around them, on the same rows in the same round.
"""

import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from app.accounts import service as accounts
from app.actors import Actor
from app.benches.instance import Instance, open_instance
from app.benches.people import sign_in
from app.benches.recording import Recorder, Statement
from app.benches.season import ROOMS, BenchSeason, bench_id, fill
from app.bookings import repository as bookings
from app.bookings import service as booking_service
from app.bookings.domain import ConfirmPlacement
from app.clock import Clock
from app.database import Connection, Database, open_database
from app.decisions import decide, endings
from app.requests import service as requests
from app.requests.domain import ActivityWish, CancelRequest, Request, RequestDetail, SubmitRequest
from app.schedules import repository
from app.schedules.changes.difference import booked_placement
from app.schedules.domain import Figures, PlacedActivity, Release, Version
from app.schedules.release import release_version
from app.seasons import repository as seasons
from app.seasons.domain import Season
from app.settings import load_settings

BOOKED = 2000
T = TypeVar("T")
Act = Callable[[Connection], Awaitable[T]]

# A move by so many slots is to free ones, and nobody is at two places: employers repeat every 400 slots.
_STEP = 4000
MOST_ROUNDS = 6


class Changes(msgspec.Struct, frozen=True):
    """Which activities a round of releases changes: moved ones, and two groups of which one comes as the other goes."""

    moved: range
    first: range
    second: range

    @classmethod
    def of(cls, changed: int) -> "Changes":
        """Divide so many changes: seven tenths are moved."""
        come = changed * 3 // 20
        moved = changed - 2 * come
        return cls(range(moved), range(moved, moved + come), range(moved + come, changed))


def run_release(*, changed: int, rounds: int) -> dict[str, Any]:
    """Measure in turn, and give the medians of the rounds.

    Returns
    -------
    dict
        Seconds and statements of a release, the seconds of its statements alone and the ratio; the same in
        milliseconds for a submission, an approval and a cancellation.
    """
    with open_instance() as instance:
        return asyncio.run(_measure(instance, changed=changed, rounds=min(rounds, MOST_ROUNDS)))


async def _measure(instance: Instance, *, changed: int, rounds: int) -> dict[str, Any]:
    bench = await fill(instance.database_url, booked=BOOKED, requests=BOOKED)
    (token,) = await sign_in(instance.database_url, 1)
    async with open_database(instance.database_url, size=1) as database:
        async with database.pool.acquire() as connection:
            actor = await accounts.find_actor(connection, token, date.min)
            season = await seasons.find_season_by_code(connection, "bench")
        assert actor is not None  # noqa: S101 - the session was opened a moment ago
        assert season is not None  # noqa: S101 - so was the season
        scene = _Scene(database, bench, season, actor)
        released = await scene.releases(Changes.of(changed), rounds=rounds)
        return {"changed": changed, "rounds": rounds, **released, "commands": await scene.commands(rounds=rounds)}


class _Scene:
    """A season on which acts are measured, each on rows of its own."""

    def __init__(self, database: Database, bench: BenchSeason, season: Season, actor: Actor) -> None:
        self.database, self.bench, self.season, self.actor = database, bench, season, actor
        self.clock = Clock(0, load_settings({}).timezone)

    async def releases(self, groups: Changes, *, rounds: int) -> dict[str, float]:
        """Release one version after the other, each with the same number of changes."""
        await self.database.transact(self._release(await self._draft(groups, 0, gone=groups.second), tell=()))
        seen: list[tuple[float, float, int]] = []
        for number in range(1, rounds + 1):
            gone = groups.first if number % 2 else groups.second
            version_id = await self._draft(groups, number, gone=gone)
            release = self._release(version_id, tell=tuple(bench_id("d", activity) for activity in gone))
            statements = await recorded(self.database, release)
            alone = await seconds_alone(self.database, statements)
            seconds, _ = await timed(self.database, release)
            seen.append((seconds, alone, len(statements)))
        ours, floor, statements_sent = (statistics.median(values) for values in zip(*seen, strict=True))
        return {
            "seconds": round(ours, 3),
            "floor_seconds": round(floor, 3),
            "ratio": round(floor / ours, 3),
            "statements": round(statements_sent),
        }

    async def commands(self, *, rounds: int) -> dict[str, dict[str, float]]:
        """Submit requests, approve, book and cancel them."""
        seen: dict[str, list[tuple[float, int]]] = defaultdict(list)

        async def note(name: str, act: Act[T]) -> T:
            statements = await recorded(self.database, act)
            seconds, result = await timed(self.database, act)
            seen[name].append((seconds, len(statements)))
            return result

        for number in range(rounds):
            detail = await note("submit", self._submit(number))
            await note("approve", self._approve(detail.request.id))
            await booking_service.confirm_placement(
                self.database,
                ConfirmPlacement(
                    activity_id=detail.activities[0].id,
                    starts_at=self.bench.starts_at(30_000 + number),
                    room_ids=(bench_id("a", number % ROOMS),),
                ),
                actor=self.actor,
                locale="en",
                clock=self.clock,
            )
            await note("cancel", self._cancel(detail.request.id))
        return {
            name: {
                "ms": round(1000 * statistics.median(seconds for seconds, _ in measured), 2),
                "statements": max(statements for _, statements in measured),
            }
            for name, measured in seen.items()
        }

    def _submit(self, number: int) -> Act[RequestDetail]:
        wish = SubmitRequest(
            season_id=self.season.id,
            title=f"宣讲会 {number}",
            employer_id=bench_id("c", number),
            contact_email="hr@bench.example",
            activities=(ActivityWish(kind="info_session", attendance=100, duration_minutes=30),),
        )
        return lambda connection: requests.submit_request(connection, wish, actor=self.actor, clock=self.clock)

    def _approve(self, request_id: UUID) -> Act[Request]:
        now = self.clock.now()
        return lambda connection: decide.approve_request(connection, request_id, seen=None, actor=self.actor, now=now)

    def _cancel(self, request_id: UUID) -> Act[Request]:
        command = CancelRequest(note="不来了")
        return lambda connection: endings.cancel_request(
            connection, request_id, command, actor=self.actor, clock=self.clock
        )

    def _release(self, version_id: UUID, *, tell: tuple[UUID, ...]) -> Act[Version]:
        command = Release(tell_unplaced=tell)
        return lambda connection: release_version(
            connection, version_id, command, expected_version=None, actor=self.actor, clock=self.clock
        )

    async def _draft(self, groups: Changes, number: int, *, gone: range) -> UUID:
        """Insert a draft on what stands now: some moved on by `number` steps, those gone not placed."""

        async def insert(connection: Connection) -> UUID:
            sequence = await repository.season_booking_sequence(connection, self.season.id)
            standing = await bookings.list_changeable(connection, self.season.id)
            placed = {booking.activity_id: booked_placement(booking, "info_session") for booking in standing}
            come = groups.second if gone == groups.first else groups.first
            placed |= {bench_id("e", activity): self._placement(activity, activity) for activity in come}
            for activity in gone:
                placed.pop(bench_id("e", activity), None)
            if number:
                placed |= {
                    bench_id("e", activity): self._placement(activity, activity + number * _STEP)
                    for activity in groups.moved
                }
            version_id = await repository.insert_version(
                connection,
                season_id=self.season.id,
                based_on_id=await repository.find_released(connection, self.season.id),
                based_on_sequence=sequence,
                figures=Figures(),
                problem=b"",
                parameters={},
                engine_version="bench",
                created_by=None,
                now=self.clock.now(),
            )
            await repository.insert_placements(connection, version_id, list(placed.values()))
            for activity in gone:
                await repository.insert_unplaced(connection, version_id, bench_id("d", activity), {"proof": "full"})
            return version_id

        return await self.database.transact(insert)

    def _placement(self, activity: int, slot: int) -> PlacedActivity:
        starts_at = self.bench.starts_at(slot)
        return PlacedActivity(
            activity_id=bench_id("e", activity),
            request_id=bench_id("d", activity),
            kind="info_session",
            starts_at=starts_at,
            ends_at=self.bench.ends_at(slot),
            room_ids=(bench_id("a", slot % ROOMS),),
            channel_id=None,
            pinned=False,
        )


async def recorded(database: Database, act: Act[object]) -> list[Statement]:
    """Give the statements of an act between BEGIN and COMMIT; nothing of it stays."""
    recorder = Recorder()
    async with database.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        connection.add_query_logger(recorder)
        try:
            await act(connection)
        finally:
            connection.remove_query_logger(recorder)
            await transaction.rollback()
    return recorder.statements


async def seconds_alone(database: Database, statements: list[Statement]) -> float:
    """Give the seconds of statements with nothing around them; nothing of them stays."""
    async with database.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        began = time.perf_counter()
        for statement in statements:
            await connection.fetch(statement.text, *statement.arguments)
        seconds = time.perf_counter() - began
        await transaction.rollback()
    return seconds


async def timed(database: Database, act: Act[T]) -> tuple[float, T]:
    """Do an act in a transaction; give its seconds and what it gives."""
    began = time.perf_counter()
    result = await database.transact(act)
    return time.perf_counter() - began, result
