"""What a letter says, as plain data, so that a preview and a mail come from the same facts without a database."""

from datetime import date, datetime, time
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.events import StepChange
from app.kinds import Kind
from app.notifications.purposes import Purpose

StopState = Literal["confirmed", "tentative", "none"]


class Named(msgspec.Struct, frozen=True):
    """Something that has a name in each language."""

    name_zh: str
    name_en: str


class RoomName(Named, frozen=True):
    """A room and its campus."""

    campus: Named


class ChannelName(Named, frozen=True):
    """A livestream channel and its address."""

    url: str = ""


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """When and where, with the names of rooms and channel."""

    starts_at: datetime
    ends_at: datetime
    rooms: tuple[RoomName, ...] = ()
    channel: ChannelName | None = None


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """An activity of an itinerary: when and where it is, if it is booked, and when it was asked for."""

    activity_id: UUID
    kind: Kind
    attendance: int
    state: StopState = "none"
    spot: Spot | None = None
    first_day: date | None = None
    last_day: date | None = None
    from_time: time | None = None
    until_time: time | None = None


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """Placements that were free, and what they give up of what was asked for.

    `offer_id` and `until` are of an offer that can be answered until then; `instead`: of a place that no longer
    suits; `waited`: from the waitlist; `held`: nobody else gets it meanwhile; `moving`: so many others would move
    for it.
    """

    stops: tuple[Stop, ...]
    costs: tuple[str, ...] = ()
    offer_id: UUID | None = None
    instead: bool = False
    waited: bool = False
    until: datetime | None = None
    held: bool = False
    moving: int = 0


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why the schedule does not place a request: rules in the way, whether it is proven, what is possible instead."""

    rules: tuple[str, ...] = ()
    proof: str = ""
    offers: tuple[Offered, ...] = ()


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One event as its reader is told it; what a purpose does not need is left out."""

    purpose: Purpose
    occurred_at: datetime
    path: str = "/"
    person: str = ""
    owner: Named | None = None
    participant: Named | None = None
    season: Named | None = None
    reference: str = ""
    title: str = ""
    reasons: tuple[Named, ...] = ()
    note: str = ""
    until: date | None = None
    about: Stop | None = None
    old: Spot | None = None
    itinerary: tuple[Stop, ...] = ()
    sequence: int = 0
    refusal: Refusal | None = None
    offers: tuple[Offered, ...] = ()
    tentative: bool = False
    answer_until: datetime | None = None
    changes: tuple[StepChange, ...] = ()
    findings: dict[str, Any] = {}
    unkept: tuple[str, ...] = ()
    unkept_stop: Stop | None = None
    invitation_id: UUID | None = None
    old_contact: str = ""
    new_contact: str = ""
    titles: tuple[str, ...] = ()


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """Who writes: the school, its mail address, its web address, its time zone, and the keys that sign links."""

    school: Named | None
    mail_from: str
    base_url: str
    zone: ZoneInfo
    signing_keys: tuple[str, ...] = ()


class Composed(msgspec.Struct, frozen=True, kw_only=True):
    """A letter in its reader's language, ready to be shown or sent."""

    purpose: Purpose
    recipient: str
    locale: str
    subject: str
    text: str
    html: str
    calendar: str | None = None
    method: Literal["REQUEST", "CANCEL"] | None = None
