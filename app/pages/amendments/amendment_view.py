"""What a request's page shows of a change: old beside new, where it would be, who else waits for that."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.actors import Actor
from app.amendments import repository
from app.amendments.domain import Amendment
from app.amendments.near import decides_change
from app.amendments.repository import Rival
from app.amendments.steps import Steps, is_same, match_steps
from app.amendments.wording import sentences_of
from app.bookings.domain import Booking
from app.clock import Clock
from app.database import Connection
from app.locales import Translator
from app.offers import repository as offers
from app.offers.domain import Mover, OfferedMove, OfferedPlacement
from app.permissions import may_at_all
from app.requests.access import decides_near
from app.requests.domain import Activity, Request


class StepChange(msgspec.Struct, frozen=True, kw_only=True):
    """A step as it is and as it would be (None: not there), and its places; `is_same`: nothing of it changes."""

    old: Activity | None
    new: Activity | None
    old_place: Booking | None
    new_place: OfferedPlacement | None
    is_same: bool


class AmendmentView(msgspec.Struct, frozen=True, kw_only=True):
    """A change that is not decided, or was impossible just now; `title` where that would be another.

    `reasons` say why it is impossible; `movers` are those who would move for the chosen place; `decides`: its reader
    decides about it, `beyond`: would, if it stayed within their rooms and limits.
    """

    amendment: Amendment
    reasons: list[str]
    changes: list[StepChange]
    title: str
    texts_change: bool
    rivals: list[Rival]
    moves: tuple[OfferedMove, ...]
    movers: dict[UUID, Mover]
    is_open: bool
    decides: bool
    beyond: bool


async def read_amendment(
    connection: Connection,
    request: Request,
    activities: tuple[Activity, ...],
    standing: dict[UUID, Booking],
    *,
    actor: Actor,
    translate: Translator,
    clock: Clock,
) -> AmendmentView | None:
    """Read the change of a request that waits, or the last one where that was impossible; None where there is none."""
    listed = await repository.list_amendments(connection, request.id)
    amendment = listed[0] if listed else None
    if amendment is None or not (_is_open(amendment) or amendment.outcome == "impossible"):
        return None
    places: dict[UUID, OfferedPlacement] = {}
    moves: tuple[OfferedMove, ...] = ()
    if amendment.offer_id is not None:
        offer = await offers.get_offer(connection, amendment.offer_id)
        places = {placement.activity_id: placement for placement in offer.placements}
        moves = offer.moves
    steps = _steps(amendment, activities)
    rivals = []
    decides = may_at_all(actor, "decide_amendments") and await decides_change(
        connection, request, amendment, actor=actor
    )
    if decides and places:
        rivals = await repository.list_rivals(connection, request.id, list(places.values()), clock=clock)
    wish = amendment.as_wish()
    return AmendmentView(
        amendment=amendment,
        reasons=sentences_of(amendment.findings, translate),
        changes=[
            *(
                StepChange(
                    old=step.before,
                    new=step.activity,
                    old_place=standing.get(step.activity.id),
                    new_place=places.get(step.activity.id),
                    is_same=is_same(step) and step.activity.id not in places,
                )
                for step in steps.steps
            ),
            *(
                StepChange(old=activity, new=None, old_place=standing.get(activity.id), new_place=None, is_same=False)
                for activity in steps.dropped
            ),
        ],
        title=wish.title if wish.title != request.title else "",
        texts_change=(wish.notice_text, wish.remark) != (request.notice_text, request.remark),
        rivals=rivals,
        moves=moves,
        movers=await offers.list_movers(connection, [move.activity_id for move in moves]) if moves else {},
        is_open=_is_open(amendment),
        decides=decides,
        beyond=not decides and decides_near(actor, request),
    )


def _is_open(amendment: Amendment) -> bool:
    return amendment.state in ("proposed", "awaiting_approval")


def _steps(amendment: Amendment, activities: tuple[Activity, ...]) -> Steps:
    long_ago = datetime.min.replace(tzinfo=amendment.proposed_at.tzinfo)
    return match_steps(amendment.as_wish().activities, activities, {}, now=long_ago, ids=amendment.activity_ids)
