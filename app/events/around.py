"""What happens around a booking: its invitation, its notice, what is filed of it."""

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
    name: str


class NoticeFileRemoved(Event, frozen=True, kw_only=True):
    """A file was taken out of the notice; the subject is the request."""

    type = "notice.file_removed"
    attachment_id: UUID
    name: str
