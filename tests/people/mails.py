"""Messages as they would be sent: written by the events' jobs, read by a mail program."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import icalendar
import msgspec

from app.notifications import service
from app.notifications.domain import Delivery
from app.settings import Settings
from tests.addresses import SITE
from tests.school import School
from workers.subscriptions import JOBS_BY_TYPE

SETTINGS = msgspec.structs.replace(Settings(), environment="test", base_url=SITE)


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A message to one reader."""

    to: str
    purpose: str
    subject: str
    text: str
    calendar: Any = None
    method: str = ""

    @property
    def link(self) -> str:
        """Give the path of the link in it."""
        found = re.search(rf"{re.escape(SITE)}(/\S+)", self.text)
        assert found, self.text
        return found[1]


async def newest_event(school: School) -> int:
    """Where mails start from."""
    return int(await school.database.pool.fetchval("SELECT coalesce(max(id), 0) FROM event"))


async def mails_since(school: School, event_id: int) -> list[Mail]:
    """Every message of the events after one, written and composed."""
    kinds = [kind for kind, jobs in JOBS_BY_TYPE.items() if "write_mails" in jobs]
    rows = await school.database.pool.fetch(
        "SELECT id FROM event WHERE id > $1 AND type = ANY($2) ORDER BY id", event_id, kinds
    )
    async with school.database.pool.acquire() as connection, connection.transaction():
        ids = [row["id"] for row in rows]
        await service.write_deliveries(connection, ids, settings=SETTINGS)
        found = await connection.fetch(
            "SELECT id, event_id, recipient, locale, purpose, activity_id, message_id, attempts, created_at "
            "FROM delivery WHERE event_id = ANY($1) ORDER BY event_id, recipient",
            ids,
        )
        deliveries = [msgspec.convert(dict(row), Delivery) for row in found]
        composed = await service.compose_deliveries(connection, deliveries, settings=SETTINGS)
    return [_read(delivery, composed[delivery.id]) for delivery in deliveries]


def _read(delivery: Delivery, content: bytes) -> Mail:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    parts = {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}
    calendar = parts.get("text/calendar")
    text = parts["text/plain"].get_content()
    found: Any = icalendar.Calendar.from_ical(calendar.get_content()) if calendar else None
    return Mail(
        to=delivery.recipient,
        purpose=delivery.purpose,
        subject=str(message["subject"]),
        text=text,
        calendar=found.walk("VEVENT")[0] if found else None,
        method=str(found["method"]) if found else "",
    )
