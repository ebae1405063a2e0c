"""What a place that is offered by hand is chosen from: the steps of a request, rooms that could do, channels."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from app.actors import Actor
from app.offers.offering import ACCEPTING
from app.requests.domain import Activity, Request, RequestDetail
from app.venues.domain import Channel, Room
from app.venues.named import NamedVenues


class CounterChoice(msgspec.Struct, frozen=True, kw_only=True):
    """The steps that can be offered a place, rooms that are large enough for one of them, and channels."""

    activities: tuple[Activity, ...]
    rooms: list[Room]
    channels: list[Channel]

    @property
    def several_rooms(self) -> bool:
        """Whether a step takes more than one room at once."""
        return any(activity.rooms_needed > 1 for activity in self.activities)


def counter_choice(detail: RequestDetail, named: NamedVenues, *, actor: Actor, now: datetime) -> CounterChoice | None:
    """Give what a place is chosen from; None for whom, or where, nothing is offered."""
    if not actor.organises or detail.request.state not in ACCEPTING or not detail.activities:
        return None
    in_rooms = [activity for activity in detail.activities if activity.rooms_needed]
    return CounterChoice(
        activities=detail.activities,
        rooms=[room for room in named.rooms if room.is_in_use(now) and _could_do(room, in_rooms, detail.request)],
        channels=named.channels if any(activity.needs_channel for activity in detail.activities) else [],
    )


def _could_do(room: Room, activities: Sequence[Activity], request: Request) -> bool:
    return any(
        room.capacity * activity.rooms_needed >= activity.attendance
        and room.booths >= activity.booths
        and set(activity.features) <= set(room.features)
        and (
            room.id in activity.asked_room_ids
            if activity.asked_room_ids
            else room.department_id in (None, request.department_id)
        )
        for activity in activities
    )
