"""Halls and booths of fairs in PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.constraints import on_constraint
from app.database.rows import fetch_all, fetch_one, find_one
from app.fairs.booth_plans.domain import (
    AlreadyAssigning,
    BoothRun,
    FairHall,
    HallNotFound,
    RunNotFound,
    RunState,
)
from app.halls.domain import HallPlan, Naming

_queries = load_queries(__file__)
on_constraint("booth_run_one_active", lambda _: AlreadyAssigning())
# A worker reports every half a second; an assignment that was silent so long has lost its worker.
DEAD_AFTER_SECONDS: Final = 20.0


class FairRoom(msgspec.Struct, frozen=True):
    """A room in which a fair is, and its plan if it has one."""

    id: UUID
    name_zh: str
    name_en: str
    rows: tuple[str, ...] | None
    names: tuple[str, ...] | None
    cell_cm: int | None
    naming: Naming | None

    @property
    def plan(self) -> HallPlan | None:
        """Give its plan."""
        if self.rows is None or self.names is None or self.cell_cm is None or self.naming is None:
            return None
        return HallPlan(rows=self.rows, names=self.names, cell_cm=self.cell_cm, naming=self.naming)


class ToTell(msgspec.Struct, frozen=True):
    """An exhibitor that does not know yet where it stands."""

    id: UUID
    told_booth: str
    booth: str


async def list_halls(connection: Connection, fair_id: UUID) -> list[FairHall]:
    """List the halls of a fair."""
    return await fetch_all(FairHall, _queries.list_halls(connection, fair_id=fair_id))


async def get_hall(connection: Connection, fair_id: UUID, hall_id: UUID) -> FairHall:
    """Give a hall of a fair. Raises HallNotFound."""
    for hall in await list_halls(connection, fair_id):
        if hall.id == hall_id:
            return hall
    raise HallNotFound


async def list_rooms_of(connection: Connection, fair_id: UUID) -> list[FairRoom]:
    """List the rooms in which a fair is, or that it asks for."""
    return await fetch_all(FairRoom, _queries.list_rooms_of(connection, fair_id=fair_id))


async def upsert_hall(connection: Connection, fair_id: UUID, room_id: UUID, plan: HallPlan) -> UUID:
    """Keep a fair's copy of a plan."""
    hall_id: UUID = await _queries.upsert_hall(
        connection,
        fair_id=fair_id,
        room_id=room_id,
        rows=list(plan.rows),
        names=list(plan.names),
        cell_cm=plan.cell_cm,
        naming=plan.naming,
    )
    return hall_id


async def copy_halls(connection: Connection, fair_id: UUID, *, from_id: UUID, room_ids: Collection[UUID]) -> None:
    """Take over another fair's halls that are this one's rooms too."""
    await _queries.copy_halls(connection, fair_id=fair_id, from_id=from_id, room_ids=list(room_ids))


async def update_sectors(connection: Connection, hall_id: UUID, sectors: Collection[str]) -> None:
    """Say which industries stand in a hall."""
    await _queries.update_sectors(connection, hall_id=hall_id, sectors=list(sectors))


async def delete_hall(connection: Connection, hall_id: UUID) -> None:
    """Forget a hall in which nobody stands."""
    await _queries.delete_hall(connection, hall_id=hall_id)


async def clear_booths(connection: Connection, hall_id: UUID, *, but: Collection[str]) -> None:
    """Let nobody stand in booths that a hall has no more."""
    await _queries.clear_booths(connection, hall_id=hall_id, but=list(but))


async def count_lost(connection: Connection, hall_id: UUID, *, but: Collection[str]) -> int:
    """Give how many stand in booths that a hall would have no more."""
    lost: int = await _queries.count_lost(connection, hall_id=hall_id, but=list(but))
    return lost


async def update_capacity(connection: Connection, fair_id: UUID) -> None:
    """Let a fair have as many booths as its halls. Raises NoBoothLeft."""
    await _queries.update_capacity(connection, fair_id=fair_id)


