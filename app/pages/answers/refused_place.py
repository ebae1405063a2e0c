"""What a page says of a place that was chosen by hand and is not to be had: who has it, and what is free instead."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from app.bookings.domain import MovePlacement, Occupant, OverLimits, Placement, ResourceClosed, ResourceTaken
from app.clock import Clock
from app.layout.forms import Form, as_command, school_moment

_PLACE: Final = ("starts_at", "room_ids", "channel_id")


class RefusedPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Why a place could not be had, and what is free instead."""

    asked: datetime
    occupants: list[Occupant]
    people_busy: list[Occupant]
    alternatives: list[Placement]


def place_of_form(values: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    """Turn what a form asks for, a day, an hour and one room or more, into the command's fields."""
    given = school_moment(values, clock)
    if isinstance(given.get("room_ids"), str):
        given["room_ids"] = [given["room_ids"]]
    return given


def at_its_fields(form: Form) -> Form:
    """Give a form with its errors at the fields that it has: the start is asked for as a day and an hour."""
    errors: dict[str, str] = {}
    for path, text in form.errors.items():
        name = path.removeprefix("placement.").partition("[")[0]
        errors.setdefault("hour" if name == "starts_at" else name, text)
    return msgspec.structs.replace(form, errors=errors)


def refused_place(form: Form, clock: Clock) -> RefusedPlace | None:
    """Give what stands in the way of the place that a form asked for; None where it was refused for another reason."""
    error = form.refusal
    if not isinstance(error, ResourceTaken | ResourceClosed | OverLimits):
        return None
    given = place_of_form(form.values, clock)
    wanted = as_command({name: given[name] for name in _PLACE if name in given}, MovePlacement)
    occupants = msgspec.convert(error.extra.get("conflicts", []), list[Occupant])
    venues = {*wanted.room_ids, wanted.channel_id}
    return RefusedPlace(
        asked=wanted.starts_at,
        occupants=[occupant for occupant in occupants if occupant.resource_id in venues],
        people_busy=[occupant for occupant in occupants if occupant.resource_id not in venues],
        alternatives=msgspec.convert(error.extra.get("alternatives", []), list[Placement]),
    )
