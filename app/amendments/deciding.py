"""Use cases after a proposal: choose a place, approve, refuse, take back; and what time ends."""

from datetime import UTC, datetime
from uuid import UUID

from app.actors import Actor, account_of
from app.amendments import repository
from app.amendments.applying import apply_amendment
from app.amendments.changes import read_changes
from app.amendments.domain import (
    STATE_NAMES,
    Amendment,
    AmendmentNotFound,
    AmendmentSettled,
    AmendmentState,
    ChooseFirst,
    RefuseAmendment,
)
from app.amendments.near import must_decide_change, tell_change_deciders
from app.amendments.proposing import decided_until
from app.amendments.steps import Steps, match_steps
from app.bookings import repository as bookings
from app.bookings.domain import Booking
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.errors import PreconditionFailed
from app.events import (
    AmendmentChosen,
    AmendmentExpired,
    AmendmentRefused,
    AmendmentWithdrawn,
    StepChange,
)
from app.offers import repository as offers
from app.offers.domain import STATE_NAMES as OFFER_STATES
from app.offers.domain import Offer, OfferSettled, OfferTooLate
from app.offers.moving import lock_movers
from app.offers.settling import withdraw_offers
from app.outbox import append
from app.permissions import must_at_all
from app.requests import repository as requests
from app.requests.access import must_see
from app.requests.domain import Request

# Steps are matched without asking whether they have begun.
AT_ANY_TIME = datetime.min.replace(tzinfo=UTC)


async def choose_placement(
    connection: Connection, offer_id: UUID, *, seen: int | None, actor: Actor | None, clock: Clock
) -> Offer:
    """Take one of the places that were offered for a change.

    An organiser's choice is accepted at once; an owner's waits for approval, held until then, and the others are free.

    Raises AmendmentNotFound, AmendmentSettled, OfferTooLate, PreconditionFailed.
    """
    offer = await offers.get_offer(connection, offer_id)
    assert offer.amendment_id is not None  # noqa: S101 - the caller looked
    await lock_movers(connection, offer)
    request, amendment = await lock_with_request(connection, offer.amendment_id)
    if actor is not None:
        must_see(actor, request, hidden=AmendmentNotFound)
    open_ids = await offers.lock_open(connection, request.id)
    offer, now, by = await offers.get_offer(connection, offer_id), clock.now(), account_of(actor)
    must_be_seen(offer.row_version, seen)
    if amendment.state != "proposed":
        raise AmendmentSettled(state=STATE_NAMES[amendment.state], extra={"state": amendment.state})
    if offer_id not in open_ids:
        raise OfferSettled(state=OFFER_STATES[offer.state], extra={"state": offer.state})
    if not offer.is_open(now):
        raise OfferTooLate(until=clock.local(offer.held_until))
    others = [other for other in open_ids if other != offer_id]
    if actor is not None and actor.organises:
        steps = await steps_of(connection, request, amendment, now=now)
        await withdraw_offers(connection, request.id, settled_by=by, now=now, only=others)
        await apply_amendment(
            connection, request, amendment, steps, offer.placements, offer=offer, by=by, decided=False, clock=clock
        )
        return await offers.get_offer(connection, offer_id)
    await withdraw_offers(connection, request.id, settled_by=by, now=now, only=others)
    until = decided_until(offer.placements, now)
    await repository.choose_offer(connection, amendment.id, offer_id, until=until, now=now)
    changes = await _changes_of(connection, request, amendment)
    event = AmendmentChosen(
        subject_id=request.id,
        season_id=request.season_id,
        amendment_id=amendment.id,
        offer_id=offer_id,
        by_link=actor is None,
        changes=changes,
    )
    await append(connection, event, actor_id=by, now=now)
    await tell_change_deciders(connection, request, amendment.id, changes, actor=actor, clock=clock)
    return await offers.get_offer(connection, offer_id)


async def approve_amendment(
    connection: Connection, amendment_id: UUID, *, seen: int | None, actor: Actor, clock: Clock
) -> Amendment:
    """Accept a change, for the career centre or near its rooms.

    Raises AmendmentNotFound, DecidedByCentre, BeyondLimits, AmendmentSettled, ChooseFirst, PreconditionFailed,
    StepHasBegun, ResourceTaken, ResourceClosed, and Invalid where others that would move fit no more.
    """
    must_at_all(actor, "decide_amendments")
    chosen = (await repository.get_amendment(connection, amendment_id)).offer_id
    if chosen is not None:
        await lock_movers(connection, await offers.get_offer(connection, chosen))
    request, amendment = await _to_decide(connection, amendment_id, seen=seen, actor=actor)
    if amendment.state == "proposed":
        raise ChooseFirst
    if amendment.offer_id != chosen:
        raise PreconditionFailed
    steps = await steps_of(connection, request, amendment, now=clock.now())
    offer = None if amendment.offer_id is None else await offers.get_offer(connection, amendment.offer_id)
    await apply_amendment(
        connection,
        request,
        amendment,
        steps,
        offer.placements if offer is not None else (),
        offer=offer,
        by=actor.account_id,
        decided=True,
        clock=clock,
    )
    return await repository.get_amendment(connection, amendment_id)


