"""Looks at an offer under locks before it is answered or taken back."""

from uuid import UUID

from app.actors import Actor
from app.database import Connection
from app.database.rows import must_be_seen
from app.offers import repository
from app.offers.domain import STATE_NAMES, AwaitsApproval, Offer, OfferNotFound, OfferSettled
from app.offers.moving import lock_movers
from app.requests import repository as requests
from app.requests.access import must_see
from app.requests.domain import Request


async def lock_offer(connection: Connection, offer_id: UUID, actor: Actor | None) -> tuple[Offer, Request]:
    """Lock the request of an offer that its reader may see, and those that would move for it. Raises OfferNotFound."""
    offer = await repository.get_offer(connection, offer_id)
    await lock_movers(connection, offer)
    request = await requests.lock_request(connection, offer.request_id)
    if actor is not None:
        must_see(actor, request, hidden=OfferNotFound)
    return offer, request


def must_be_open(offer: Offer, seen: int | None) -> None:
    """Raise OfferSettled, AwaitsApproval or PreconditionFailed where an offer cannot be answered as it was seen."""
    if offer.state != "open":
        raise OfferSettled(state=STATE_NAMES[offer.state], extra={"state": offer.state})
    if offer.awaits_approval:
        raise AwaitsApproval
    must_be_seen(offer.row_version, seen)
