"""Filing by doing (备案): a department books its own request in its own rooms, within limits, without an approval."""

from collections.abc import Sequence
from datetime import datetime

from app.actors import Actor
from app.bookings.domain import NotFilable
from app.bookings.repository import Bookable
from app.database import Connection
from app.events import Event, RequestFiled
from app.kinds import KINDS
from app.permissions import may
from app.requests import repository as requests
from app.requests.domain import Activity, Request
from app.seasons import repository as seasons
from app.seasons.policies import Policies


def files(actor: Actor, activity: Bookable) -> bool:
    """Whether a booking by somebody files the request: a department's own, which nobody has approved."""
    return activity.request_state == "submitted" and not actor.organises and may(actor, "book", own=True)


async def must_be_filable(connection: Connection, activity: Bookable) -> None:
    """Check every step of a request against what departments do by themselves. Raises NotFilable."""
    policies = await seasons.get_policies(connection, activity.season_id)
    steps = (await requests.list_activities(connection, [activity.request_id]))[activity.request_id]
    if any(not is_filable(step, policies) for step in steps):
        raise NotFilable(people=policies.filing_people, booths=policies.filing_booths)


def could_file(actor: Actor, request: Request, steps: Sequence[Activity], policies: Policies) -> bool:
    """Whether a booking by somebody would file a request."""
    is_own = request.state == "submitted" and request.department_id is not None and not actor.organises
    return is_own and may(actor, "book", own=True) and all(is_filable(step, policies) for step in steps)


def is_filable(step: Activity, policies: Policies) -> bool:
    """Whether a department may book a step of its own without an approval."""
    return (
        step.kind in policies.filing_kinds
        and step.attendance <= policies.filing_people
        and (step.booths <= policies.filing_booths or not KINDS[step.kind].is_fair)
    )


async def file_request(connection: Connection, activity: Bookable, *, now: datetime) -> list[Event]:
    """Note that a request is filed by a booking, from when on the centre may object; give what happened."""
    await requests.mark_filed(connection, activity.request_id, now=now)
    return [RequestFiled(subject_id=activity.request_id, season_id=activity.season_id)]
