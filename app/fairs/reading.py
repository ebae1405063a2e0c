"""What readers see of fairs: those who run one, employers, and whoever has an exhibitor's link."""

from collections.abc import Sequence
from uuid import UUID

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.fairs import repository
from app.fairs.access import get_run, runs
from app.fairs.domain import Exhibitor, Fair, FairDetail, FairLine, OwnFair
from app.fairs.errors import ExhibitorNotFound
from app.permissions import may


async def list_run(connection: Connection, season_id: UUID, *, actor: Actor) -> list[FairLine]:
    """List the fairs of a season that somebody runs."""
    department_id = None if may(actor, "run_fairs", own=False) else actor.department_id
    if department_id is None and not may(actor, "run_fairs", own=False):
        return []
    fairs = await repository.list_fairs(connection, season_id, department_id=department_id)
    counts = await repository.list_counts(connection, [fair.id for fair in fairs])
    return [FairLine(fair=fair, counts=counts[fair.id]) for fair in fairs]


async def get_detail(connection: Connection, fair_id: UUID, *, actor: Actor) -> FairDetail:
    """Give a fair with its exhibitors to somebody who runs it. Raises FairNotFound."""
    fair = await get_run(connection, fair_id, actor=actor)
    exhibitors = await repository.list_exhibitors(connection, fair_id)
    counts = await repository.list_counts(connection, [fair_id])
    return FairDetail(fair=fair, counts=counts[fair_id], exhibitors=tuple(exhibitors))


async def list_own(connection: Connection, season_id: UUID, *, actor: Actor) -> list[OwnFair]:
    """List the fairs of a season at which the reader's employer is, or was asked to be, an exhibitor."""
    if actor.employer_id is None:
        return []
    entries = await repository.list_of_employer(connection, season_id, actor.employer_id)
    found: dict[UUID, list[Exhibitor]] = {}
    for entry in entries:
        found.setdefault(entry.fair_id, []).append(entry)
    return [
        OwnFair(fair=await repository.get_fair(connection, fair_id), exhibitors=tuple(entry.as_told() for entry in own))
        for fair_id, own in found.items()
    ]


async def list_open(connection: Connection, season_id: UUID, *, clock: Clock) -> Sequence[Fair]:
    """List the fairs of a season to which an employer can apply."""
    return await repository.list_open(connection, season_id, now=clock.now())


async def get_own(connection: Connection, exhibitor_id: UUID, *, actor: Actor | None) -> OwnFair:
    """Give one entry with its fair to its employer, to those who run the fair, or to whoever has its link (None).

    Raises ExhibitorNotFound.
    """
    exhibitor = await repository.get_exhibitor(connection, exhibitor_id)
    fair = await repository.get_fair(connection, exhibitor.fair_id)
    is_own = exhibitor.employer_id is not None and actor is not None and exhibitor.employer_id == actor.employer_id
    if actor is not None and not is_own and not runs(actor, fair):
        raise ExhibitorNotFound
    return OwnFair(fair=fair, exhibitors=(exhibitor.as_told(),))
