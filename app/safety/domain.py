"""A large event, what was filed of it, and when somebody is reminded or it goes off the programme."""

from datetime import date, datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from app.errors import N_, Conflict
from app.kinds import Kind
from app.seasons.policies import Policies
from app.texts import Command, prose

# So near its day the second reminder goes out; the first one half-way from the confirmation.
LAST_REMINDER_WORKING_DAYS: Final = 3
# What security wants to see; a school words its own rules beside.
CHECKLIST: Final = (
    N_("Plan of the event: what, when, where, who is responsible, with a phone"),
    N_("How many people, how many of them from outside, and how they enter"),
    N_("Floor plan with exits, booths and the ways that are kept free"),
    N_("Emergency plan: crowds, fire, power, first aid"),
    N_("People on duty and volunteers, with their posts"),
    N_("Vehicles, structures that are put up, and electricity beyond the room’s own"),
)


class NotLarge(Conflict):
    """Only what is larger than the season's rules say is filed with security."""

    type = "not-large"
    sentence = N_("This event is not so large that it is filed with security.")


class NotFilableYet(Conflict):
    """What was not approved yet may still become another thing, and what has ended needs nothing any more."""

    type = "not-filable-now"
    sentence = N_("A filing is entered once the request is approved, and until it has ended.")


class PutSafetyFiling(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Under which number and when an event was filed, or (by organisers) why none is needed; nothing: not yet."""

    number: Annotated[str, Meta(max_length=80)] = ""
    filed_on: date | None = None
    exempt_reason: Annotated[str, Meta(max_length=500, extra={"read": prose})] = ""


class LargeEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A large activity and what was filed of it; `starts_at` is None without a standing place."""

    activity_id: UUID
    request_id: UUID
    season_id: UUID
    title: str
    owner_name_zh: str
    owner_name_en: str
    kind: Kind
    attendance: int
    outsiders: int
    starts_at: datetime | None
    confirmed_at: datetime | None
    number: str
    filed_on: date | None
    exempt_reason: str
    reminded_of: date | None
    reminders: int
    withheld_since: datetime | None
    row_version: int

    @property
    def is_settled(self) -> bool:
        """Whether it has a number, or a reason why none is needed."""
        return bool(self.number or self.exempt_reason)


class SafetyFiling(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be filed of a large activity: by which day, and what was entered.

    `due_on` is None without a place; `is_withheld`: it is off the public programme.
    """

    activity_id: UUID
    kind: Kind
    attendance: int
    outsiders: int
    due_on: date | None
    number: str
    filed_on: date | None
    exempt_reason: str
    is_withheld: bool
    row_version: int

    @property
    def is_settled(self) -> bool:
        """Whether it has a number, or a reason why none is needed."""
        return bool(self.number or self.exempt_reason)


class Outstanding(msgspec.Struct, frozen=True, kw_only=True):
    """A confirmed large event that is not filed yet, and the day by which it is to be."""

    event: LargeEvent
    due_on: date


Due = Literal["nothing", "remind", "withhold", "show"]


def is_large(attendance: int, outsiders: int, policies: Policies) -> bool:
    """Whether an activity is filed with security by the season's rules; 0: such a rule there is not."""
    people, others = policies.safety_filing_people, policies.safety_filing_outsiders
    return bool((people and attendance > people) or (others and outsiders > others))


def what_is_due(
    event: LargeEvent, *, large: bool, due_on: date, last_call: date, today: date, halfway: date
) -> tuple[Due, int]:
    """Give what time does to an event today, and how many reminders it has had then.

    `last_call` is the day of the second reminder, `halfway` that of the first. A new due day begins anew.
    """
    is_off = event.withheld_since is not None
    if event.is_settled or not large:
        return ("show" if is_off else "nothing"), event.reminders
    if today > due_on:
        return ("nothing" if is_off else "withhold"), event.reminders
    if is_off:
        return "show", event.reminders
    sent = event.reminders if event.reminded_of == due_on else 0
    stage = 2 if today >= last_call else 1 if today >= halfway else 0
    return ("remind", stage) if stage > sent else ("nothing", sent)
