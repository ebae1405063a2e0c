"""A notice's link and files."""

from datetime import datetime
from typing import Annotated, Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import Meta

from app.attached_files import megabytes
from app.errors import N_, Conflict, Invalid, NotFound
from app.requests.states import STATE_NAMES, RequestState
from app.texts import Command

MOST_FILES: Final = 5
LONGEST_URL: Final = 500
# Nobody reads the notice of what came to nothing.
CLOSED: Final = frozenset[RequestState]({"withdrawn", "cancelled", "stopped", "no_show", "expired"})


class AttachmentNotFound(NotFound):
    """No such file, or not the asker's and not published."""

    type = "attachment-not-found"
    sentence = N_("There is no such file.")


class TooManyFiles(Conflict):
    """A notice has as many files as it can have."""

    type = "too-many-files"
    sentence = N_("A notice has at most {limit} files. Remove one of them first.")


class NoticeClosed(Conflict):
    """What came to nothing has no notice to change."""

    type = "notice-closed"
    sentence = N_("The request is in the state “{state}”: its notice is not changed any more.")


class PutNotice(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where students apply; empty: nowhere but at the activity."""

    application_url: Annotated[str, Meta(max_length=LONGEST_URL, examples=["https://jobs.example.com/campus"])] = ""


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a notice, without its bytes."""

    id: UUID
    name: str
    content_type: str
    size: int
    uploaded_at: datetime

    @property
    def path(self) -> str:
        """Give where the file is read."""
        return f"/api/attachments/{self.id}"

    @property
    def megabytes(self) -> str:
        """Give its size in words, 0.1 MB at least."""
        return megabytes(self.size)


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What a request's notice has beside its text; `row_version` is of the link, 0 before the first."""

    request_id: UUID
    application_url: str = ""
    attachments: tuple[Attachment, ...] = ()
    row_version: int = 0


def must_be_open(state: RequestState) -> None:
    """Check that a request's notice can still be changed. Raises NoticeClosed."""
    if state in CLOSED:
        raise NoticeClosed(state=STATE_NAMES[state], extra={"state": state})


def checked_url(url: str) -> str:
    """Give an address that a browser opens over https; whether anything is there is not asked. Raises Invalid."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_right = parts.scheme == "https" and "." in (parts.hostname or "") and "@" not in parts.netloc
        _ = parts.port
    except ValueError:
        is_right = False
    if not is_right or any(char.isspace() or char in '<>"\\' for char in url):
        sentence = N_("Give a whole address, for example https://jobs.example.com/campus.")
        raise Invalid.at("application_url", sentence, "wrong-form")
    return url
