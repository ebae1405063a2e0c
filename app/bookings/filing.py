"""Filing by doing (备案): a department books its own request in its own rooms, within limits, without an approval."""

from collections.abc import Sequence
from datetime import datetime

from app.actors import Actor
from app.bookings.domain import NotFilable
from app.bookings.repository import Bookable
from app.database import Connection
from app.events import Event, RequestFiled
from app.permissions import may
from app.requests import repository as requests
from app.requests.domain import Activity, Request
from app.requests.limits import are_within, limits_of
from app.seasons import repository as seasons
from app.seasons.policies import Policies


def files(actor: Actor, activity: Bookable) -> bool:
    """Whether a booking by somebody files the request: a department's own, which nobody has approved."""
    return activity.request_state == "submitted" and not actor.organises and may(actor, "book", own=True)


async def must_be_filable(connection: Connection, activity: Bookable) -> None:
    """Check every step of a request against what departments do by themselves. Raises NotFilable."""
    policies = await seasons.get_policies(connection, activity.season_id)
    limits = await limits_of(connection, activity.department_id, policies)
    steps = (await requests.list_activities(connection, [activity.request_id]))[activity.request_id]
    if not are_within(steps, limits):
        raise NotFilable(people=limits.people, booths=limits.booths)


async def could_file(
    connection: Connection, actor: Actor, request: Request, steps: Sequence[Activity], policies: Policies
) -> bool:
    """Whether a booking by somebody would file a request."""
    is_own = request.state == "submitted" and request.department_id is not None and not actor.organises
    if not is_own or not may(actor, "book", own=True):
        return False
    return are_within(steps, await limits_of(connection, request.department_id, policies))


async def file_request(connection: Connection, activity: Bookable, *, now: datetime) -> list[Event]:
    """Note that a request is filed by a booking, from when on the centre may object; give what happened."""
    await requests.mark_filed(connection, activity.request_id, now=now)
    return [RequestFiled(subject_id=activity.request_id, season_id=activity.season_id)]
