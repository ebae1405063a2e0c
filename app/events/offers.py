"""What happened to offers, and to what is kept until its owner answers."""

from uuid import UUID

from app.events.event import Event


class HoldReleased(Event, frozen=True, kw_only=True):
    """A hold whose time was over made way; from this its offer, the subject, is settled."""

    type = "offer.hold_released"
    booking_id: UUID


class OffersMade(Event, frozen=True, kw_only=True):
    """Placements are offered to a request, which is the subject; `asked`: its owner asked for another time."""

    type = "offers.made"
    offer_ids: tuple[UUID, ...]
    origin: str
    asked: bool = False


class OfferAccepted(Event, frozen=True, kw_only=True):
    """The owner took an offered placement; the subject is the request."""

    type = "offer.accepted"
    offer_id: UUID
    by_link: bool = False  # without an account, by the link in the mail


class OfferDeclined(Event, frozen=True, kw_only=True):
    type = "offer.declined"
    offer_id: UUID
    by_link: bool = False


class OffersWithdrawn(Event, frozen=True, kw_only=True):
    """Offers are taken back, because the career centre did so or because the request ended; the subject is it."""

    type = "offers.withdrawn"
    offer_ids: tuple[UUID, ...]


class OffersBroken(OffersWithdrawn, frozen=True, kw_only=True):
    """A change of facts took offers back, with a yes: what they offered would no longer keep these rules."""

    type = "offers.broken"
    rules: tuple[str, ...]


class OffersExpired(Event, frozen=True, kw_only=True):
    """Nobody answered in time; the subject is the request."""

    type = "offers.expired"
    offer_ids: tuple[UUID, ...]


class SwapProposed(Event, frozen=True, kw_only=True):
    """An owner asks another to swap places; the subject is its request."""

    type = "swap.proposed"
    offer_id: UUID


class SwapAgreed(Event, frozen=True, kw_only=True):
    """The owner agrees to a swap, and the other has not answered yet; the subject is the request."""

    type = "swap.agreed"
    offer_id: UUID
    by_link: bool = False


class OfferLost(Event, frozen=True, kw_only=True):
    """The placement of an offer that was not held was gone when its owner accepted; the subject is the request."""

    type = "offer.lost"
    offer_id: UUID
    by_link: bool = False


class PlacementsAccepted(Event, frozen=True, kw_only=True):
    """The owner accepted what was kept for it; the subject is the request."""

    type = "placements.accepted"


class PlacementsDeclined(Event, frozen=True, kw_only=True):
    """The owner does not want what was kept for it; the subject is the request."""

    type = "placements.declined"


class AnswerReminded(Event, frozen=True, kw_only=True):
    """Half of the time to answer is over; the subject is the request."""

    type = "placements.reminded"


class AnswerExpired(Event, frozen=True, kw_only=True):
    """The owner did not answer in time, and what was kept for it is free again; the subject is the request."""

    type = "placements.expired"
