"""The form of a room or livestream channel, and the command of what a person enters."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from app.kinds import KINDS
from app.layout.forms import Form, as_command, every
from app.venues.commands import AddChannel, AddRoom
from app.venues.domain import Channel, Room
from app.venues.pages.hours_text import hours_as_text, hours_of_text

P = TypeVar("P", AddRoom, AddChannel)
# One field a kind; together they are the command's `turnover_by_kind`.
TURNOVER_FIELDS = {f"turnover_of_{kind}": kind for kind in KINDS}


def shown_form(venue: Room | Channel, locale: str) -> Form:
    """Give the form filled with a venue as it is."""
    values = {name: value for name, value in msgspec.to_builtins(venue).items() if value is not None}
    values["opening_hours"] = hours_as_text(venue.opening_hours, locale)
    by_kind = venue.turnover_by_kind
    values |= {field: by_kind[kind] for field, kind in TURNOVER_FIELDS.items() if kind in by_kind}
    return Form(values=values)


def as_venue(values: Mapping[str, Any], command: type[P]) -> P:
    """Give the command with the whole venue that was entered. Raises Invalid."""
    given = {name: value for name, value in values.items() if name not in TURNOVER_FIELDS}
    given["features"] = every(values, "features")
    given["opening_hours"] = msgspec.to_builtins(hours_of_text(str(values.get("opening_hours", ""))))
    given["turnover_by_kind"] = {kind: values[field] for field, kind in TURNOVER_FIELDS.items() if field in values}
    return as_command(given, command)


def at_list_fields(form: Form) -> Form:
    """Give the form with the errors inside a list moved to the list's field."""
    errors: dict[str, str] = {}
    for path, text in form.errors.items():
        errors.setdefault(path.partition("[")[0].partition(".")[0], text)
    return msgspec.structs.replace(form, errors=errors)
