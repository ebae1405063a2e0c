"""Asking somebody to act for an employer, and their answer by the link of the mail."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.accounts import repository as accounts
from app.accounts.domain import Account, CreateAccount, RegisterAccount
from app.accounts.secrets import check_strength, hash_password
from app.actors import Actor
from app.database import Connection
from app.employers import repository as employers
from app.errors import N_, FieldError, Invalid
from app.events import EmailVerified, InvitationWithdrawn, OwnerChanged, PersonInvited, PersonJoined
from app.outbox import append
from app.people import repository
from app.people.access import must_answer_for
from app.people.domain import (
    INVITATION_LIFE,
    MOST_INVITATIONS,
    AcceptInvitation,
    ActsForAnother,
    Invitation,
    InvitationEnded,
    InvitationNotFound,
    InvitationUnsuitable,
    Invite,
    InvitedAlready,
    People,
    TooManyInvitations,
)


async def invite(
    connection: Connection, employer_id: UUID, command: Invite, *, actor: Actor, now: datetime
) -> Invitation:
    """Mail somebody a link with which they act for an employer from then on.

    Raises EmployerNotFound, NotTheOwner, InvitedAlready, TooManyInvitations.
    """
    people = await repository.lock_people(connection, employer_id)
    must_answer_for(actor, employer_id, people)
    await employers.get_employer(connection, employer_id)
    over = [known.id for known in people.invitations if not known.is_open(now)]
    await repository.end_invitations(connection, over, "withdrawn")
    if len(people.invitations) - len(over) >= MOST_INVITATIONS:
        raise TooManyInvitations(limit=MOST_INVITATIONS)
    if any(person.email == command.email.lower() for person in people.people):
        raise InvitedAlready
    known_account = await accounts.find_account_by_email(connection, command.email)
    invitation_id = await repository.insert_invitation(
        connection,
        employer_id,
        email=command.email,
        locale=known_account.locale if known_account else actor.locale,
        as_owner=command.as_owner,
        invited_by=actor.account_id,
        now=now,
        expires_at=now + INVITATION_LIFE,
    )
    event = PersonInvited(subject_id=employer_id, invitation_id=invitation_id)
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await repository.get_invitation(connection, invitation_id)


async def withdraw_invitation(
    connection: Connection, employer_id: UUID, invitation_id: UUID, *, actor: Actor, now: datetime
) -> People:
    """Take an invitation back: its link is dead. Raises EmployerNotFound, NotTheOwner, InvitationNotFound."""
    people = await repository.lock_people(connection, employer_id)
    must_answer_for(actor, employer_id, people)
    if invitation_id not in {invitation.id for invitation in people.invitations}:
        raise InvitationNotFound
    await repository.end_invitations(connection, [invitation_id], "withdrawn")
    event = InvitationWithdrawn(subject_id=employer_id, invitation_id=invitation_id)
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await repository.get_people(connection, employer_id)


async def needs_account(connection: Connection, invitation: Invitation) -> bool:
    """Whether the invited address has no account that was shown to be its owner's."""
    account = await accounts.find_account_by_email(connection, invitation.email)
    return account is None or account.email_verified_at is None


async def accept_invitation(
    connection: Connection, invitation_id: UUID, command: AcceptInvitation, *, now: datetime
) -> Account:
    """Act for the employer from now on; who has the link reads the mail of the invited address.

    Raises InvitationNotFound, InvitationEnded, InvitationUnsuitable, ActsForAnother, Invalid.
    """
    asked = await repository.get_invitation(connection, invitation_id)
    people = await repository.lock_people(connection, asked.employer_id)
    invitation = await repository.get_invitation(connection, invitation_id)
    if not invitation.is_open(now):
        raise InvitationEnded
    account = await accounts.find_account_by_email(connection, invitation.email)
    if account is None or account.email_verified_at is None:
        account = await _open_account(connection, invitation, account, command, now=now)
    if account.role != "employer_contact" or account.disabled_at is not None:
        raise InvitationUnsuitable
    if account.employer_id not in (None, invitation.employer_id):
        raise ActsForAnother
    await repository.end_invitations(connection, [invitation_id], "accepted")
    await join(connection, people, invitation.employer_id, account.id, as_owner=invitation.as_owner, now=now)
    return await accounts.get_account(connection, account.id)


async def join(
    connection: Connection, people: People, employer_id: UUID, account_id: UUID, *, as_owner: bool, now: datetime
) -> None:
    """Let an account act for an employer; the first one, or who was asked to, is its owner."""
    await accounts.update_employer(connection, account_id, employer_id)
    owner_id = account_id if as_owner or people.owner is None else people.owner.account_id
    await repository.upsert_owner(connection, employer_id, owner_id, now=now)
    event = PersonJoined(subject_id=employer_id, account_id=account_id)
    await append(connection, event, actor_id=account_id, now=now)
    if people.owner is not None and owner_id != people.owner.account_id:
        owned = OwnerChanged(subject_id=employer_id, account_id=owner_id)
        await append(connection, owned, actor_id=account_id, now=now)


async def _open_account(
    connection: Connection, invitation: Invitation, known: Account | None, command: AcceptInvitation, *, now: datetime
) -> Account:
    """Open the account of an invited address. What somebody registered there without showing it theirs counts not."""
    if command.display_name is None or command.password is None:
        given = {"display_name": command.display_name, "password": command.password}
        missing = [name for name, value in given.items() if value is None]
        raise Invalid(*(FieldError(name, N_("Fill this in."), code="missing") for name in missing))
    await check_strength(command.password, about=(invitation.email, command.display_name))
    password_hash = await hash_password(command.password)
    wanted = RegisterAccount(
        email=invitation.email,
        password=command.password,
        display_name=command.display_name,
        phone=command.phone,
        locale=command.locale,
    )
    if known is not None:
        await accounts.update_registration(connection, known.id, wanted, password_hash=password_hash)
        await accounts.mark_email_verified(connection, known.id, now=now)
    else:
        account = CreateAccount(**msgspec.structs.asdict(wanted), role="employer_contact")
        known = await accounts.insert_account(
            connection, account, password_hash=password_hash, email_verified=True, now=now
        )
    await append(connection, EmailVerified(subject_id=known.id), actor_id=known.id, now=now)
    return await accounts.get_account(connection, known.id)
