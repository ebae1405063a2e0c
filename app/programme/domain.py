"""An activity as students read it. Interviews are by invitation and are not on the programme."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from app.errors import N_, NotFound
from app.kinds import Kind
from app.notices.domain import Attachment


class EntryNotFound(NotFound):
    """The activity is not on the programme."""

    type = "not-on-programme"
    sentence = N_("This is not on the programme, or not any more.")


class Scheduled(msgspec.Struct, frozen=True, kw_only=True):
    """An activity with its time and place, as calendars show it."""

    activity_id: UUID
    kind: Kind
    title: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    booked_at: datetime
    owner_name_zh: str
    owner_name_en: str
    rooms_zh: tuple[str, ...]
    rooms_en: tuple[str, ...]
    campus_zh: str | None
    campus_en: str | None
    channel_zh: str | None
    channel_en: str | None
    channel_url: str
    application_url: str

    def rooms_in(self, locale: str) -> str:
        """Give the names of the rooms."""
        return ", ".join(self.rooms_en) if locale == "en" else "、".join(self.rooms_zh)

    def campus_in(self, locale: str) -> str:
        """Give the name of the campus."""
        return (self.campus_en if locale == "en" else self.campus_zh) or ""

    def channel_in(self, locale: str) -> str:
        """Give the name of the channel."""
        return (self.channel_en if locale == "en" else self.channel_zh) or ""


class Entry(Scheduled, frozen=True, kw_only=True):
    """A confirmed activity on the programme."""

    request_id: UUID
    attendance_mode: str
    audience: tuple[str, ...]
    booths: int
    seats: int
    campus_code: str | None
    posts: int
    heads: int
    cities: tuple[str, ...]


class ShownNotice(msgspec.Struct, frozen=True, kw_only=True):
    """The notice of an activity: its text, where students apply, its files."""

    request_id: UUID
    season_id: UUID
    notice_text: str
    application_url: str
    attachments: tuple[Attachment, ...]


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many activities of a season students can go to: on each day, of each kind, on each campus by its code."""

    by_day: dict[date, int]
    by_kind: dict[str, int]
    by_campus: dict[str, int]


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader wants to see."""

    first_day: date
    last_day: date
    kinds: tuple[Kind, ...] = ()
    campuses: tuple[str, ...] = ()
    major: str = ""
    search: str = ""
    request_id: UUID | None = None
