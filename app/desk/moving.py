"""Where a request could go if others moved whose places nobody has confirmed yet."""

from typing import Final

import msgspec

from app.bookings.domain import Placement
from app.clock import Clock
from app.offers.domain import OfferedMove, OfferedPlacement, WantedOffer
from app.schedules.domain import PlacedActivity
from app.schedules.problem.builder import build_problem
from app.schedules.problem.facts import SeasonFacts
from app.schedules.problem.placements import placed_activities
from scheduling import Solution
from scheduling.answers.snapshot import Snapshot

_MOST_OFFERS: Final = 3


def offers_with_moves(facts: SeasonFacts, *, clock: Clock) -> tuple[WantedOffer, ...]:
    """Give up to three placements of the last request of `facts`, with the tentative activities that would move.

    Confirmed ones stay; those that move keep to their wishes. See `scheduling.answers.snapshot.Snapshot.insert`.
    """
    built = build_problem(facts, clock=clock)
    *others, asked = built.problem.requests
    snapshot = Snapshot(msgspec.structs.replace(built.problem, requests=tuple(others)))
    standing = {str(booking.activity_id): booking.placement() for booking in facts.standing}
    offers = []
    for offer in snapshot.insert(asked, _MOST_OFFERS):
        moved = [move.new for move in offer.moves]
        placed = placed_activities(facts, built.grid, Solution(placements=(*offer.placements, *moved)))
        own, movers = placed[: len(offer.placements)], placed[len(offer.placements) :]
        offers.append(
            WantedOffer(
                placements=tuple(
                    OfferedPlacement(activity_id=entry.activity_id, **msgspec.structs.asdict(_placement(entry)))
                    for entry in own
                ),
                moves=tuple(
                    OfferedMove(
                        activity_id=entry.activity_id, old=standing[str(entry.activity_id)], new=_placement(entry)
                    )
                    for entry in movers
                ),
                cost=offer.cost,
            )
        )
    return tuple(offers)


def _placement(placed: PlacedActivity) -> Placement:
    return Placement(
        starts_at=placed.starts_at, ends_at=placed.ends_at, room_ids=placed.room_ids, channel_id=placed.channel_id
    )
