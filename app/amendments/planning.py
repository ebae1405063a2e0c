"""A proposed change beside what is: its steps, where they would be if all stay, and whether they can."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from app.actors import Actor
from app.amendments import repository
from app.amendments.changes import read_changes
from app.amendments.domain import NothingChanged, ProposeAmendment
from app.amendments.fitting import Places, missing_step, placements_in_place
from app.amendments.steps import Size, Steps, growth_of, match_steps
from app.bookings import repository as bookings
from app.bookings.domain import Booking, ResourceClosed
from app.clock import Clock
from app.database import Connection
from app.errors import N_, Invalid
from app.events import StepChange
from app.offers import repository as offers
from app.offers.domain import OfferedPlacement, placement_key
from app.offers.rules import check_rules
from app.requests import repository as requests
from app.requests.access import must_see
from app.requests.checks import check_kinds, check_references
from app.requests.domain import Activity, Request, RequestWish
from app.requests.states import must_be_possible
from app.requests.wishes import completed, must_have_verified_address
from app.seasons import repository as seasons
from app.seasons.policies import Policies
from app.venues import room_repository


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal beside what is: its steps, and where they would be if all stay (None where one cannot).

    `missing` is the one step that needs a place while all others stay; `approved` the sizes that somebody approved.
    """

    request: Request
    changes: tuple[StepChange, ...]
    wish: RequestWish
    steps: Steps
    standing: dict[UUID, Booking]
    in_place: tuple[OfferedPlacement, ...] | None
    missing: Activity | None
    approved: dict[UUID, Size]
    policies: Policies

    @property
    def stays(self) -> bool:
        """Whether nothing has to be looked for: each step fits where it is, or none has a place."""
        return self.in_place is not None or not self.standing

    @property
    def asks_nobody(self) -> bool:
        """Whether it only shrinks, or grows within the season's rule."""
        if any(step.before is None for step in self.steps.steps) or self.steps.is_reordered:
            return False
        percent = self.policies.amend_growth_percent
        growths = {
            growth_of(step, percent=percent if self.standing else 0, approved=self.approved.get(step.activity.id))
            for step in self.steps.steps
        }
        return self.stays and "other" not in growths

    @property
    def changed_placements(self) -> tuple[OfferedPlacement, ...]:
        """Give the placements that differ from what is booked; another kind has another turnover."""
        others = {
            step.activity.id for step in self.steps.steps if step.before and step.before.kind != step.activity.kind
        }
        return tuple(
            placement
            for placement in self.in_place or ()
            if placement.activity_id in others
            or (placement_key(placement.placement), placement.ends_at)
            != (
                placement_key(self.standing[placement.activity_id].placement()),
                self.standing[placement.activity_id].ends_at,
            )
        )


async def read_plan(
    connection: Connection,
    request_id: UUID,
    command: ProposeAmendment,
    *,
    actor: Actor,
    clock: Clock,
    ids: Sequence[UUID] | None = None,
) -> Plan:
    """Hold a proposal against what is; `ids` of its steps, once they are known.

    Raises RequestNotFound, MoveImpossible, Invalid, StepHasBegun, NothingChanged.
    """
    must_have_verified_address(actor)
    request = await requests.get_request(connection, request_id)
    must_be_possible("amend", request.state, must_see(actor, request))
    season = await seasons.get_season(connection, request.season_id)
    check_kinds(command, request.owner_kind)
    fields = {field.name for field in msgspec.structs.fields(RequestWish)}
    given = {name: value for name, value in msgspec.structs.asdict(command).items() if name in fields}
    wish = completed(RequestWish(**given), season)
    await check_references(connection, wish)
    await _must_name_the_same(connection, request_id, wish)
    activities = (await requests.list_activities(connection, [request_id]))[request_id]
    standing = {booking.activity_id: booking for booking in await bookings.list_standing_of(connection, request_id)}
    steps = match_steps(wish.activities, activities, standing, now=clock.now(), ids=ids)
    changes = await read_changes(connection, request, wish, steps)
    if not changes:
        raise NothingChanged
    policies = await seasons.get_policies(connection, request.season_id)
    places = Places(
        venues={
            venue.id: venue
            for venue in (
                *await room_repository.list_rooms(connection),
                *(
                    await room_repository.list_channels(connection)
                    if any(booking.channel_id for booking in standing.values())
                    else ()
                ),
            )
        },
        calendar=await seasons.get_calendar(connection, season.first_day, season.last_day),
        longest=policies.room_max_minutes,
        department_id=request.department_id,
    )
    return Plan(
        request=request,
        changes=changes,
        wish=wish,
        steps=steps,
        standing=standing,
        in_place=placements_in_place(steps, standing, places, season=season, clock=clock),
        missing=missing_step(steps, standing, places, season=season, clock=clock),
        approved=await repository.list_approved_sizes(connection, request_id),
        policies=policies,
    )


async def _must_name_the_same(connection: Connection, request_id: UUID, wish: RequestWish) -> None:
    # Other employers answer for themselves: who takes part is not part of a change.
    known = (await requests.list_participants(connection, [request_id]))[request_id]
    ids, codes = {entry.employer_id for entry in known}, {entry.credit_code for entry in known}
    if not set(wish.participant_ids) <= ids or not {code.upper() for code in wish.participant_codes} <= codes:
        sentence = N_("Who takes part cannot be changed here: ask the career centre.")
        raise Invalid.at("participant_codes", sentence, "unchangeable")


async def fits(connection: Connection, plan: Plan, clock: Clock) -> bool:
    """Whether nothing has to be looked for, and what changes in place is free and keeps the rules."""
    placements = plan.changed_placements
    if not plan.stays or not placements:
        return plan.stays
    wishes = {activity.id: activity for activity in plan.steps.activities}
    kinds = {activity.id: activity.kind for activity in plan.steps.activities}
    claims = await offers.list_claims(connection, placements, kinds=kinds)
    if any(claim.is_taken for of_placement in claims for claim in of_placement):
        return False
    try:
        for placed in placements:
            await check_rules(connection, placed.activity_id, placed, clock=clock, as_if=wishes[placed.activity_id])
    except (Invalid, ResourceClosed):
        return False
    return True
