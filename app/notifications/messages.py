"""Builds the mail of a composed letter: text, HTML and calendar, the invitation once more as an attached file."""

from datetime import datetime
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from uuid import UUID

from app.addresses import wire_form
from app.locales import translator
from app.notifications.letters import Composed, Sender
from app.notifications.wording import writer_name

# The older interface of the standard library: it builds a message in a fifth of the time.
_POLICY = compat32.clone(linesep="\r\n")


def build_message(
    composed: Composed, sender: Sender, *, message_id: str, written_at: datetime, activity_id: UUID | None
) -> bytes:
    """Give the bytes of the mail; the same row always gives the same Message-ID and Date."""
    message = MIMEMultipart("mixed", policy=_POLICY)
    message["Message-ID"] = message_id
    message["Date"] = format_datetime(written_at)
    message["From"] = formataddr((writer_name(sender.school, translator(composed.locale)), wire_form(sender.mail_from)))
    recipient = wire_form(composed.recipient)
    if recipient.isascii():
        message["To"] = recipient
    message["Subject"] = Header(composed.subject, "utf-8").encode()
    message["Content-Language"] = composed.locale
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["X-Chunzhao-Purpose"] = composed.purpose
    if activity_id is not None:
        message["X-Chunzhao-Activity"] = str(activity_id)
    readings = MIMEMultipart("alternative", policy=_POLICY)
    readings.attach(MIMEText(composed.text, "plain", "utf-8", policy=_POLICY))
    readings.attach(MIMEText(composed.html, "html", "utf-8", policy=_POLICY))
    message.attach(readings)
    if composed.calendar is not None and composed.method is not None:
        invitation = MIMEText(composed.calendar, "calendar", "utf-8", policy=_POLICY)
        invitation.set_param("method", composed.method)
        readings.attach(invitation)
        message.attach(_attached(composed.calendar))
    # An address is never an encoded word (RFC 2047, 5): it stands as it is, and the server is told so (SMTPUTF8).
    return message.as_bytes() if recipient.isascii() else f"To: {recipient}\r\n".encode() + message.as_bytes()


def _attached(calendar: str) -> MIMEBase:
    attachment = MIMEText(calendar, "calendar", "utf-8", policy=_POLICY)
    attachment.replace_header("Content-Type", 'application/ics; name="invite.ics"')
    attachment.add_header("Content-Disposition", "attachment", filename="invite.ics")
    return attachment
