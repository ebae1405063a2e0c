"""Bookings: placements that were promised. The database guarantees that no resource is promised twice."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from app.clock import Moment
from app.errors import N_, Conflict, NotFound
from app.events import EventPlacement
from app.texts import Command

BookingState = Literal["tentative", "confirmed", "held", "released"]
STANDING: Final = frozenset[BookingState]({"tentative", "confirmed"})


class BookingNotFound(NotFound):
    """No such booking, or not the asker's."""

    type = "booking-not-found"
    sentence = N_("There is no such booking.")


class ResourceTaken(Conflict):
    """Another activity occupies a resource then; `conflicts` says which, if the asker may know."""

    type = "place-taken"
    sentence = N_("This has just been taken: at that time {what} is taken by another activity.")


class PeopleTaken(ResourceTaken):
    """What stands in the way are only the people of the request: their other activity."""

    sentence = N_("The people of {what} are at another activity then.")


class ResourceClosed(Conflict):
    """A resource is closed then."""

    type = "place-closed"
    sentence = N_("{what} is closed at that time.")


class NotBookable(Conflict):
    """Only approved requests are booked."""

    type = "not-bookable"
    sentence = N_("The request is in the state “{state}”: only approved requests are given places.")


class RoomNeedsApproval(Conflict):
    """A room that takes requests, not bookings: only who approves there books it; `room_ids` names such rooms."""

    type = "room-needs-approval"
    sentence = N_(
        "{room} is booked only by the career centre, which approves each use. The request stays as it is: send it, and "
        "the career centre books the room."
    )


class NotFilable(Conflict):
    """What departments book by themselves has limits; beyond them the career centre decides first."""

    type = "not-filable"
    sentence = N_(
        "Departments book small events of their own by themselves: up to {people} people and {booths} booths, of the "
        "kinds that the season’s rules name. This one is decided by the career centre first."
    )


class AlreadyBooked(Conflict):
    """An activity has one place: another is a move of that booking, `booking_id`."""

    type = "already-booked"
    sentence = N_("The activity has a place already. Look at it as it is now, and move it from there.")


class OutsideWishes(Conflict):
    """A placement is not as the activity asked for; who books or offers it all the same is asked once."""

    type = "outside-wishes"
    sentence = N_("{what} It can be arranged all the same, if you say so.")


class OverLimits(Conflict):
    """A placement is one too many; an organiser who books or offers it all the same is asked once."""

    type = "over-limits"
    sentence = N_("{what} An organiser can arrange it all the same.")


UNWISHED: Final[dict[str, str]] = {
    "start_not_allowed": N_("This is none of the times that were asked for."),
    "day_off": N_("This day is declared off."),
    "forbidden_place": N_("This place was forbidden for the activity."),
}
LIMITS: Final[dict[str, str]] = {
    "group_max_per_day": N_("Its owner has as many activities of this kind that day as the season’s rules allow."),
    "group_period_limit": N_("The employer has as many fairs that month as the season’s rules allow."),
    "group_min_gap_days": N_("The employer has another fair too few days before or after."),
    "staff_limit": N_("On this campus as many activities start then as the season’s rules allow."),
}


class NothingBegun(Conflict):
    """Nobody can have failed to come before it began."""

    type = "nothing-begun"
    sentence = N_("None of its activities has begun yet.")


class BookingBegun(Conflict):
    """What has begun stays as it was promised, whoever edits it."""

    type = "booking-begun"
    sentence = N_("This has begun already: it is not moved or given back any more.")


class AllBegun(Conflict):
    """What has begun is not called off any more."""

    type = "all-begun"
    sentence = N_("Its activities have begun already, so there is nothing left to cancel.")


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """When and where an activity is or could be."""

    starts_at: datetime
    ends_at: datetime
    room_ids: tuple[UUID, ...] = ()
    channel_id: UUID | None = None

    @property
    def resource_ids(self) -> list[UUID]:
        """Give rooms and channel."""
        return [*self.room_ids, *([self.channel_id] if self.channel_id else [])]


def event_placement(placement: Placement) -> EventPlacement:
    """Give a placement in the form that events keep."""
    return EventPlacement(**msgspec.structs.asdict(placement))


class ConfirmPlacement(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Book a placement for an activity; the end follows from the activity's length.

    `outside_wishes`: also where that is none of the wishes, or a day off; `over_limits`: also where it is one too many,
    `despite_closure`: also where it is closed, with the reason, both for organisers. All are kept with who said so.
    """

    activity_id: UUID
    starts_at: Moment
    room_ids: Annotated[tuple[UUID, ...], Meta(max_length=20)] = ()
    channel_id: UUID | None = None
    outside_wishes: bool = False
    over_limits: bool = False
    despite_closure: Annotated[str, Meta(max_length=500)] = ""


class MovePlacement(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Move a booking to another placement; the old one is given back only when the new one is booked."""

    starts_at: Moment
    room_ids: Annotated[tuple[UUID, ...], Meta(max_length=20)] = ()
    channel_id: UUID | None = None
    outside_wishes: bool = False
    over_limits: bool = False
    despite_closure: Annotated[str, Meta(max_length=500)] = ""


class ReleaseBooking(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give a booking back."""

    booking_id: UUID
    reason: Annotated[str, Meta(max_length=500)] = ""


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """A placement that was promised to an activity."""

    id: UUID
    season_id: UUID
    activity_id: UUID
    request_id: UUID
    starts_at: datetime
    ends_at: datetime
    room_ids: tuple[UUID, ...]
    channel_id: UUID | None
    state: BookingState
    version_id: UUID | None
    sequence: int
    answer_until: datetime | None = None  # of a tentative one: until when its owner answers

    def placement(self) -> Placement:
        """When and where, without the rest."""
        return Placement(
            starts_at=self.starts_at, ends_at=self.ends_at, room_ids=self.room_ids, channel_id=self.channel_id
        )


class Occupant(msgspec.Struct, frozen=True, kw_only=True):
    """Which activity occupies a resource and when; people who may not know whose it is see only resource and time."""

    resource_id: UUID
    resource_name: str
    starts_at: datetime
    ends_at: datetime
    activity_id: UUID | None = None
    owner_name: str | None = None
    kind: str | None = None
