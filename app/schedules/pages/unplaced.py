"""Why a request is unplaced: what was asked, the fact in the way, whether it is proven, what is possible."""

from collections.abc import Sequence
from datetime import time
from typing import Any

import msgspec

from app.clock import Clock, end_minute, end_text
from app.database import Connection
from app.layout.writing import Writing
from app.locales import Translator
from app.requests import repository as requests
from app.requests.domain import Activity
from app.schedules.agreements import is_agreed
from app.schedules.domain import Unplaced
from app.schedules.explanations import BlockingFact, KeptExplanation, KeptOffer, read_explanation
from app.schedules.offers import takes_as_asked
from app.schedules.pages.offer_costs import cost_words
from app.schedules.reasons import CERTAIN, FACTS, NO_FACT, PROOFS
from app.venues.named import NamedVenues

_NAMES_SHOWN = 4
_FACTS_SHOWN = 3
_WISHES_SHOWN = 3


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """An offer in words: when and where, and what it gives up.

    `takeable`: it can be put into a draft as it is; `agreed`: its time is one of the wishes.
    """

    number: int
    text: str
    cost: str
    takeable: bool
    agreed: bool


class UnplacedView(msgspec.Struct, frozen=True, kw_only=True):
    """The four parts of a refusal: what was asked, the fact in the way, its proof, the offers."""

    entry: Unplaced
    activities: list[Activity]
    asked: str
    fact: str
    proof: str
    proven: bool
    offers: list[OfferView]


async def view_unplaced(
    connection: Connection, entries: Sequence[Unplaced], venues: NamedVenues, *, translate: Translator, clock: Clock
) -> list[UnplacedView]:
    """Give requests that a version does not place in the sentences of one reader."""
    activities = await requests.list_activities(connection, [entry.request_id for entry in entries])
    return [
        unplaced_view(entry, activities.get(entry.request_id, []), venues, translate=translate, clock=clock)
        for entry in entries
    ]


def unplaced_view(
    entry: Unplaced, activities: list[Activity], venues: NamedVenues, *, translate: Translator, clock: Clock
) -> UnplacedView:
    """Give the sentences on one unplaced request for one reader."""
    writing = Writing(translate, clock.zone)
    explanation = read_explanation(entry.explanation)
    return UnplacedView(
        entry=entry,
        activities=activities,
        asked=_asked(activities, translate, writing),
        fact=writing.gap.join(_facts(explanation, venues.by_id, translate)),
        proof=translate(PROOFS.get(explanation.proof, PROOFS["search_limit"])),
        proven=explanation.proof in CERTAIN,
        offers=[
            _offer(number, offer, activities, venues.by_id, translate, clock)
            for number, offer in enumerate(explanation.offers[:3])
        ],
    )


def _asked(activities: list[Activity], translate: Translator, writing: Writing) -> str:
    """Give the wishes that decide: days and hours, people or booths, rooms at once."""
    parts = []
    for activity in activities:
        wishes = [_wish(window, writing) for window in activity.windows[:_WISHES_SHOWN]]
        listed = translate("; ").join(wishes) if wishes else translate("Any day of the season")
        needs = [translate.plural("{count} person", "{count} people", activity.attendance)]
        if activity.rooms_needed > 1:
            needs.append(translate("{count} rooms at once", count=activity.rooms_needed))
        if activity.booths:
            needs.append(translate.plural("{count} booth", "{count} booths", activity.booths))
        parts.append((listed, translate(", ").join([writing.kind(activity.kind), *needs])))
    days = list(dict.fromkeys(listed for listed, _ in parts))
    if len(days) == 1:
        what = translate("; ").join(needs for _, needs in parts)
        return translate("{what}, {when}", when=days[0], what=what)
    return translate("; ").join(translate("{what}, {when}", when=when, what=what) for when, what in parts)


def _wish(window: Any, writing: Writing) -> str:
    days = writing.days(window.first_day, window.last_day)
    # Hours that nobody changed in the form are not told.
    is_whole_day = window.from_time <= time(8) and end_minute(window.until_time) >= end_minute(time(22))
    return days if is_whole_day else f"{days} {window.from_time:%H:%M}-{end_text(window.until_time)}"


def _facts(explanation: KeptExplanation, venues: dict[str, Any], translate: Translator) -> list[str]:
    # Each rule once, with the rooms or channels it is about.
    by_rule: dict[str, list[str]] = {}
    for fact in explanation.blocking:
        names = by_rule.setdefault(fact.rule, [])
        if (name := _name(fact, venues, translate)) and name not in names:
            names.append(name)
    said = [_fact(rule, names, translate) for rule, names in by_rule.items() if rule in FACTS]
    return list(dict.fromkeys(said))[:_FACTS_SHOWN] or [translate(NO_FACT)]


def _name(fact: BlockingFact, venues: dict[str, Any], translate: Translator) -> str:
    thing = venues.get(fact.resource_id or "")
    return "" if thing is None else translate.name(thing)


def _fact(rule: str, names: list[str], translate: Translator) -> str:
    fact = FACTS[rule]
    if not names or not fact.named:
        return translate(fact.plain)
    listed = translate(", ").join(names[:_NAMES_SHOWN]) + ("…" if len(names) > _NAMES_SHOWN else "")
    return translate(fact.named, places=listed)


def _offer(
    number: int,
    offer: KeptOffer,
    activities: list[Activity],
    venues: dict[str, Any],
    translate: Translator,
    clock: Clock,
) -> OfferView:
    writing = Writing(translate, clock.zone)
    parts = []
    for placement in offer.places:
        resources = [str(room) for room in placement.room_ids] + (
            [str(placement.channel_id)] if placement.channel_id else []
        )
        names = translate(", ").join(translate.name(venues[key]) for key in resources if key in venues)
        parts.append(f"{writing.span(placement.starts_at, placement.ends_at)} {names}".strip())
    return OfferView(
        number=number,
        text=translate("; ").join(parts),
        cost=cost_words(offer, activities, venues, translate, clock),
        takeable=takes_as_asked(offer),
        agreed=is_agreed(offer, activities, clock),
    )
