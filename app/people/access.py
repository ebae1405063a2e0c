"""Who may see and change the people of an employer."""

from uuid import UUID

from app.accounts.domain import EmailNotVerified
from app.actors import Actor
from app.employers.domain import EmployerNotFound
from app.people.domain import NotTheOwner, People
from app.permissions import may


def must_see_people(actor: Actor, employer_id: UUID) -> None:
    """Check that somebody acts for an employer, or may for all. Raises EmployerNotFound, EmailNotVerified."""
    if not may(actor, "own_people", own=actor.employer_id == employer_id):
        raise EmployerNotFound
    if not actor.organises and not actor.email_verified:
        raise EmailNotVerified


def must_answer_for(actor: Actor, employer_id: UUID, people: People) -> None:
    """Check that somebody is the owner of an employer's people, or of the career centre.

    Raises EmployerNotFound, NotTheOwner.
    """
    must_see_people(actor, employer_id)
    owns = people.owner is not None and people.owner.account_id == actor.account_id
    if not actor.organises and not owns:
        raise NotTheOwner


def answers_for(actor: Actor, people: People) -> bool:
    """Whether somebody may do what only the owner and the career centre may."""
    return actor.organises or (people.owner is not None and people.owner.account_id == actor.account_id)
