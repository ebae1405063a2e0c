"""Use cases of an employer's people: who they are, who leaves, who answers for them."""

from datetime import datetime
from uuid import UUID

from app.accounts import repository as accounts
from app.actors import Actor
from app.database import Connection
from app.employers import repository as employers
from app.events import OwnerChanged, PersonLeft
from app.outbox import append
from app.people import repository
from app.people.access import must_answer_for, must_see_people
from app.people.domain import LastPerson, NameOwner, People, Person, RemovePerson
from app.people.handing_over import give, person_of


async def read_people(connection: Connection, employer_id: UUID, *, actor: Actor) -> People:
    """Give who acts for an employer. Raises EmployerNotFound."""
    must_see_people(actor, employer_id)
    await employers.get_employer(connection, employer_id)
    return await repository.get_people(connection, employer_id)


async def name_owner(
    connection: Connection, employer_id: UUID, command: NameOwner, *, actor: Actor, now: datetime
) -> People:
    """Let another one answer for the people. Raises EmployerNotFound, NotTheOwner, PersonNotFound."""
    people = await repository.lock_people(connection, employer_id)
    must_answer_for(actor, employer_id, people)
    person = person_of(people, command.account_id)
    if not person.is_owner:
        await _make_owner(connection, employer_id, person, actor=actor, now=now)
    return await repository.get_people(connection, employer_id)


async def remove_person(
    connection: Connection, employer_id: UUID, account_id: UUID, command: RemovePerson, *, actor: Actor, now: datetime
) -> People:
    """Let somebody act for an employer no more; a colleague takes over their requests, and the owner's part.

    Everybody may leave; only the owner and the career centre let others go. Raises EmployerNotFound, NotTheOwner,
    PersonNotFound, LastPerson.
    """
    must_see_people(actor, employer_id)
    people = await repository.lock_people(connection, employer_id)
    if account_id != actor.account_id:
        must_answer_for(actor, employer_id, people)
    person = person_of(people, account_id)
    others = [other for other in people.people if other is not person]
    taker = _taker(others, command)
    if taker is None and not command.nobody_left:
        raise LastPerson
    if taker is not None:
        given = await repository.lock_requests(connection, employer_id, email=person.email)
        await give(connection, employer_id, given, taker, actor=actor, now=now)
        if person.is_owner:
            await _make_owner(connection, employer_id, taker, actor=actor, now=now)
    await accounts.update_employer(connection, account_id, None)
    left = PersonLeft(subject_id=employer_id, account_id=account_id, removed=account_id != actor.account_id)
    await append(connection, left, actor_id=actor.account_id, now=now)
    return await repository.get_people(connection, employer_id)


def _taker(others: list[Person], command: RemovePerson) -> Person | None:
    """Give who takes over: who was named, else the owner, else who is left. Raises PersonNotFound."""
    if command.hand_to is not None:
        return person_of(People(people=tuple(others), invitations=()), command.hand_to)
    return next((other for other in others if other.is_owner), others[0] if others else None)


async def _make_owner(
    connection: Connection, employer_id: UUID, person: Person, *, actor: Actor, now: datetime
) -> None:
    await repository.upsert_owner(connection, employer_id, person.account_id, now=now)
    event = OwnerChanged(subject_id=employer_id, account_id=person.account_id)
    await append(connection, event, actor_id=actor.account_id, now=now)
