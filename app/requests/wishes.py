"""What is checked of a new wish before anything of it is stored."""

from datetime import date
from uuid import UUID

import msgspec

from app.accounts.domain import EmailNotVerified
from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.employers import repository as employers
from app.errors import N_, Invalid
from app.requests import repository
from app.requests.access import owner_of
from app.requests.checks import check_kinds, check_lead_time, check_references, check_windows, completed_activity
from app.requests.domain import ActivityWish, EmployerMayNotAsk, RequestWish, SubmitRequest, TooManyOpenRequests
from app.requests.participants import named_employers
from app.requests.repository import Owner
from app.seasons import repository as seasons
from app.seasons.domain import Season
from app.seasons.policies import Policies
from app.strikes.reading import must_not_be_paused


class CheckedWish(msgspec.Struct, frozen=True, kw_only=True):
    """A wish that was completed by its kinds, with its season and whose it is."""

    season: Season
    policies: Policies
    owner: Owner
    wish: RequestWish


async def check_new_wish(connection: Connection, command: SubmitRequest, *, actor: Actor | None) -> CheckedWish:
    """Check all that does not depend on when it is sent. `actor` is None for imports.

    Raises Invalid, SeasonNotFound, EmailNotVerified, NoEmployerYet.
    """
    must_have_verified_address(actor)
    season = await seasons.get_season(connection, command.season_id)
    policies = await seasons.get_policies(connection, season.id)
    owner = owner_of(command, actor)
    check_kinds(command, owner.kind)
    if command.reference is not None and actor is not None and not actor.organises:
        raise Invalid.at("reference", N_("The school numbers the requests itself."), "given-by-the-school")
    wish = completed(command, season)
    await check_references(connection, wish)
    return CheckedWish(season=season, policies=policies, owner=owner, wish=wish)


async def check_without_storing(
    connection: Connection, command: SubmitRequest, *, actor: Actor, clock: Clock
) -> CheckedWish:
    """Check a wish as `submit_request` does, and store nothing of it. Raises what that raises before it stores."""
    checked = await check_new_wish(connection, command, actor=actor)
    await named_employers(connection, checked.wish, checked.owner, actor=actor)
    if command.draft:
        return checked
    now = clock.now()
    await check_lead_time(
        connection,
        checked.wish,
        checked.season,
        checked.policies,
        for_centre=actor.organises,
        clock=clock,
        now=now,
    )
    if checked.owner.employer_id is not None:
        employer = await employers.get_employer(connection, checked.owner.employer_id)
        await must_be_free_to_ask(
            connection,
            checked.season.id,
            employer.id,
            suspended_until=employer.suspended_until,
            policies=checked.policies,
            actor=actor,
            clock=clock,
        )
    return checked


async def must_be_free_to_ask(
    connection: Connection,
    season_id: UUID,
    employer_id: UUID,
    *,
    suspended_until: date | None,
    policies: Policies,
    actor: Actor | None,
    clock: Clock,
    series_id: UUID | None = None,
) -> None:
    """Check that an employer is not paused or suspended, and its contact has not too many requests open, beside those
    of the series that is asked for.

    Raises EmployerPaused, EmployerMayNotAsk, TooManyOpenRequests.
    """
    await must_not_be_paused(connection, employer_id, clock=clock)
    if suspended_until is not None and suspended_until > clock.local(clock.now()).date():
        raise EmployerMayNotAsk(until=suspended_until)
    if actor is not None and actor.role == "employer_contact":
        count = await repository.count_open_of_employer(connection, season_id, employer_id, beside=series_id)
        if count >= policies.open_requests_per_employer:
            raise TooManyOpenRequests(count=count, limit=policies.open_requests_per_employer)


def must_have_verified_address(actor: Actor | None) -> None:
    """Check that a contact's address is its own. Raises EmailNotVerified."""
    if actor is not None and actor.role == "employer_contact" and not actor.email_verified:
        raise EmailNotVerified


def completed(wish: RequestWish, season: Season) -> RequestWish:
    """Complete a wish by its kinds, and check what needs no database. Raises Invalid."""
    activities = []
    for index, given in enumerate(wish.activities):
        path = f"activities[{index}]"
        activity = completed_activity(given, path)
        check_windows(activity, path, season)
        activities.append(activity)
    return msgspec.structs.replace(wish, activities=tuple(activities))


def without_id(activity: ActivityWish) -> dict[str, object]:
    """Give a step as it is asked for, whichever step it is."""
    values: dict[str, object] = msgspec.to_builtins(activity)
    del values["id"]
    return values


def as_wish(activity: object) -> dict[str, object]:
    """Give a stored step as it was asked for."""
    values: dict[str, object] = msgspec.to_builtins(activity)
    for name in ("id", "request_id", "ordinal", "needs_channel", "invitation_sequence", "team_ids"):
        del values[name]
    return values
