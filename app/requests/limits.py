"""What a department books and decides by itself: its own limits, or those of the season's rules."""

from collections.abc import Sequence
from uuid import UUID

from app.database import Connection
from app.duties.domain import DepartmentLimits
from app.duties.repository import find_limits
from app.errors import N_, Conflict
from app.kinds import KINDS
from app.requests import repository
from app.requests.domain import Activity, Request
from app.seasons import repository as seasons
from app.seasons.policies import Policies


class BeyondLimits(Conflict):
    """What is decided near the room has limits; beyond them the career centre decides."""

    type = "beyond-limits"
    sentence = N_(
        "This is more than is decided near the room: up to {people} people and {booths} booths, of some kinds. The "
        "career centre decides about it."
    )


async def limits_of(connection: Connection, department_id: UUID | None, policies: Policies) -> DepartmentLimits:
    """Give what a department decides by itself; the season's rule where it has no limits of its own."""
    own = None if department_id is None else await find_limits(connection, department_id)
    if own is not None:
        return own
    return DepartmentLimits(
        kinds=policies.filing_kinds, people=max(1, policies.filing_people), booths=policies.filing_booths
    )


def are_within(steps: Sequence[Activity], limits: DepartmentLimits) -> bool:
    """Whether every step of a request is within limits."""
    return all(
        step.kind in limits.kinds
        and step.attendance <= limits.people
        and (step.booths <= limits.booths or not KINDS[step.kind].is_fair)
        for step in steps
    )


async def is_within_limits(connection: Connection, request: Request) -> bool:
    """Whether a request can be decided near the rooms that it asks for."""
    return are_within(await _steps(connection, request), await _limits(connection, request))


async def must_be_within_limits(connection: Connection, request: Request) -> None:
    """Check that a request can be decided near the rooms that it asks for. Raises BeyondLimits."""
    limits = await _limits(connection, request)
    if not are_within(await _steps(connection, request), limits):
        raise BeyondLimits(people=limits.people, booths=limits.booths)


async def _steps(connection: Connection, request: Request) -> Sequence[Activity]:
    return (await repository.list_activities(connection, [request.id]))[request.id]


async def _limits(connection: Connection, request: Request) -> DepartmentLimits:
    policies = await seasons.get_policies(connection, request.season_id)
    return await limits_of(connection, request.host_id, policies)
