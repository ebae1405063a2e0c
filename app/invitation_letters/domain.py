"""An invitation that was printed, and what has become of what it says."""

import re
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec

from app.errors import N_, Conflict, NotFound
from app.kinds import Kind

InvitationLocale = Literal["zh-CN", "en"]
Validity = Literal["valid", "changed", "revoked"]
CODE_LENGTH: Final = 10
# Without letters that are read as digits (Crockford).
CODE_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS: Final = str.maketrans("OIL", "011")


class NotInvited(Conflict):
    """Only what is confirmed is invited to."""

    type = "not-confirmed"
    sentence = N_("An invitation is printed once the activity has a confirmed place.")


class NotIssued(Conflict):
    """An invitation has a code before it is printed."""

    type = "invitation-not-issued"
    sentence = N_("This invitation was not issued yet. Issue it first.")


class CodeUnknown(NotFound):
    """Nobody printed an invitation with this code."""

    type = "code-unknown"
    sentence = N_("There is no invitation with this code. Compare it with the document once more.")


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """When and where, with the names of campus, rooms and channel."""

    starts_at: datetime
    ends_at: datetime
    resource_ids: tuple[UUID, ...]
    rooms_zh: tuple[str, ...] = ()
    rooms_en: tuple[str, ...] = ()
    campus_zh: str | None = None
    campus_en: str | None = None
    channel_zh: str | None = None
    channel_en: str | None = None

    def place_in(self, locale: str) -> str:
        """Give campus and rooms, or the channel; nothing where it is at the organiser's own place."""
        english = locale == "en"
        rooms = ", ".join(self.rooms_en) if english else "、".join(self.rooms_zh)
        campus, channel = (self.campus_en, self.channel_en) if english else (self.campus_zh, self.channel_zh)
        here = " ".join(part for part in (campus, rooms) if part)
        return (", " if english else "，").join(part for part in (here, channel) if part)


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of a printed invitation now; it names nobody. `current` is where the activity is, if anywhere."""

    validity: Validity
    kind: Kind
    title: str
    owner_name_zh: str
    owner_name_en: str
    issued_at: datetime
    current: Spot | None


class IssuedInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation that can be printed: its code, and the link of its QR code."""

    activity_id: UUID
    code: str
    link: str
    issued_at: datetime


def code_as_typed(text: str) -> str:
    """Give the code that somebody typed: in small letters, with spaces or dashes, with O for 0."""
    return re.sub(r"[^0-9A-Z]", "", text.upper().translate(_READ_AS))


def code_as_printed(code: str) -> str:
    """Give a code in two halves."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"
