"""Offers (候选安排): exact placements for a request, most of them held until its owner answers."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from app.actors import Actor
from app.bookings.domain import Placement
from app.clock import Moment
from app.errors import N_, Conflict, NotFound
from app.kinds import Kind
from app.requests.domain import Remark
from app.texts import Command

OfferState = Literal["open", "accepted", "declined", "expired", "withdrawn", "lost"]
OfferOrigin = Literal["refusal", "release", "counter", "amendment", "waitlist", "alternatives", "swap", "replacement"]

STATE_NAMES: Final[dict[OfferState, str]] = {
    "open": N_("Open"),
    "accepted": N_("Accepted"),
    "declined": N_("Declined"),
    "expired": N_("Expired"),
    "withdrawn": N_("Withdrawn"),
    "lost": N_("Taken by others"),
}


class OfferNotFound(NotFound):
    """No such offer, or not the asker's."""

    type = "offer-not-found"
    sentence = N_("There is no such offer.")


class OfferSettled(Conflict):
    """An offer is answered once."""

    type = "offer-settled"
    sentence = N_("This offer was answered or taken back already: it is in the state “{state}”.")


class AwaitsApproval(Conflict):
    """What was chosen for a change is answered by whoever approves that."""

    type = "awaits-approval"
    sentence = N_("This place was chosen for a change that awaits approval. Take the change back instead.")


class OfferTooLate(Conflict):
    """The time of an offer is over, or what it is about has begun."""

    type = "offer-expired"
    sentence = N_("The time to answer this offer ended on {until}.")


class PlacementGone(Conflict):
    """The placement of an offer that was not held is taken; `offers` and `alternatives` are what is left."""

    type = "offer-lost"
    sentence = N_("Somebody else got this place a moment ago. Nothing else of yours has changed.")


class NothingToAnswer(Conflict):
    """No tentative placement of the request waits for its owner."""

    type = "nothing-to-answer"
    sentence = N_("No place of this request waits for an answer.")


class NothingElse(Conflict):
    """No other placement was found."""

    type = "nothing-else"
    sentence = N_("No other place was found that fits what is asked for.")


class AlreadyOffered(Conflict):
    """A placement is offered to a request once, and not the one that it has."""

    type = "already-offered"
    sentence = N_("It is at this place already, or this place was offered before: that offer is open or was declined.")


class TooManyOffers(Conflict):
    """A request has as many open offers as the season's rule allows."""

    type = "too-many-offers"
    sentence = N_("At most {limit} offers are open at a time. Take one back first.")


class NotSwappable(Conflict):
    """Only confirmed places that have not begun are swapped, of two requests."""

    type = "not-swappable"
    sentence = N_("Only two confirmed places of different requests can be swapped, before they begin.")


class SwapImpossible(Conflict):
    """After a swap one of the two would be in somebody else's way."""

    type = "swap-impossible"
    sentence = N_(
        "These two cannot be swapped: one of them would then run into another activity, a closed time or a rule."
    )


class TooManySwaps(Conflict):
    """An owner asks so many others at a time."""

    type = "too-many-swaps"
    sentence = N_("At most {limit} others can be asked to swap at a time. Take one back first.")


class SwapGone(Conflict):
    """One of the two places is not what it was when the swap was proposed."""

    type = "swap-gone"
    sentence = N_("This swap is no longer possible: one of the two places has changed. Yours stays as it is.")


class NotOfferable(Conflict):
    """Offers are for requests that wait, were refused, or are scheduled."""

    type = "not-offerable"
    sentence = N_("Nothing can be offered to a request in the state “{state}”.")


PlacementKey = tuple[datetime, frozenset[UUID]]


def placement_key(placement: Placement) -> PlacementKey:
    """Give what tells placements of one activity apart."""
    return placement.starts_at, frozenset(placement.resource_ids)


class OfferedPlacement(Placement, frozen=True, kw_only=True):
    """When and where one activity of an offer is."""

    activity_id: UUID

    @property
    def placement(self) -> Placement:
        """Give when and where, without which activity."""
        return Placement(
            starts_at=self.starts_at, ends_at=self.ends_at, room_ids=self.room_ids, channel_id=self.channel_id
        )


