"""Calendars that somebody subscribes to, by a signed link that can be renewed and ended."""

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from app.actors import Actor, Role
from app.errors import N_, NotFound
from app.texts import Command, halfwidth

FeedScope = Literal["person", "room", "department", "major"]
# The end of a link that is neither renewed nor ended; calendars are subscribed to once and forgotten.
FEED_LIFE: Final = timedelta(days=3650)
# How long what is over stays in a subscribed calendar.
KEPT_FOR: Final = timedelta(days=90)


class FeedNotFound(NotFound):
    """No such calendar, or not the asker's; or its link was renewed or ended."""

    type = "feed-not-found"
    sentence = N_("There is no such calendar, or its link was renewed or ended.")


class AskFeed(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of what a calendar is wanted: of oneself, or of a room, a department or a major."""

    scope: FeedScope = "person"
    resource_id: UUID | None = None
    department_id: UUID | None = None
    major_code: Annotated[str, Meta(max_length=20, extra={"read": halfwidth})] | None = None


class FeedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar, of what it is, and whose it is."""

    id: UUID
    scope: FeedScope
    account_id: UUID
    resource_id: UUID | None
    department_id: UUID | None
    major_code: str | None
    nonce: UUID
    created_at: datetime
    renewed_at: datetime
    name_zh: str | None
    name_en: str | None
    room_department_id: UUID | None
    email: str
    locale: str
    role: Role
    display_name: str
    employer_id: UUID | None
    own_department_id: UUID | None

    def reader(self) -> Actor:
        """Give the person whose calendar reads it."""
        return Actor(
            account_id=self.account_id,
            role=self.role,
            display_name=self.display_name,
            locale=self.locale,
            employer_id=self.employer_id,
            department_id=self.own_department_id,
            email_verified=True,
        )


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar with its links; `webcal` opens the calendar program."""

    id: UUID
    scope: FeedScope
    name_zh: str | None
    name_en: str | None
    renewed_at: datetime
    link: str
    webcal: str
