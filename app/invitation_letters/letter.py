"""What an invitation says, in one language, as its template reads it."""

from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import segno

from app.accounts.domain import School
from app.errors import N_
from app.invitation_letters.domain import IssuedInvitation, code_as_printed
from app.invitation_letters.repository import LetterRow
from app.kinds import KINDS
from app.locales import Translator
from app.locales.moments import clock_time, full_date, moment_text

TEMPLATE: Final = Path(__file__).parent / "templates" / "invitation.typ"


def letter_data(
    letter: LetterRow,
    issued: IssuedInvitation,
    *,
    school: School | None,
    verify_at: str,
    entry_until: datetime | None,
    zone: ZoneInfo,
    translate: Translator,
) -> dict[str, object]:
    """Give the texts of an invitation and its QR code as SVG."""
    locale = translate.locale
    centre = translate(N_("Career centre"))
    host = " ".join(part for part in (letter.host_name, letter.host_phone) if part)
    facts = (
        (N_("Activity"), translate(KINDS[letter.kind].name)),
        (N_("Title"), letter.title),
        (N_("Date"), full_date(letter.starts_at.astimezone(zone).date(), locale)),
        (N_("Time"), f"{clock_time(letter.starts_at, zone)}-{clock_time(letter.ends_at, zone, is_end=True)}"),
        (N_("Place"), letter.place_in(locale) or translate(N_("At the organiser's own place"))),
        (N_("Host on site"), host),
        (N_("Reference"), letter.reference),
    )
    return {
        "reference": letter.reference,
        "lang": "en" if locale == "en" else "zh",
        "school": translate.name(school) if school else centre,
        # A seal is of the school, whatever language the letter is in.
        "seal": school.name_zh if school else "就业中心",
        "seal_below": translate(N_("electronic seal")),
        "centre": centre,
        "heading": translate(N_("Invitation")),
        "greeting": translate(N_("{owner}:"), owner=letter.owner_name_en if locale == "en" else letter.owner_name_zh),
        "opening": translate(
            N_("The activity below is confirmed. We kindly invite you to hold it at this time and place.")
        ),
        "facts": [[translate(name), value] for name, value in facts if value],
        "notes_heading": translate(N_("Please note")),
        "notes": _notes(letter, entry_until, zone, translate),
        "date": full_date(issued.issued_at.astimezone(zone).date(), locale),
        "qr": segno.make(issued.link, error="m", micro=False).svg_inline(border=0, scale=4),
        "verify": translate(N_("Whether this invitation is still true:")),
        "verify_at": verify_at,
        "code": translate(N_("Code {code}"), code=code_as_printed(issued.code)),
        "sealed": translate(
            N_("The seal is electronic (电子章), put on by the school’s system; the verification page is what counts.")
        ),
    }


def _notes(letter: LetterRow, entry_until: datetime | None, zone: ZoneInfo, translate: Translator) -> list[str]:
    if not letter.rooms_zh:
        return []
    notes = []
    if entry_until is not None:
        until = moment_text(entry_until, zone, translate.locale)
        notes.append(
            translate(
                N_("Enter who comes, with number plates, on the request’s page until {until}: the gate lets them in."),
                until=until,
            )
        )
    notes.append(translate(N_("Have this invitation and an identity document with you at the gate.")))
    return notes
