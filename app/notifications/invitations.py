"""Calendar parts of mails (iTIP, RFC 5546): one UID for each activity and recipient, a rising SEQUENCE."""

from datetime import UTC, date
from functools import cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from app.addresses import wire_form
from app.kinds import KINDS
from app.locales import Translator
from app.notifications.domain import Recipient, invitation_uid
from app.notifications.letters import Letter, Sender
from app.notifications.purposes import Purpose
from app.notifications.wording import where_text, writer_name

_OF_ADDRESSES = "!#$&'*+/=?^_`{|}~@."
_STATUS: dict[Purpose, str] = {
    "booking_confirmed": "CONFIRMED",
    "booking_moved": "CONFIRMED",
    "booking_tentative": "TENTATIVE",
    "booking_released": "CANCELLED",
}


def invitation(letter: Letter, recipient: Recipient, sender: Sender, translate: Translator, *, text: str) -> Calendar:
    """Give the calendar that adds, moves or removes the activity in the recipient's own calendar."""
    assert letter.about is not None and letter.about.spot is not None  # noqa: S101, PT018 - letters of bookings have both
    spot = letter.about.spot
    event = Event()
    event.add("uid", invitation_uid(letter.about.activity_id, recipient.email))
    event.add("sequence", letter.sequence)
    event.add("dtstamp", letter.occurred_at.astimezone(UTC))
    event.add("dtstart", spot.starts_at.astimezone(sender.zone))
    event.add("dtend", spot.ends_at.astimezone(sender.zone))
    event.add("summary", f"{translate(KINDS[letter.about.kind].name)} {letter.title}")
    event.add("location", where_text(spot, translate))
    event.add("description", text)
    event.add("status", _STATUS[letter.purpose])
    event.add("transp", "OPAQUE")
    if spot.channel is not None and spot.channel.url:
        event.add("url", spot.channel.url)
    event.add("organizer", _address(sender.mail_from, writer_name(sender.school, translate)))
    # Who reads at this address is not known: it may be the owner, or another employer that takes part.
    attendee = _address(recipient.email, "")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee)
    calendar = Calendar()
    calendar.add("prodid", "-//Chunzhao//Career centre//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if letter.purpose == "booking_released" else "REQUEST")
    calendar.add_component(_timezone(sender.zone.key, spot.starts_at.year))
    calendar.add_component(event)
    return calendar


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{quote(wire_form(email), safe=_OF_ADDRESSES)}")
    if name:
        address.params["CN"] = vText(name)
    return address


@cache
def _timezone(key: str, year: int) -> Timezone:
    # Computing it takes 28 ms, so it is kept for each year that invitations fall into.
    zone = Timezone.from_tzinfo(ZoneInfo(key), key, date(year - 1, 1, 1), date(year + 2, 1, 1))
    zone.pop("comment", None)
    return zone