async def refuse_amendment(
    connection: Connection,
    amendment_id: UUID,
    command: RefuseAmendment,
    *,
    seen: int | None,
    actor: Actor,
    now: datetime,
) -> Amendment:
    """Refuse a change, with the reason; everything stays as it was.

    Raises AmendmentNotFound, DecidedByCentre, BeyondLimits, AmendmentSettled, PreconditionFailed.
    """
    must_at_all(actor, "decide_amendments")
    request, amendment = await _to_decide(connection, amendment_id, seen=seen, actor=actor)
    changes = await _changes_of(connection, request, amendment)
    await _end(connection, request, amendment, by=actor.account_id, now=now)
    await repository.settle_amendment(
        connection,
        amendment_id,
        "refused",
        settled_by=actor.account_id,
        now=now,
        reason_code=command.reason_code,
        note=command.note,
    )
    event = AmendmentRefused(
        subject_id=request.id,
        season_id=request.season_id,
        amendment_id=amendment_id,
        reason_code=command.reason_code,
        changes=changes,
    )
    await append(connection, event, actor_id=actor.account_id, now=now, reason=command.note)
    return await repository.get_amendment(connection, amendment_id)


async def withdraw_amendment(
    connection: Connection, amendment_id: UUID, *, seen: int | None, actor: Actor, now: datetime
) -> Amendment:
    """Take a change back. Raises AmendmentNotFound, AmendmentSettled, PreconditionFailed."""
    request, amendment = await lock_with_request(connection, amendment_id)
    must_see(actor, request, hidden=AmendmentNotFound)
    _must_be_open(amendment, seen)
    changes = await _changes_of(connection, request, amendment)
    await _end(connection, request, amendment, by=actor.account_id, now=now)
    await repository.settle_amendment(connection, amendment_id, "withdrawn", settled_by=actor.account_id, now=now)
    event = AmendmentWithdrawn(
        subject_id=request.id, season_id=request.season_id, amendment_id=amendment_id, changes=changes
    )
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await repository.get_amendment(connection, amendment_id)


async def end_left_over(connection: Connection, amendment_id: UUID, *, is_wanted: bool, now: datetime) -> None:
    """End an amendment of which nobody chose a place in time (its owner is told), or whose request has ended."""
    request, amendment = await lock_with_request(connection, amendment_id)
    if amendment.state not in ("proposed", "awaiting_approval"):
        return
    changes = await _changes_of(connection, request, amendment)
    await _end(connection, request, amendment, by=None, now=now)
    state: AmendmentState = "expired" if is_wanted else "withdrawn"
    await repository.settle_amendment(connection, amendment_id, state, settled_by=None, now=now)
    ending = AmendmentExpired if is_wanted else AmendmentWithdrawn
    event = ending(subject_id=request.id, season_id=request.season_id, amendment_id=amendment_id, changes=changes)
    await append(connection, event, actor_id=None, now=now)


async def lock_with_request(connection: Connection, amendment_id: UUID) -> tuple[Request, Amendment]:
    """Lock an amendment after its request. Raises AmendmentNotFound."""
    amendment = await repository.get_amendment(connection, amendment_id)
    request = await requests.lock_request(connection, amendment.request_id)
    return request, await repository.lock_amendment(connection, amendment_id)


async def _to_decide(
    connection: Connection, amendment_id: UUID, *, seen: int | None, actor: Actor
) -> tuple[Request, Amendment]:
    request, amendment = await lock_with_request(connection, amendment_id)
    await must_decide_change(connection, request, amendment, actor=actor)
    _must_be_open(amendment, seen)
    return request, amendment


def _must_be_open(amendment: Amendment, seen: int | None) -> None:
    if amendment.state not in ("proposed", "awaiting_approval"):
        raise AmendmentSettled(state=STATE_NAMES[amendment.state], extra={"state": amendment.state})
    must_be_seen(amendment.row_version, seen)


async def steps_of(connection: Connection, request: Request, amendment: Amendment, *, now: datetime) -> Steps:
    """Give the steps of an amendment beside those that its request has now. Raises StepHasBegun."""
    activities = (await requests.list_activities(connection, [request.id]))[request.id]
    standing: dict[UUID, Booking] = {
        booking.activity_id: booking for booking in await bookings.list_standing_of(connection, request.id)
    }
    return match_steps(amendment.as_wish().activities, activities, standing, now=now, ids=amendment.activity_ids)


async def _changes_of(connection: Connection, request: Request, amendment: Amendment) -> tuple[StepChange, ...]:
    """Give what an amendment that nobody accepts would have changed."""
    steps = await steps_of(connection, request, amendment, now=AT_ANY_TIME)
    return await read_changes(connection, request, amendment.as_wish(), steps)


async def _end(
    connection: Connection, request: Request, amendment: Amendment, *, by: UUID | None, now: datetime
) -> None:
    """Give free what was held for an amendment, and forget the steps that it would have added."""
    listed = await offers.list_offers(connection, [request.id])
    own = [offer.id for offer in listed if offer.amendment_id == amendment.id]
    await withdraw_offers(connection, request.id, settled_by=by, now=now, only=own)
    await repository.drop_proposed_steps(connection, amendment.activity_ids)
