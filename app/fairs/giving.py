"""Gives exhibitors their booths: within the fair's number, its limits, and where the employer's people can be."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from app.actors import Actor, account_of
from app.bookings import repository as bookings
from app.clock import Clock
from app.database import Connection
from app.errors import N_
from app.events.fairs import (
    ExhibitorAccepted,
    ExhibitorApplied,
    ExhibitorWaitlisted,
)
from app.fairs import repository
from app.fairs.booth_plans import repository as placements
from app.fairs.domain import Exhibitor, Fair
from app.fairs.errors import FairLimit, NothingToShare, NotVerified, PeopleElsewhere
from app.outbox import append
from app.participations import repository as participations
from app.seasons import repository as seasons
from app.seasons.policies import Policies
from app.strikes.reading import must_not_be_paused

# Of these kinds an employer has one a day, some a month, with days between.
LIMITED: Final = frozenset({"department_fair"})


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """How a booth is given: by whom, at which business time, and whether limits were looked at and left aside."""

    actor: Actor | None
    clock: Clock
    over_limits: bool = False
    by_itself: bool = False

    @property
    def now(self) -> datetime:
        """Give the business time."""
        return self.clock.now()


async def give_booth(connection: Connection, fair: Fair, exhibitor: Exhibitor, given: Given) -> None:
    """Let an exhibitor have a booth, or wait for one; the fair is locked.

    One that is not verified yet has applied by its yes: its answer is kept until it is. Raises FairLimit,
    PeopleElsewhere, NothingToShare, EmployerPaused; NotVerified where whoever runs the fair accepts.
    """
    if exhibitor.employer_state != "verified":
        if not given.by_itself:
            raise NotVerified(employer=exhibitor.legal_name)
        agreed = fair.starts_at
        await repository.update_state(connection, exhibitor.id, "applied", now=given.now, agreed_starts_at=agreed)
        await _tell(connection, fair, exhibitor, ExhibitorApplied, given)
        return
    if given.by_itself and exhibitor.employer_id is not None:
        await must_not_be_paused(connection, exhibitor.employer_id, clock=given.clock)
    if exhibitor.team_id is not None:
        # Its answers to two fairs wait for each other, so that limits count both.
        await bookings.lock_resources(connection, resource_ids=[exhibitor.team_id], activity_ids=[fair.id])
    await _must_have_something_to_share(connection, exhibitor)
    await must_be_within_limits(connection, fair, exhibitor, given)
    takes_one = exhibitor.shares_with is None and not exhibitor.takes_booth
    # Whoever says yes comes after those who wait already; whoever runs the fair may prefer somebody.
    if takes_one and await booths_left(connection, fair, beside_waiting=given.by_itself) <= 0:
        await repository.update_state(connection, exhibitor.id, "waitlisted", now=given.now)
        await _tell(connection, fair, exhibitor, ExhibitorWaitlisted, given)
        return
    if not exhibitor.own_team and exhibitor.team_id is not None:
        await take_team(connection, fair, exhibitor, clock=given.clock)
    await repository.update_state(connection, exhibitor.id, "accepted", now=given.now, agreed_starts_at=fair.starts_at)
    event = ExhibitorAccepted(
        subject_id=fair.id, season_id=fair.season_id, exhibitor_id=exhibitor.id, by_itself=given.by_itself
    )
    await append(connection, event, actor_id=account_of(given.actor), now=given.now)


async def _must_have_something_to_share(connection: Connection, exhibitor: Exhibitor) -> None:
    """Check that whoever is to share its booth has one. Raises NothingToShare."""
    if exhibitor.shares_with is None:
        return
    host = await repository.get_exhibitor(connection, exhibitor.shares_with)
    if host.state not in ("accepted", "checked_in"):
        raise NothingToShare(employer=host.name)


async def booths_left(connection: Connection, fair: Fair, *, beside_waiting: bool = False) -> int:
    """Give how many booths nobody has, and none is kept for; `beside_waiting`: nor is to be for who waits."""
    counts = (await repository.list_counts(connection, [fair.id]))[fair.id]
    return fair.booths - counts.booths_taken - (counts.waitlisted if beside_waiting else 0)


async def take_team(connection: Connection, fair: Fair, exhibitor: Exhibitor, *, clock: Clock) -> None:
    """Let the employer's people be at the fair, and nowhere else then. Raises PeopleElsewhere."""
    assert exhibitor.team_id is not None and exhibitor.employer_id is not None  # noqa: S101, PT018 - verified employers
    # Locked before it is looked at, as for a booking.
    await bookings.lock_resources(connection, resource_ids=[exhibitor.team_id], activity_ids=[fair.id])
    policies = await seasons.get_policies(connection, fair.season_id)
    clash = await participations.find_clash(
        connection,
        fair.request_id,
        exhibitor.employer_id,
        otherwise=policies.travel_minutes_between_campuses,
    )
    if clash is not None:
        starts, ends = map(clock.local, clash)
        raise PeopleElsewhere(when=f"{starts:%Y-%m-%d %H:%M}–{ends:%H:%M}")
    await repository.add_team(connection, fair.id, exhibitor.team_id)


