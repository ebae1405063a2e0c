"""Kinds of messages and the ways in which each may reach somebody; promises and security always come at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

import msgspec

from app.errors import N_
from app.notifications.purposes import PURPOSE_NAMES, Purpose
from app.texts import Command

Way = Literal["at_once", "digest", "off"]

# Whoever keeps a mail for so long can still turn its kind off by it.
LINK_LIVES_DAYS: Final = 365
# The only way of what confirms, moves or gives back a place, offers with an end, decides, or protects an account.
ALWAYS: Final[tuple[Way, ...]] = ("at_once",)
_CHOSEN: Final[tuple[Way, ...]] = ("at_once", "digest", "off")
# The one table of kinds: the ways of each; the first is that of whoever chose nothing.
WAYS: Final[dict[Purpose, tuple[Way, ...]]] = {
    "verify_email": ALWAYS,
    "reset_password": ALWAYS,
    "account_created": ALWAYS,
    "account_known": ALWAYS,
    "address_test": ALWAYS,
    "employer_verified": ALWAYS,
    "employer_refused": ALWAYS,
    "employer_suspended": ALWAYS,
    "employer_reinstated": ALWAYS,
    "strike_noted": ALWAYS,
    "strike_removed": ALWAYS,
    "appeal_decided": ALWAYS,
    "request_returned": ALWAYS,
    "request_refused": ALWAYS,
    "request_approved": _CHOSEN,
    "request_left_unplaced": ALWAYS,
    "request_lapses_soon": ALWAYS,
    "request_lapsed": ALWAYS,
    "request_stopped": ALWAYS,
    "request_objected": ALWAYS,
    "request_waitlisted": _CHOSEN,
    "series_approved": _CHOSEN,
    "series_returned": ALWAYS,
    "series_refused": ALWAYS,
    "series_cancelled": ALWAYS,
    "series_ends_soon": _CHOSEN,
    "participation_asked": ALWAYS,
    "participation_accepted": _CHOSEN,
    "participation_declined": _CHOSEN,
    "participation_ended": _CHOSEN,
    "offers_made": ALWAYS,
    "offers_withdrawn": ALWAYS,
    "offers_expired": ALWAYS,
    "answer_reminder": ALWAYS,
    "amendment_impossible": ALWAYS,
    "amendment_accepted": ALWAYS,
    "amendment_refused": ALWAYS,
    "amendment_expired": ALWAYS,
    "booking_confirmed": ALWAYS,
    "booking_tentative": ALWAYS,
    "booking_held": ALWAYS,
    "booking_moved": ALWAYS,
    "booking_released": ALWAYS,
    "booking_lapsed": ALWAYS,
    "booking_reminder": ("at_once", "off"),  # a day later it would remind of what is over
    "case_opened": ALWAYS,
    "safety_due_soon": ALWAYS,
    "safety_withheld": ALWAYS,
    "booth_offered": ALWAYS,
    "booth_told": ALWAYS,
    "booth_offer_expired": ALWAYS,
    "exhibitor_accepted": ALWAYS,
    "exhibitor_applied": _CHOSEN,
    "exhibitor_asked_again": ALWAYS,
    "exhibitor_invited": ALWAYS,
    "exhibitor_refused": ALWAYS,
    "exhibitor_reminded": ("at_once", "off"),
    "exhibitor_waitlisted": ALWAYS,
    "exhibitor_withdrew": ALWAYS,
    "booth_given_back": _CHOSEN,
    "fair_called_off": ALWAYS,
    "fair_lost_place": ALWAYS,
    "digest": ALWAYS,  # it comes to whoever chose it for some kind
    "blocking_accepted": ALWAYS,
    "blocking_refused": ALWAYS,
    "blocking_changed": ALWAYS,
    "blocking_lifted": ALWAYS,
    "inbox_waiting": ("at_once", "off"),
    "decisions_overdue": ("at_once", "off"),
    "channel_paused": ALWAYS,
    "licence_ends_soon": ALWAYS,
    "licence_ended": ALWAYS,
    "employer_merged": ALWAYS,
    "claim_made": ALWAYS,
    "claim_declined": ALWAYS,
    "person_invited": ALWAYS,
    "person_joined": _CHOSEN,
    "person_left": _CHOSEN,
    "owner_changed": ALWAYS,
    "duty_given": ALWAYS,
    "duty_changed": ALWAYS,
    "duty_ended": ALWAYS,
    "deputy_needed": ALWAYS,
    "decision_asked": _CHOSEN,
    "change_asked": _CHOSEN,
    "blocking_asked": _CHOSEN,
    "decisions_late": ("at_once", "off"),
    "requests_handed_over": ALWAYS,
    "booking_taken_over": ALWAYS,
    "booking_handed_on": ALWAYS,
    "release_test": ALWAYS,
}
# Only the career centre gets these.
OF_THE_CENTRE: Final[frozenset[Purpose]] = frozenset({"inbox_waiting", "decisions_overdue"})
OPTIONAL: Final[tuple[Purpose, ...]] = tuple(purpose for purpose, ways in WAYS.items() if ways != ALWAYS)
# Mails that say how to turn their kind off; a digest's link turns off every kind that comes in it.
WITH_LINK: Final[frozenset[Purpose]] = frozenset({*OPTIONAL, "digest"})
# As somebody chooses among them; in a list of messages some need fewer words.
KIND_NAMES: Final[dict[Purpose, str]] = PURPOSE_NAMES | {
    "participation_accepted": N_("Another employer takes part"),
    "participation_declined": N_("Another employer takes no part"),
    "participation_ended": N_("You are no longer asked to take part"),
    "booking_reminder": N_("Reminder of what begins soon"),
    "inbox_waiting": N_("What waits in the inbox, every working day"),
}
WAY_NAMES: Final[dict[Way, str]] = {"at_once": N_("At once"), "digest": N_("Once a day"), "off": N_("Not at all")}


class KindChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of message, the ways that it may come, and the one that was chosen."""

    purpose: Purpose
    ways: tuple[Way, ...]
    way: Way


class MessageChoices(msgspec.Struct, frozen=True, kw_only=True):
    """How messages reach an address; `always` are the kinds that nobody can turn off.

    `refused_at`: since when its mail server takes no messages for it; None while it does.
    """

    address: str
    kinds: tuple[KindChoice, ...]
    always: tuple[Purpose, ...]
    refused_at: datetime | None
    row_version: int


class ChooseMessages(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How some kinds of messages are to come; the others stay as they are."""

    choices: dict[Purpose, Way]


class Unsubscribing(msgspec.Struct, frozen=True, kw_only=True):
    """What the link of a mail turns off: kinds of messages to an address, shown in part; `is_off`: it was done."""

    shown_address: str
    purposes: tuple[Purpose, ...]
    is_off: bool


def way_of(purpose: Purpose, chosen: Mapping[Purpose, Way]) -> Way:
    """Give how a kind reaches somebody who chose this; a choice that is not possible any more counts for nothing."""
    ways = WAYS[purpose]
    way = chosen.get(purpose, ways[0])
    return way if way in ways else ways[0]


def shown_address(address: str) -> str:
    """Give an address as a page shows it to whoever has a link: h…@example.com."""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}…@{host}"
