"""What happens around a booking: its invitation, its notice, what is filed of it."""

from datetime import date
from uuid import UUID

from app.events.event import Event


class InvitationIssued(Event, frozen=True, kw_only=True):
    """An invitation can be printed of where an activity is; the subject is the request."""

    type = "invitation.issued"
    activity_id: UUID


class NoticeLinked(Event, frozen=True, kw_only=True):
    """Where students apply was entered, changed or taken out; the subject is the request."""

    type = "notice.linked"
    application_url: str


class NoticeFileAdded(Event, frozen=True, kw_only=True):
    """A file was added to the notice; the subject is the request."""

    type = "notice.file_added"
    attachment_id: UUID


class NoticeFileRemoved(Event, frozen=True, kw_only=True):
    """A file was taken out of the notice; the subject is the request."""

    type = "notice.file_removed"
    attachment_id: UUID


class SafetyFiled(Event, frozen=True, kw_only=True):
    """A large event was filed with security under a number, or needs none for a reason; the subject is the request."""

    type = "safety.filed"
    activity_id: UUID
    number: str = ""
    filed_on: date | None = None


class SafetyDueSoon(Event, frozen=True, kw_only=True):
    """A large event is to be filed with security by a day, and is not yet; the subject is the request."""

    type = "safety.due_soon"
    activity_id: UUID
    due_on: date


class SafetyWithheld(Event, frozen=True, kw_only=True):
    """A large event was not filed with security in time: it is off the programme; the subject is the request."""

    type = "safety.withheld"
    activity_id: UUID
    due_on: date


class SafetyShown(Event, frozen=True, kw_only=True):
    """A large event that was off the programme is on it again; the subject is the request."""

    type = "safety.shown"
    activity_id: UUID
