"""Why a request has no place: what was asked, the fact in the way, whether it is proven, what is possible."""

from typing import Any

import msgspec

from app.requests.domain import Activity
from app.schedules.domain import Unplaced
from app.schedules.explanations import BlockingFact, KeptOffer, read_explanation
from app.web.pages.page import Page
from app.web.pages.writing import Writing


class OfferView(msgspec.Struct, frozen=True):
    """A place that is free, and what it gives up."""

    text: str
    cost: str


class UnplacedView(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the unplaced tray."""

    entry: Unplaced
    activities: list[Activity]
    asked: str
    facts: list[str]
    proof: str
    proven: bool
    offers: list[OfferView]


def unplaced_view(entry: Unplaced, activities: list[Activity], places: dict[str, Any], page: Page) -> UnplacedView:
    """The sentences for one reader; `places` are rooms and channels by id."""
    writing = Writing(page.translate, page.clock.zone)
    explanation = read_explanation(entry.explanation)
    return UnplacedView(
        entry=entry,
        activities=activities,
        asked=_asked(activities, writing),
        facts=_facts(explanation.blocking, places, page, writing),
        proof=writing.proof(explanation.proof),
        proven=explanation.proof in ("impossible", "full"),
        offers=[_offer(offer, places, page, writing) for offer in explanation.offers[:3]],
    )


def _asked(activities: list[Activity], writing: Writing) -> str:
    windows = [window for activity in activities for window in activity.windows]
    parts = [
        f"{writing.days(window.first_day, window.last_day)} {window.from_time:%H:%M}-{window.until_time:%H:%M}"
        for window in windows[:2]
    ]
    return " / ".join(dict.fromkeys(parts))


def _facts(blocking: tuple[BlockingFact, ...], places: dict[str, Any], page: Page, writing: Writing) -> list[str]:
    # Each rule once, with the resources it names.
    by_rule: dict[str, list[str]] = {}
    for fact in blocking:
        names = by_rule.setdefault(fact.rule, [])
        thing = places.get(fact.resource_id or "")
        if thing is not None and (name := page.translate.name(thing)) not in names:
            names.append(name)
    facts = []
    for rule, names in list(by_rule.items())[:3]:
        listed = page.translate(", ").join(names[:4]) + ("…" if len(names) > 4 else "")
        facts.append(writing.rule(rule) + (page.translate("({text})", text=listed) if listed else ""))
    return facts


def _offer(offer: KeptOffer, places: dict[str, Any], page: Page, writing: Writing) -> OfferView:
    parts = []
    for place in offer.places:
        resources = [str(room) for room in place.room_ids] + ([str(place.channel_id)] if place.channel_id else [])
        names = page.translate(", ").join(page.translate.name(places[key]) for key in resources if key in places)
        parts.append(f"{writing.day(place.starts_at)} {writing.time(place.starts_at)} {names}".strip())
    return OfferView(page.translate("; ").join(parts), writing.relaxations(offer.relaxed))
