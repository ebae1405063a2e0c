"""Who runs a fair, and whose an exhibitor is: for others neither exists."""

from uuid import UUID

from app.actors import Actor
from app.database import Connection
from app.errors import Forbidden
from app.fairs import repository
from app.fairs.domain import Exhibitor, Fair
from app.fairs.errors import ExhibitorNotFound, FairNotFound
from app.permissions import may


def runs(actor: Actor, fair: Fair) -> bool:
    """Whether somebody runs a fair: the career centre any, department staff their own department's."""
    return may(actor, "run_fairs", own=fair.department_id is not None and fair.department_id == actor.department_id)


async def get_run(connection: Connection, fair_id: UUID, *, actor: Actor, lock: bool = False) -> Fair:
    """Give a fair to somebody who runs it. Raises FairNotFound."""
    read = repository.lock_fair if lock else repository.get_fair
    fair = await read(connection, fair_id)
    if not runs(actor, fair):
        raise FairNotFound
    return fair


async def get_own(connection: Connection, exhibitor_id: UUID, *, actor: Actor | None) -> tuple[Fair, Exhibitor]:
    """Give an exhibitor and its fair, locked, to whoever speaks for it; None came by its signed link.

    Raises ExhibitorNotFound, Forbidden.
    """
    exhibitor = await repository.get_exhibitor(connection, exhibitor_id)
    fair = await repository.lock_fair(connection, exhibitor.fair_id)
    exhibitor = await repository.get_exhibitor(connection, exhibitor_id)
    if actor is not None and not runs(actor, fair):
        if exhibitor.employer_id is None or exhibitor.employer_id != actor.employer_id:
            raise ExhibitorNotFound
        if not may(actor, "exhibit", own=True):
            raise Forbidden
    return fair, exhibitor
