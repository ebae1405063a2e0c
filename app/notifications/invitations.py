"""Calendar parts of mails (iTIP, RFC 5546): one UID for each activity and recipient, a rising SEQUENCE."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar import Parameters, Timezone, vDatetime, vText
from icalendar.parser import Contentline

from app.addresses import wire_form
from app.kinds import KINDS, Kind
from app.locales import Translator
from app.notifications.domain import Recipient, invitation_uid
from app.notifications.letters import Letter, Sender
from app.notifications.purposes import Purpose
from app.notifications.wording import where_text, writer_name

_BEGINNING = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Chunzhao//Career centre//EN")
_LONGEST = 74
_BACKSLASH = ord("\\")
_OF_ADDRESSES = "!#$&'*+/=?^_`{|}~@."
_STATUS: dict[Purpose, str] = {
    "booking_confirmed": "CONFIRMED",
    "booking_moved": "CONFIRMED",
    "booking_tentative": "TENTATIVE",
    "booking_released": "CANCELLED",
    "booking_lapsed": "CANCELLED",
    "booking_taken_over": "CONFIRMED",
    "booking_handed_on": "CANCELLED",
    "exhibitor_accepted": "CONFIRMED",
    "exhibitor_asked_again": "CONFIRMED",
    "exhibitor_withdrew": "CANCELLED",
    "exhibitor_refused": "CANCELLED",
    "fair_called_off": "CANCELLED",
    "fair_lost_place": "CANCELLED",
}
CANCELS: Final[frozenset[Purpose]] = frozenset(
    {
        "booking_released",
        "booking_lapsed",
        "booking_handed_on",
        "exhibitor_withdrew",
        "exhibitor_refused",
        "fair_called_off",
        "fair_lost_place",
    }
)


def invitation(letter: Letter, recipient: Recipient, sender: Sender, translate: Translator, *, text: str) -> str:
    """Give the calendar that adds, moves or removes the activity in the recipient's own calendar."""
    assert letter.about is not None and letter.about.spot is not None  # noqa: S101, PT018 - letters of bookings have both
    spot = letter.about.spot
    lines = [
        f"METHOD:{'CANCEL' if letter.purpose in CANCELS else 'REQUEST'}",
        _timezone(sender.zone.key, spot.starts_at.year),
        "BEGIN:VEVENT",
        _text("SUMMARY", summary_text(letter.about.kind, letter.title, translate)),
        _moment("DTSTART", spot.starts_at.astimezone(sender.zone)),
        _moment("DTEND", spot.ends_at.astimezone(sender.zone)),
        _moment("DTSTAMP", letter.occurred_at.astimezone(UTC)),
        f"UID:{invitation_uid(letter.about.activity_id, recipient.email)}",
        f"SEQUENCE:{letter.sequence}",
        # Who reads at this address is not known: it may be the owner, or another employer that takes part.
        _folded(f"ATTENDEE;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=FALSE:{_address(recipient.email)}"),
        _text("DESCRIPTION", text),
        _text("LOCATION", where_text(spot, translate)),
        _organizer(sender.mail_from, writer_name(sender.school, translate)),
        f"STATUS:{'TENTATIVE' if letter.tentative else _STATUS[letter.purpose]}",
        "TRANSP:OPAQUE",
    ]
    if spot.channel is not None and spot.channel.url:
        lines.append(_folded(f"URL:{spot.channel.url}"))
    return "\r\n".join([*_BEGINNING, *lines, "END:VEVENT", "END:VCALENDAR", ""])


def summary_text(kind: Kind, title: str, translate: Translator) -> str:
    """Info session Bridges and tunnels: how calendars call an activity."""
    return f"{translate(KINDS[kind].name)} {title}"


def _text(name: str, text: str) -> str:
    return _folded(f"{name}:{vText(text).to_ical().decode()}")


def _moment(name: str, moment: datetime) -> str:
    value = vDatetime(moment)
    return str(Contentline.from_parts(name, value.params, value))


def _folded(line: str) -> str:
    """Give a content line in pieces of at most 74 octets that split neither a character nor an escape."""
    pieces, rest = [], line.encode()
    while len(rest) > _LONGEST:
        end = _LONGEST
        while rest[end] & 0xC0 == 0x80:  # within a character
            end -= 1
        if rest[end - 1] == _BACKSLASH:
            end -= 1
        pieces.append(rest[:end])
        rest = rest[end:]
    return b"\r\n ".join([*pieces, rest]).decode()


def _address(email: str) -> str:
    return f"mailto:{quote(wire_form(email), safe=_OF_ADDRESSES)}"


@cache
def _organizer(email: str, name: str) -> str:
    return _folded(str(Contentline.from_parts("ORGANIZER", Parameters({"CN": name}), _address(email))))


@cache
def _timezone(key: str, year: int) -> str:
    # Computing it takes 28 ms, so it is kept for each year that invitations fall into.
    zone = Timezone.from_tzinfo(ZoneInfo(key), key, date(year - 1, 1, 1), date(year + 2, 1, 1))
    zone.pop("comment", None)
    return str(zone.to_ical().decode()).removesuffix("\r\n")
