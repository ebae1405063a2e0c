"""What every move of an employer stands on: whether it is possible, and how a review begins."""

from datetime import date

from app.actors import Actor, account_of
from app.clock import Clock
from app.database import Connection
from app.employers import repository
from app.employers.domain import MOVES, STATE_NAMES, Employer, EmployerMoveImpossible
from app.events import EmployerReviewAsked
from app.outbox import append
from app.seasons import repository as seasons
from app.seasons.policies import DEFAULT_POLICIES


def must_be_possible(act: str, employer: Employer) -> None:
    """Check that the table has a move from an employer's state. Raises EmployerMoveImpossible."""
    if employer.state not in MOVES[act][0]:
        raise EmployerMoveImpossible(state=STATE_NAMES[employer.state], extra={"state": employer.state, "act": act})


async def start_review(connection: Connection, employer: Employer, *, actor: Actor | None, clock: Clock) -> Employer:
    """Ask the career centre for a review of an employer, which is locked; its time counts in working days."""
    now = clock.now()
    today = clock.local(now).date()
    calendar = await seasons.get_calendar(connection, today, today.replace(year=today.year + 1, day=1))
    days = await _review_days(connection, today)
    changed = await repository.update_state(
        connection,
        employer.id,
        "under_review",
        review_asked_at=now,
        review_due_at=calendar.due(now, days, clock.zone),
    )
    await append(connection, EmployerReviewAsked(subject_id=employer.id), actor_id=account_of(actor), now=now)
    return changed


async def _review_days(connection: Connection, today: date) -> int:
    policies = await seasons.find_policies_of_day(connection, today) or DEFAULT_POLICIES
    return policies.employer_review_working_days
