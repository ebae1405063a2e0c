"""A composed letter as a mail: text, HTML and calendar side by side, the invitation attached once more as a file."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

from app.locales import translator
from app.notifications.letters import Composed, Sender
from app.notifications.wording import writer_name


def build_message(
    composed: Composed, sender: Sender, *, message_id: str, written_at: datetime, activity_id: UUID | None
) -> EmailMessage:
    """The whole message; the same row gives the same Message-ID and Date whenever it is built."""
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = message_id
    message["Date"] = format_datetime(written_at)
    message["From"] = Address(writer_name(sender.school, translator(composed.locale)), addr_spec=sender.mail_from)
    message["To"] = Address(addr_spec=composed.recipient)
    message["Subject"] = composed.subject
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["X-Chunzhao-Purpose"] = composed.purpose
    if activity_id is not None:
        message["X-Chunzhao-Activity"] = str(activity_id)
    message.set_content(composed.text, cte="base64")
    message.add_alternative(composed.html, subtype="html", cte="base64")
    if composed.calendar is not None and composed.method is not None:
        calendar = composed.calendar.encode()
        message.add_alternative(
            calendar,
            maintype="text",
            subtype="calendar",
            params={"method": composed.method, "charset": "utf-8"},
            cte="base64",
        )
        message.add_attachment(calendar, maintype="application", subtype="ics", filename="invite.ics")
    # Only now: attaching moves every Content header of the message into its first part.
    message["Content-Language"] = composed.locale
    return message
