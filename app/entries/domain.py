"""Campus entry: visitors of an activity, its host on site, and the lines of the gate's list."""

import re
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta

from app.errors import N_, Conflict, FieldError, Invalid
from app.kinds import Kind
from app.texts import Command, form_of

MOST_VISITORS: Final = 100
LONGEST_NAME: Final = 60
PersonName = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]
Phone = Annotated[str, form_of(r"[0-9+() \-]{5,40}", min_length=0, max_length=40, examples=["13800138000"])]
Plate = Annotated[str, form_of(r"[\w·]{0,12}", min_length=0, max_length=12, examples=["鄂A12345"])]
_PHONE = re.compile(r"[0-9+()\-]{5,40}")
# A province, a letter, and the rest; cars of schools, police, Hong Kong and Macao end with a character.
_PLATE = re.compile(r"[^\W\d_][A-Za-z]·?[A-Za-z0-9]{4,6}[A-Za-z0-9学警港澳挂领使]")
_BETWEEN = re.compile(r"[\s,;，；、]+")


class NotOnCampus(Conflict):
    """Only who comes to a confirmed place on campus is entered at the gate."""

    type = "not-on-campus"
    sentence = N_("Visitors are entered once the activity has a confirmed place on campus.")


class EntryClosed(Conflict):
    """The gate's list goes out some working days before; later changes are made by the career centre."""

    type = "entry-closed"
    sentence = N_("Visitors could be entered until {until}. Please call the career centre.")


class Visitor(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who comes, with a phone and the number plate of their car, if they have one."""

    name: PersonName
    phone: Phone = ""
    plate: Plate = ""


class PutVisitors(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everybody who comes for an activity."""

    visitors: Annotated[tuple[Visitor, ...], Meta(max_length=MOST_VISITORS)] = ()


class PutHost(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who receives the visitors on site; an empty name: nobody is named."""

    name: Annotated[str, Meta(max_length=60)] = ""
    phone: Phone = ""


class CampusEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the visitors of one activity on campus.

    `until` is when its owner can still change them; `is_open`: whether the reader can. Versions are 0 before the first.
    """

    activity_id: UUID
    kind: Kind
    starts_at: datetime
    ends_at: datetime
    room_ids: tuple[UUID, ...]
    visitors: tuple[Visitor, ...]
    host_name: str
    host_phone: str
    until: datetime
    is_open: bool
    row_version: int
    host_version: int


class GateLine(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor of a day, for the gate: without a name, nobody was entered for that activity yet."""

    activity_id: UUID
    starts_at: datetime
    ends_at: datetime
    campus_zh: str
    campus_en: str
    rooms_zh: tuple[str, ...]
    rooms_en: tuple[str, ...]
    owner_name_zh: str
    owner_name_en: str
    title: str
    name: str
    phone: str
    plate: str
    host_name: str
    host_phone: str


def visitors_of_text(text: str) -> PutVisitors:
    """Read visitors as people type or paste them, one on a line: name, phone, number plate. Raises Invalid."""
    visitors: list[Visitor] = []
    wrong: list[FieldError] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = [word for word in _BETWEEN.split(line.strip()) if word]
        if not words:
            continue
        phones = [word for word in words if _PHONE.fullmatch(word)]
        plates = [word for word in words if _PLATE.fullmatch(word) and not word.isalpha()]
        names = [word for word in words if word not in phones and word not in plates]
        name = " ".join(names)
        if not name or len(name) > LONGEST_NAME or len(phones) > 1 or len(plates) > 1:
            sentence = N_("Line {number}: a name, a phone and, with a car, its number plate.")
            wrong.append(FieldError("visitors", sentence, {"number": number}, "line"))
            continue
        visitors.append(
            Visitor(
                name=name,
                phone=phones[0] if phones else "",
                plate=plates[0].upper() if plates else "",
            )
        )
    if wrong:
        raise Invalid(*wrong)
    if len(visitors) > MOST_VISITORS:
        raise Invalid.at("visitors", N_("At most {limit} visitors can be entered."), "too-many", limit=MOST_VISITORS)
    return PutVisitors(visitors=tuple(visitors))
