"""Likely placements: where a request could go as things are, and how much of each day is open for it."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from app.errors import N_, Away
from app.kinds import Kind

# Why a day has no way: too near to tell students, no working day or closed, exams, booked, the owner's own activities;
# `unfit`: no room would do on any day.
NoWay = Literal["past", "near", "closed", "exams", "full", "clash", "unfit"]


class DeskAway(Away):
    """The desk gave no answer in time; everything else works without it."""

    type = "desk-away"
    sentence = N_("Likely placements cannot be shown just now. Your request can be sent without them.")


class PlacedStep(msgspec.Struct, frozen=True, kw_only=True):
    """When and where one step could be."""

    kind: Kind
    starts_at: datetime
    ends_at: datetime
    room_ids: tuple[UUID, ...]
    channel_id: UUID | None


class LikelyPlacement(msgspec.Struct, frozen=True, kw_only=True):
    """Where a request could go now.

    `cost` is what it lacks of the best wish, 0 where nothing; `wish` is the number (from 1) of the first step's window
    that it keeps, None where no days were wished.
    """

    cost: float
    wish: int | None
    steps: tuple[PlacedStep, ...]


class OpenDay(msgspec.Struct, frozen=True, kw_only=True):
    """In how many ways the first step, with the others after it, fits on a day: 10 means ten or more.

    A way is a start on one campus. `no_way` says why there is none.
    """

    day: date
    ways: int
    no_way: NoWay | None = None


class LikelyPlacements(msgspec.Struct, frozen=True, kw_only=True):
    """What is open for a request, in the state of facts that `revision` numbers; at `valid_until` a hold ends."""

    revision: int
    answered_at: datetime
    valid_until: datetime | None
    earliest_day: date
    placements: tuple[LikelyPlacement, ...]
    days: tuple[OpenDay, ...]
