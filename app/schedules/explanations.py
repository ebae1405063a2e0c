"""The engine's explanations as they are stored: with moments instead of slots, so that mails and pages need no grid."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from app.schedules.problem.season_grid import SeasonGrid
from scheduling import Activity, Explanation, Offer, Problem


class BlockingFact(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in the way: on which resource and day, and which activities occupy it (`held_by`)."""

    rule: str
    resource_id: str | None = None
    day: date | None = None
    held_by: tuple[str, ...] = ()
    places: int = 0


class OfferedPlacement(msgspec.Struct, frozen=True, kw_only=True):
    """When and where one activity of an offer could be."""

    activity_id: UUID
    starts_at: datetime
    ends_at: datetime
    room_ids: tuple[UUID, ...] = ()
    channel_id: UUID | None = None


class KeptOffer(msgspec.Struct, frozen=True, kw_only=True):
    """Free placements for a request, what they give up of its wishes, and how many other activities would move."""

    places: tuple[OfferedPlacement, ...]
    relaxed: tuple[str, ...] = ()
    moves: int = 0


class KeptExplanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a request is unplaced, how sure that is, and what is possible instead."""

    proof: str = "search_limit"
    blocking: tuple[BlockingFact, ...] = ()
    offers: tuple[KeptOffer, ...] = ()
    by_hand: str = ""


def kept_explanation(
    problem: Problem, grid: SeasonGrid, explanation: Explanation, *, by_hand: str = ""
) -> dict[str, Any]:
    """Give an explanation as JSON values, for the version's row."""
    request = next(request for request in problem.requests if request.id == explanation.request)
    activities = {activity.id: activity for activity in request.activities}
    kept = KeptExplanation(
        proof=explanation.proof,
        blocking=tuple(
            BlockingFact(
                rule=fact.rule,
                resource_id=fact.resource,
                day=None if fact.day is None else grid.days[fact.day],
                held_by=fact.held_by,
                places=fact.places,
            )
            for fact in explanation.blocking
        ),
        offers=tuple(_offer(grid, activities, offer) for offer in explanation.offers),
        by_hand=by_hand,
    )
    builtins: dict[str, Any] = msgspec.to_builtins(kept)
    return builtins


def read_explanation(stored: dict[str, Any]) -> KeptExplanation:
    """Read the explanation of a version's row."""
    return msgspec.convert(stored, KeptExplanation)


def _offer(grid: SeasonGrid, activities: dict[str, Activity], offer: Offer) -> KeptOffer:
    return KeptOffer(
        places=tuple(
            OfferedPlacement(
                activity_id=UUID(placement.activity),
                starts_at=grid.moment(placement.day, placement.start),
                ends_at=grid.moment(placement.day, placement.start + activities[placement.activity].duration_slots),
                room_ids=tuple(UUID(room) for room in placement.rooms),
                channel_id=None if placement.channel is None else UUID(placement.channel),
            )
            for placement in offer.placements
        ),
        relaxed=offer.relaxed,
        moves=len(offer.moves),
    )
