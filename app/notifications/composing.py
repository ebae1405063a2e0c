"""Composes a letter: subject, text, HTML and calendar in its reader's language.

One template for each purpose serves text and HTML: only the layout and the parts differ, so the two cannot disagree.
"""

import re
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.amendments.domain import HELPS
from app.amendments.wording import sentences_of
from app.kinds import KINDS
from app.locales import Translator, translator
from app.locales.moments import full_date
from app.notifications import links
from app.notifications.choices.domain import LINK_LIVES_DAYS, WITH_LINK
from app.notifications.domain import Recipient
from app.notifications.invitations import CANCELS, invitation
from app.notifications.letters import Composed, Letter, Offered, Sender
from app.notifications.wording import (
    changed_part,
    changed_value,
    comma,
    names_text,
    short_when_text,
    until_text,
    when_text,
    where_text,
    wish_text,
    writer_name,
)
from app.signed_links import sign_link

# Whoever opens a link a little late is told how things stand.
LINK_LIVES_ON = timedelta(days=30)
_TEMPLATES = Path(__file__).parent / "templates"
_BLANK_LINES = re.compile(r"\n{3,}")


def compose(letter: Letter, recipient: Recipient, sender: Sender, *, delivery_id: UUID | None = None) -> Composed:
    """Compose the message as a preview shows it, or as it is sent: then it has the links that only its row gives."""
    translate = translator(recipient.locale)
    unsubscribe = _unsubscribe_link(letter, delivery_id, sender)
    values = {**_values(letter, sender, translate), "unsubscribe": unsubscribe}
    text = _render("txt", letter, values)
    calendar = None
    if letter.about is not None and letter.purpose != "booking_reminder":
        calendar = invitation(letter, recipient, sender, translate, text=text)
    return Composed(
        purpose=letter.purpose,
        recipient=recipient.email,
        locale=translate.locale,
        subject=_subject(letter, values),
        text=text,
        html=_render("html", letter, values),
        calendar=calendar,
        unsubscribe=unsubscribe,
        method=None if calendar is None else "CANCEL" if letter.purpose in CANCELS else "REQUEST",
    )


def _values(letter: Letter, sender: Sender, translate: Translator) -> dict[str, Any]:
    return {
        "_": translate,
        "plural": translate.plural,
        "name": translate.name,
        "names": lambda names: names_text(names, translate),
        "when": lambda spot: when_text(spot, sender.zone, translate),
        "short_when": lambda spot: short_when_text(spot, sender.zone, translate),
        "where": lambda spot: where_text(spot, translate),
        "costs": lambda costs: comma(translate).join(translate(cost) for cost in costs),
        "kind": lambda stop: translate(KINDS[stop.kind].name),
        "day": lambda day: full_date(day, translate.locale),
        "wish": lambda stop: wish_text(stop, translate),
        "colon": "：" if translate.locale == "zh-CN" else ": ",
        "comma": comma(translate),
        "locale": translate.locale,
        "letter": letter,
        "writer": writer_name(sender.school, translate),
        "until": lambda moment: until_text(moment, sender.zone, translate),
        "why": lambda findings: sentences_of(findings, translate),
        "helps": lambda findings: comma(translate).join(translate(HELPS[name]) for name in findings.get("helps", ())),
        "changed_part": lambda change: changed_part(change, translate),
        "changed_value": lambda change: changed_value(change, translate),
        "offer_link": lambda offer: _offer_link(offer, sender),
        "subject_of": lambda one: _subject(one, _values(one, sender, translate)),
        "text_of": lambda one: _render("txt", one, {**_values(one, sender, translate), "unsubscribe": None}).strip(),
        "link_of": lambda one: sender.base_url.rstrip("/") + _path(one, sender),
        "day_of": lambda one: full_date(one.occurred_at.astimezone(sender.zone).date(), translate.locale),
        "link": sender.base_url.rstrip("/") + _path(letter, sender),
    }


def _path(letter: Letter, sender: Sender) -> str:
    if letter.fair is not None and letter.fair.link_id is not None:
        end = letter.fair.spot.ends_at if letter.fair.spot else letter.occurred_at + timedelta(days=365)
        return links.exhibitor_page(
            sign_link(sender.signing_keys, "exhibitor", letter.fair.link_id, expires_at=end + LINK_LIVES_ON)
        )
    if letter.invitation_id is None or letter.answer_until is None:
        return letter.path
    expires_at = letter.answer_until + LINK_LIVES_ON
    return links.invitation_page(
        sign_link(sender.signing_keys, "invitation", letter.invitation_id, expires_at=expires_at)
    )


def _offer_link(offer: Offered, sender: Sender) -> str:
    assert offer.offer_id is not None and offer.until is not None  # noqa: S101, PT018 - only such offers have links
    token = sign_link(sender.signing_keys, "offer", offer.offer_id, expires_at=offer.until + LINK_LIVES_ON)
    return sender.base_url.rstrip("/") + links.offer_page(token)


def _unsubscribe_link(letter: Letter, delivery_id: UUID | None, sender: Sender) -> str | None:
    if delivery_id is None or letter.purpose not in WITH_LINK:
        return None
    end = letter.occurred_at + timedelta(days=LINK_LIVES_DAYS)
    token = sign_link(sender.signing_keys, "unsubscribe", delivery_id, expires_at=end)
    return sender.base_url.rstrip("/") + links.unsubscribe_page(token)


def _subject(letter: Letter, values: dict[str, Any]) -> str:
    template = _environment("txt").get_template(f"{letter.purpose}.j2")
    written = "".join(template.blocks["subject"](template.new_context(values)))
    return " ".join(written.split())


def _render(form: Literal["txt", "html"], letter: Letter, values: dict[str, Any]) -> str:
    written = _environment(form).get_template(f"{letter.purpose}.j2").render(values)
    return _BLANK_LINES.sub("\n\n", written).strip() + "\n"


@cache
def _environment(form: Literal["txt", "html"]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=form == "html",  # noqa: S701 - plain text has nothing to escape
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.globals["layout"] = f"layout.{form}.j2"
    environment.globals["parts"] = f"parts.{form}.j2"
    return environment