async def place(connection: Connection, placed: Mapping[UUID, tuple[UUID, str]], *, pinned: Collection[UUID]) -> None:
    """Let exhibitors stand in booths, whoever stood there before."""
    ids = list(placed)
    await _queries.unplace(connection, exhibitor_ids=ids)
    await _queries.place(
        connection,
        exhibitor_ids=ids,
        hall_ids=[placed[key][0] for key in ids],
        booths=[placed[key][1] for key in ids],
        pinned=[key in pinned for key in ids],
    )


async def unplace(connection: Connection, exhibitor_ids: Collection[UUID]) -> None:
    """Let some stand nowhere."""
    await _queries.unplace(connection, exhibitor_ids=list(exhibitor_ids))


async def arrange(
    connection: Connection, exhibitor_id: UUID, *, crowd: int | None, apart_from: Collection[UUID]
) -> None:
    """Note what assignments heed of an exhibitor."""
    await _queries.arrange(connection, exhibitor_id=exhibitor_id, crowd=crowd, apart_from=list(apart_from))


async def insert_run(
    connection: Connection, fair_id: UUID, *, moves: int | None, seconds: int, asked_by: UUID, now: datetime
) -> UUID:
    """Queue an assignment. Raises AlreadyAssigning."""
    await _queries.drop_finished(connection, fair_id=fair_id)
    run_id: UUID = await _queries.insert_run(
        connection, fair_id=fair_id, moves=moves, seconds=seconds, asked_by=asked_by, now=now
    )
    return run_id


async def get_run(connection: Connection, run_id: UUID) -> BoothRun:
    """Give an assignment. Raises RunNotFound."""
    return await fetch_one(BoothRun, _queries.find_run(connection, run_id=run_id), missing=RunNotFound)


async def find_latest_run(connection: Connection, fair_id: UUID) -> BoothRun | None:
    """Give the latest assignment of a fair."""
    return await find_one(BoothRun, _queries.find_latest_run(connection, fair_id=fair_id))


async def claim_run(connection: Connection, run_id: UUID) -> bool:
    """Start an assignment, or take up one whose worker died; False where another has it or it is over."""
    claimed = await _queries.claim_run(connection, run_id=run_id, dead_after_seconds=DEAD_AFTER_SECONDS)
    return claimed is not None


async def report_run(connection: Connection, run_id: UUID, *, score: int | None, bound: int | None) -> None:
    """Note how far an assignment is."""
    await _queries.report_run(connection, run_id=run_id, score=score, bound=bound)


async def finish_run(
    connection: Connection, run_id: UUID, state: RunState, found: Mapping[str, Any], *, now: datetime
) -> None:
    """Note how an assignment ended; of `found` what is not said is empty."""
    nothing: dict[str, Any] = {
        "score": None,
        "bound": None,
        "goals": [],
        "placed": {},
        "moved": [],
        "basis": "",
        "reason": "",
        "who": [],
    }
    await _queries.finish_run(connection, run_id=run_id, state=state, now=now, **{**nothing, **found})


async def mark_run(connection: Connection, run_id: UUID, state: RunState) -> None:
    """Note that an assignment was kept or dropped."""
    await _queries.mark_run(connection, run_id=run_id, state=state)


async def list_dead_runs(connection: Connection) -> list[UUID]:
    """List the assignments whose worker died."""
    rows = _queries.list_dead_runs(connection, dead_after_seconds=DEAD_AFTER_SECONDS)
    return [row["id"] async for row in rows]


async def list_to_tell(connection: Connection, fair_id: UUID) -> list[ToTell]:
    """List whose booth is another one than they were told."""
    return await fetch_all(ToTell, _queries.list_to_tell(connection, fair_id=fair_id))


async def mark_told(connection: Connection, told: Sequence[ToTell]) -> None:
    """Note that some know where they stand."""
    await _queries.mark_told(connection, exhibitor_ids=[one.id for one in told], booths=[one.booth for one in told])
