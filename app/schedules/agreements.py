"""What an owner is told of its unplaced request, and how it agrees to one of the offers."""

from uuid import UUID

import msgspec

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.errors import NotFound
from app.events import RequestAgreed
from app.outbox import append
from app.requests import repository as requests
from app.requests.access import must_see, parts_in
from app.requests.domain import Activity, RequestDetail, Window
from app.requests.service import get_detail
from app.requests.states import must_be_possible
from app.schedules import repository
from app.schedules.explanations import KeptExplanation, KeptOffer, OfferedPlacement, read_explanation
from app.schedules.offers import takes_as_asked


async def get_explanation(connection: Connection, request_id: UUID, *, actor: Actor) -> KeptExplanation:
    """Explain why the released schedule does not place a request, and what is possible.

    Only organisers see which activities are in the way. Raises RequestNotFound, NotFound.
    """
    request = await requests.get_request(connection, request_id)
    parts = parts_in(actor, request)
    released = await repository.find_released(connection, request.season_id)
    listed = await repository.list_unplaced(connection, released) if released is not None else []
    entry = next((entry for entry in listed if entry.request_id == request_id), None)
    if entry is None:
        raise NotFound
    explanation = read_explanation(entry.explanation)
    if "organiser" in parts:
        return explanation
    hidden = tuple(msgspec.structs.replace(fact, held_by=()) for fact in explanation.blocking)
    return msgspec.structs.replace(explanation, blocking=hidden)


async def agree_to_offer(
    connection: Connection, request_id: UUID, number: int, *, actor: Actor, clock: Clock
) -> RequestDetail:
    """Add an offered time to the request's wishes, for the next schedule; nothing is promised by it yet.

    Raises RequestNotFound, MoveImpossible, NotFound for an offer that is not there or asks for more than another time.
    """
    request = await requests.lock_request(connection, request_id)
    must_be_possible("agree", request.state, must_see(actor, request))
    offers = (await get_explanation(connection, request_id, actor=actor)).offers
    if not 0 <= number < len(offers) or not takes_as_asked(offers[number]):
        raise NotFound
    activities = (await requests.list_activities(connection, [request_id]))[request_id]
    if not is_agreed(offers[number], activities, clock):
        for placement in offers[number].places:
            wish = _wish(placement, clock)
            await requests.add_window(
                connection,
                placement.activity_id,
                day=wish.first_day,
                from_time=wish.from_time,
                until_time=wish.until_time,
            )
        event = RequestAgreed(subject_id=request_id, season_id=request.season_id)
        await append(connection, event, actor_id=actor.account_id, now=clock.now())
    return await get_detail(connection, request_id, actor=actor)


def is_agreed(offer: KeptOffer, activities: list[Activity], clock: Clock) -> bool:
    """Whether the offered times are among the wishes already; an activity without wishes accepts any time."""
    wishes = {activity.id: activity.windows for activity in activities}
    return all(
        not wishes[placement.activity_id]
        or any(_same_time(window, _wish(placement, clock)) for window in wishes[placement.activity_id])
        for placement in offer.places
    )


def _same_time(window: Window, wish: Window) -> bool:
    return msgspec.structs.replace(window, preference=wish.preference) == wish


def _wish(placement: OfferedPlacement, clock: Clock) -> Window:
    start, end = clock.local(placement.starts_at), clock.local(placement.ends_at)
    return Window(first_day=start.date(), last_day=start.date(), from_time=start.time(), until_time=end.time())