class OfferedMove(msgspec.Struct, frozen=True, kw_only=True):
    """Another activity that has to move for an offer."""

    activity_id: UUID
    old: Placement
    new: Placement


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """Placements that are offered to a request; where they are `held`, nobody else gets them until `held_until`.

    `moving`: so many others, who have confirmed nothing, would move for it; `moves` says who, for the career centre.
    `cost` is in the engine's points, `costs` names what it gives up of the wish; `awaits_approval`: it was chosen for
    an amendment that is to be approved. Of a swap (`swap_id`), the one of `moves` gets what the owner has; `agreed_at`:
    its owner agreed, and the other one has not answered yet.
    """

    id: UUID
    request_id: UUID
    season_id: UUID
    number: int
    origin: OfferOrigin
    placements: tuple[OfferedPlacement, ...]
    moves: tuple[OfferedMove, ...]
    moving: int
    cost: float
    costs: tuple[str, ...]
    state: OfferState
    held: bool
    held_until: datetime
    note: str
    amendment_id: UUID | None
    swap_id: UUID | None
    agreed_at: datetime | None
    awaits_approval: bool
    made_at: datetime
    settled_at: datetime | None
    settled_note: str
    row_version: int

    @property
    def resource_ids(self) -> set[UUID]:
        """Give the rooms and channels of its placements."""
        return {resource for placement in self.placements for resource in placement.resource_ids}

    @property
    def begins_at(self) -> datetime:
        """Give when the first of its activities would begin."""
        return min(placement.starts_at for placement in self.placements)

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be answered."""
        return self.state == "open" and now < self.held_until and not self.awaits_approval


def seen_by(actor: Actor, offer: Offer) -> Offer:
    """Give an offer without who else would move for it, unless the career centre asks."""
    return offer if actor.organises else msgspec.structs.replace(offer, moves=())


class Mover(msgspec.Struct, frozen=True, kw_only=True):
    """Whose activity would move."""

    activity_id: UUID
    request_id: UUID
    reference: str
    title: str
    owner_name_zh: str
    owner_name_en: str


class WantedOffer(msgspec.Struct, frozen=True, kw_only=True):
    """An offer that is to be made, if its placements are free; `agreed_rules`: its maker said yes to breaking these."""

    placements: tuple[OfferedPlacement, ...]
    moves: tuple[OfferedMove, ...] = ()
    cost: float = 0.0
    costs: tuple[str, ...] = ()
    agreed_rules: tuple[str, ...] = ()
    swap_id: UUID | None = None


class ChosenPlacement(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A placement that an organiser chose for one activity; the end follows from the activity's length.

    `outside_wishes`: also on a day off, or where it was forbidden; to be outside the owner's days and hours it is not
    needed. `over_limits`: also where it is one too many.
    """

    activity_id: UUID
    starts_at: Moment
    room_ids: Annotated[tuple[UUID, ...], Meta(max_length=20)] = ()
    channel_id: UUID | None = None
    outside_wishes: bool = False
    over_limits: bool = False


class MakeOffers(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Offer a placement that was chosen by hand, or without one the free ones that are nearest to the wish.

    `origin`: of those, in the place of what a change of facts broke (`replacement`), or for any other reason.
    """

    placement: ChosenPlacement | None = None
    origin: Literal["alternatives", "replacement"] = "alternatives"
    note: Remark = ""


class ProposeSwap(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Swap the confirmed places of two activities, once both owners agree; who proposes it for their own has agreed.

    `outside_wishes`, `over_limits`: as for a booking by hand; whether their days suit is for the owners to say.
    """

    activity_id: UUID
    with_activity_id: UUID
    note: Remark = ""
    outside_wishes: bool = False
    over_limits: bool = False


class SwapChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A confirmed place that could be swapped with another; `is_wished`: each side asked for such a time.

    Whose it is, is for the career centre only.
    """

    activity_id: UUID
    kind: Kind
    starts_at: datetime
    ends_at: datetime
    room_ids: tuple[UUID, ...]
    channel_id: UUID | None
    request_id: UUID | None
    reference: str
    title: str
    owner_name_zh: str
    owner_name_en: str
    is_wished: bool


class AnswerOffer(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an offer, or what was kept, is not wanted."""

    note: Remark = ""


class AskAnother(AnswerOffer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why another time than what is kept is asked for."""


class DeclinePlacements(AnswerOffer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why what was kept is not wanted, and whether the request is given up with it."""

    withdraw: bool = False
