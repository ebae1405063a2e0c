"""Why a schedule has no place for a request, from a version's explanation to sentences and offers."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from app.errors import N_
from app.events import Place
from app.notifications.letters import Refusal, Spot, Stop


class _Place(msgspec.Struct, frozen=True):
    activity_id: UUID
    starts_at: datetime
    ends_at: datetime
    room_ids: tuple[UUID, ...] = ()
    channel_id: UUID | None = None


class _Blocking(msgspec.Struct, frozen=True):
    rule: str


class _Offer(msgspec.Struct, frozen=True):
    places: tuple[_Place, ...] = ()


class StoredExplanation(msgspec.Struct, frozen=True):
    """The part of a version's explanation that letters tell; further fields are for the organisers' screens."""

    proof: str = ""
    blocking: tuple[_Blocking, ...] = ()
    offers: tuple[_Offer, ...] = ()

    def resource_ids(self) -> set[UUID]:
        """Rooms and channels that need a name."""
        places = [place for offer in self.offers for place in offer.places]
        return {
            resource for place in places for resource in (*place.room_ids, place.channel_id) if resource is not None
        }


def read_explanation(explanation: dict[str, Any]) -> StoredExplanation:
    """An explanation as it is stored; offers in a form that this does not know are left out."""
    try:
        return msgspec.convert(explanation, StoredExplanation)
    except msgspec.ValidationError:
        kept = {name: explanation[name] for name in ("proof", "blocking") if name in explanation}
        return msgspec.convert(kept, StoredExplanation)


_ROOMS_TAKEN = N_("Every suitable room is promised to another activity at those times.")
_ROOMS_CLOSED = N_("The suitable rooms are closed or used for teaching at those times.")
_ROOMS_SMALL = N_("No free room is large enough at those times.")
_ROOMS_EQUIPMENT = N_("No free room has the equipment that you asked for at those times.")
_ROOMS_ELSEWHERE = N_("The rooms that you may use on the campuses that you asked for do not fit.")
_CHANNELS = N_("Every suitable livestream channel is promised or closed at those times.")
_STAFF = N_("At those times the school looks after as many activities as it has people for.")
_PEOPLE = N_("The same people or the same majors have another activity at those times.")
_LIMITS = N_("The limit of activities for one organisation is reached on those days.")
_ORDER = N_("The activities cannot follow each other as you asked.")
_START = N_("The days and hours that you asked for leave no possible start.")

RULES: Final[dict[str, str]] = {
    "room_overlap": _ROOMS_TAKEN,
    "room_count": _ROOMS_TAKEN,
    "room_closed": _ROOMS_CLOSED,
    "room_blocked": _ROOMS_CLOSED,
    "room_capacity": _ROOMS_SMALL,
    "room_features": _ROOMS_EQUIPMENT,
    "room_restricted": _ROOMS_ELSEWHERE,
    "room_not_allowed": _ROOMS_ELSEWHERE,
    "campus_not_allowed": _ROOMS_ELSEWHERE,
    "rooms_on_one_campus": _ROOMS_ELSEWHERE,
    "channel_overlap": _CHANNELS,
    "channel_count": _CHANNELS,
    "channel_closed": _CHANNELS,
    "channel_blocked": _CHANNELS,
    "channel_features": _CHANNELS,
    "channel_not_allowed": _CHANNELS,
    "staff_limit": _STAFF,
    "group_overlap": _PEOPLE,
    "group_busy": _PEOPLE,
    "group_travel": _PEOPLE,
    "group_max_per_day": _LIMITS,
    "group_period_limit": _LIMITS,
    "group_min_gap_days": _LIMITS,
    "link_order": _ORDER,
    "link_gap": _ORDER,
    "link_days": _ORDER,
    "link_campus": _ORDER,
    "start_not_allowed": _START,
    "outside_day": _START,
    "forbidden_place": _START,
}
PROOFS: Final[dict[str, str]] = {
    "impossible": N_("This is certain: nothing would fit even if no other activity were planned."),
    "full": N_("This is proven: nothing is free even if every place that is not confirmed yet moves."),
    "movable": N_("A place would be free only if other activities moved."),
    "free": N_("A place has become free since. Please ask us for it."),
    "search_limit": N_("We searched for a limited time, so this is not proven."),
}
NO_REASON = N_("There were more requests than places at those times.")
_OFFERS_SHOWN = 3
_RULES_SHOWN = 3


def refusal_of(
    explanation: StoredExplanation, stops: Sequence[Stop], spot_of: Callable[[Place], Spot | None]
) -> Refusal:
    """The sentences and offers of an explanation, for a letter about the activities `stops`."""
    by_id = {stop.activity_id: stop for stop in stops}
    sentences = [RULES[blocking.rule] for blocking in explanation.blocking if blocking.rule in RULES]
    offers = [
        tuple(
            msgspec.structs.replace(by_id[place.activity_id], state="tentative", spot=spot_of(_as_event_place(place)))
            for place in offer.places
            if place.activity_id in by_id
        )
        for offer in explanation.offers
    ]
    return Refusal(
        rules=tuple(dict.fromkeys(sentences))[:_RULES_SHOWN] or (NO_REASON,),
        proof=PROOFS.get(explanation.proof, ""),
        offers=tuple(offer for offer in offers if offer)[:_OFFERS_SHOWN],
    )


def _as_event_place(place: _Place) -> Place:
    return Place(starts_at=place.starts_at, ends_at=place.ends_at, room_ids=place.room_ids, channel_id=place.channel_id)
