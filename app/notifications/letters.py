"""What a letter says, as plain data, so that a preview and a mail come from the same facts without a database."""

from datetime import date, datetime, time
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.events import Cause, OutcomeKind, StepChange
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
    """An activity of an itinerary: when and where it is, if it is booked, and when it was asked for.

    `host` receives its people on site; `has_visitors`: who comes to campus was entered.
    """

    activity_id: UUID
    kind: Kind
    attendance: int
    state: StopState = "none"
    spot: Spot | None = None
    first_day: date | None = None
    last_day: date | None = None
    from_time: time | None = None
    until_time: time | None = None
    host: str = ""
    has_visitors: bool = False

    @property
    def asks_for_visitors(self) -> bool:
        """Whether people come to campus for it whom nobody has entered."""
        return self.state == "confirmed" and self.spot is not None and bool(self.spot.rooms) and not self.has_visitors


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """Placements that were free, and what they give up of what was asked for.

    `offer_id` and `until` are of an offer that can be answered until then; `instead`: of a place that no longer
    suits; `waited`: from the waitlist; `held`: nobody else gets it meanwhile; `moving`: so many others would move
    for it; `gives`: what is given for it in a swap.
    """

    stops: tuple[Stop, ...]
    costs: tuple[str, ...] = ()
    offer_id: UUID | None = None
    instead: bool = False
    waited: bool = False
    until: datetime | None = None
    held: bool = False
    moving: int = 0
    gives: Spot | None = None


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why the schedule does not place a request: rules in the way, whether it is proven, what is possible instead."""

    rules: tuple[str, ...] = ()
    proof: str = ""
    offers: tuple[Offered, ...] = ()


class StrikeNote(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of a strike: what it is, and what holds from then on; `upheld` of an appeal."""

    cause: Cause
    outcome: OutcomeKind
    count: int = 0
    upheld: bool = False


class Overdue(msgspec.Struct, frozen=True, kw_only=True):
    """A request, a change of one, or an employer, that waits for a decision."""

    name: Named
    reference: str = ""
    title: str = ""
    is_change: bool = False


class Blocked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asked to block, when and why; `instead`: another room that was free then."""

    place: Named
    first_day: date
    last_day: date
    hours: str
    reason: Named
    note: str
    instead: Named | None


class SeriesDay(msgspec.Struct, frozen=True, kw_only=True):
    """A date of a series, its request's reference, and where it is, if it has a place."""

    day: date
    reference: str
    stop: Stop | None = None


class InboxCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for the career centre in a season; employers and refused mails are of all seasons."""

    code: str
    requests: int
    amendments: int
    employers: int
    cases: int
    mails: int
    blockings: int

    @property
    def total(self) -> int:
        """How many things wait."""
        return self.requests + self.amendments + self.employers + self.cases + self.mails + self.blockings


class FairNote(msgspec.Struct, frozen=True, kw_only=True):
    """A fair as its exhibitor is told of it; with `link_id` it is answered without an account."""

    kind: Kind
    spot: Spot | None
    introduction: str
    state: str
    answer_until: datetime | None
    is_verified: bool
    booth: str
    old_booth: str
    link_id: UUID | None


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
    days: tuple[date, date] | None = None
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
    strike: StrikeNote | None = None
    overdue: tuple[Overdue, ...] = ()
    series: tuple[SeriesDay, ...] = ()
    gathered: tuple["Gathered", ...] = ()
    inbox: InboxCounts | None = None
    blocked: Blocked | None = None
    samples: tuple["Letter", ...] = ()
    invitation_id: UUID | None = None
    fair: FairNote | None = None
    old_contact: str = ""
    new_contact: str = ""
    titles: tuple[str, ...] = ()

    @property
    def is_swap(self) -> bool:
        """Whether it is about a swap of confirmed places."""
        return bool(self.offers) and self.offers[0].gives is not None


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that is told in a digest, and how its request stands by now."""

    letter: Letter
    state: str


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """Who writes: the school, its mail address, its web address, its time zone, and the keys that sign links."""

    school: Named | None
    mail_from: str
    base_url: str
    zone: ZoneInfo
    signing_keys: tuple[str, ...] = ()


class Composed(msgspec.Struct, frozen=True, kw_only=True):
    """A letter in its reader's language, ready to be shown or sent; `unsubscribe` is where its kind is turned off."""

    purpose: Purpose
    recipient: str
    locale: str
    subject: str
    text: str
    html: str
    unsubscribe: str | None = None
    calendar: str | None = None
    method: Literal["REQUEST", "CANCEL"] | None = None