async def free_team(connection: Connection, fair_id: UUID, exhibitor: Exhibitor) -> None:
    """Let the employer's people go, unless they come to the fair otherwise."""
    if exhibitor.team_id is not None:
        await repository.remove_team(connection, fair_id, exhibitor.team_id)


async def leave_booth(connection: Connection, exhibitor: Exhibitor) -> None:
    """Let whoever shared the booth of somebody who goes have it; further ones share it with them."""
    heir = await repository.pass_booth_on(connection, exhibitor.id)
    await placements.unplace(connection, [exhibitor.id])
    if heir is not None and exhibitor.hall_id is not None and exhibitor.booth is not None:
        await placements.place(connection, {heir: (exhibitor.hall_id, exhibitor.booth)}, pinned=())


async def must_be_within_limits(connection: Connection, fair: Fair, exhibitor: Exhibitor, given: Given) -> None:
    """Check a further fair of an employer: one a day, some a month, days between. Raises FairLimit."""
    if fair.kind not in LIMITED or fair.starts_at is None or given.over_limits:
        return
    others = await repository.list_other_fairs(connection, exhibitor.credit_code, fair.id)
    policies = await seasons.get_policies(connection, fair.season_id)
    broken = broken_limit(fair.starts_at, [other.starts_at for other in others], policies, given.clock)
    if broken is not None:
        rule, index = broken
        other = others[index]
        raise FairLimit(
            employer=exhibitor.legal_name,
            what=rule,
            other=other.title,
            when=f"{given.clock.local(other.starts_at):%Y-%m-%d}",
        )


def broken_limit(
    starts_at: datetime, others: list[datetime], policies: Policies, clock: Clock
) -> tuple[str, int] | None:
    """Give which limit a further fair breaks, and with which of the others; None where it breaks none."""
    day = clock.local(starts_at).date()
    days = [clock.local(other).date() for other in others]
    for index, other in enumerate(days):
        if other == day:
            return N_("one booth a day"), index
    for index, other in enumerate(days):
        if abs((other - day).days) < policies.fairs_minimum_gap_days:
            return N_("too few days between two fairs"), index
    same_month = [index for index, other in enumerate(days) if (other.year, other.month) == (day.year, day.month)]
    if len(same_month) >= policies.fairs_per_month_per_employer:
        return N_("as many fairs in this month as are possible"), same_month[-1]
    return None


async def _tell(
    connection: Connection,
    fair: Fair,
    exhibitor: Exhibitor,
    kind: type[ExhibitorApplied] | type[ExhibitorWaitlisted],
    given: Given,
) -> None:
    event = kind(subject_id=fair.id, season_id=fair.season_id, exhibitor_id=exhibitor.id)
    await append(connection, event, actor_id=account_of(given.actor), now=given.now)
