"""Why a schedule does not place a request: from a version's explanation to sentences and offers."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.events import EventPlacement
from app.notifications.letters import Offered, Refusal, Spot, Stop
from app.schedules.reasons import COSTS, FACTS, NO_FACT, PROOFS


class _OfferedPlacement(msgspec.Struct, frozen=True):
    activity_id: UUID
    starts_at: datetime
    ends_at: datetime
    room_ids: tuple[UUID, ...] = ()
    channel_id: UUID | None = None


class _Blocking(msgspec.Struct, frozen=True):
    rule: str


class _Offer(msgspec.Struct, frozen=True):
    places: tuple[_OfferedPlacement, ...] = ()
    relaxed: tuple[str, ...] = ()


class StoredExplanation(msgspec.Struct, frozen=True):
    """What letters need of a version's explanation; it has more fields, for organisers."""

    proof: str = ""
    blocking: tuple[_Blocking, ...] = ()
    offers: tuple[_Offer, ...] = ()

    def resource_ids(self) -> set[UUID]:
        """Give the rooms and channels that need a name."""
        placements = [placement for offer in self.offers for placement in offer.places]
        return {
            resource
            for placement in placements
            for resource in (*placement.room_ids, placement.channel_id)
            if resource is not None
        }


def read_explanation(explanation: dict[str, Any]) -> StoredExplanation:
    """Read a stored explanation; offers in an unknown form are left out."""
    try:
        return msgspec.convert(explanation, StoredExplanation)
    except msgspec.ValidationError:
        kept = {name: explanation[name] for name in ("proof", "blocking") if name in explanation}
        return msgspec.convert(kept, StoredExplanation)


_OFFERS_SHOWN = 3
_RULES_SHOWN = 3


def refusal_of(
    explanation: StoredExplanation, stops: Sequence[Stop], spot_of: Callable[[EventPlacement], Spot | None]
) -> Refusal:
    """Give the sentences and offers of an explanation, for a letter about the activities `stops`."""
    by_id = {stop.activity_id: stop for stop in stops}
    sentences = [FACTS[blocking.rule].plain for blocking in explanation.blocking if blocking.rule in FACTS]
    offers = [
        Offered(
            stops=tuple(
                msgspec.structs.replace(
                    by_id[placement.activity_id], state="tentative", spot=spot_of(_as_event_placement(placement))
                )
                for placement in offer.places
                if placement.activity_id in by_id
            ),
            costs=tuple(COSTS[name] for name in offer.relaxed if name in COSTS),
        )
        for offer in explanation.offers
    ]
    return Refusal(
        rules=tuple(dict.fromkeys(sentences))[:_RULES_SHOWN] or (NO_FACT,),
        proof=PROOFS.get(explanation.proof, ""),
        offers=tuple(offer for offer in offers if offer.stops)[:_OFFERS_SHOWN],
    )


def _as_event_placement(placement: _OfferedPlacement) -> EventPlacement:
    return EventPlacement(
        starts_at=placement.starts_at,
        ends_at=placement.ends_at,
        room_ids=placement.room_ids,
        channel_id=placement.channel_id,
    )
