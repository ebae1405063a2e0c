"""The people of employers in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.constraints import on_constraint
from app.database.rows import fetch_all
from app.people.domain import ENDED, Invitation, InvitationNotFound, InvitedAlready, People, Person

_queries = load_queries(__file__)
on_constraint("employer_invitation_once", lambda _: InvitedAlready())


class HandedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request with the contact that it had."""

    id: UUID
    season_id: UUID
    contact_name: str
    contact_locale: str
    contact_email: str
    asked_name: str | None

    @property
    def name(self) -> str:
        """Give what the contact is called."""
        return self.contact_name or self.asked_name or ""


async def lock_people(connection: Connection, employer_id: UUID) -> People:
    """Lock who acts for an employer until this transaction ends, and give them."""
    await _queries.lock_people(connection, employer_id=employer_id)
    return await get_people(connection, employer_id)


async def get_people(connection: Connection, employer_id: UUID) -> People:
    """Give who acts for an employer, and who was asked to."""
    people = await list_people(connection, employer_id)
    asked = await fetch_all(
        Invitation, _queries.list_invitations(connection, employer_id=employer_id, invitation_id=None)
    )
    return People(people=tuple(people), invitations=tuple(asked))


async def list_people(connection: Connection, employer_id: UUID) -> list[Person]:
    """List who acts for an employer, the owner first."""
    return await fetch_all(Person, _queries.list_people(connection, employer_id=employer_id, ended=list(ENDED)))


async def get_invitation(connection: Connection, invitation_id: UUID) -> Invitation:
    """Give an invitation, whatever became of it. Raises InvitationNotFound."""
    rows = _queries.list_invitations(connection, employer_id=None, invitation_id=invitation_id)
    for invitation in await fetch_all(Invitation, rows):
        return invitation
    raise InvitationNotFound


async def insert_invitation(
    connection: Connection,
    employer_id: UUID,
    *,
    email: str,
    locale: str,
    as_owner: bool,
    invited_by: UUID,
    now: datetime,
    expires_at: datetime,
) -> UUID:
    """Insert an invitation. Raises InvitedAlready."""
    invitation_id: UUID = await _queries.insert_invitation(
        connection,
        employer_id=employer_id,
        email=email.lower(),
        locale=locale,
        as_owner=as_owner,
        invited_by=invited_by,
        now=now,
        expires_at=expires_at,
    )
    return invitation_id


async def end_invitations(connection: Connection, invitation_ids: Sequence[UUID], state: str) -> None:
    """End open invitations."""
    await _queries.end_invitations(connection, invitation_ids=list(invitation_ids), state=state)


async def upsert_owner(connection: Connection, employer_id: UUID, account_id: UUID, *, now: datetime) -> None:
    """Name the owner of an employer's people."""
    await _queries.upsert_owner(connection, employer_id=employer_id, account_id=account_id, now=now)


async def lock_requests(
    connection: Connection, employer_id: UUID, *, request_ids: Sequence[UUID] = (), email: str | None = None
) -> list[HandedRequest]:
    """Lock requests of an employer that go on: some, or those of a contact."""
    rows = _queries.lock_requests(
        connection, employer_id=employer_id, request_ids=list(request_ids), email=email, ended=list(ENDED)
    )
    return await fetch_all(HandedRequest, rows)


async def update_contact(connection: Connection, request_ids: Sequence[UUID], person: Person) -> None:
    """Make a person the contact of some requests."""
    await _queries.update_contact(
        connection,
        request_ids=list(request_ids),
        account_id=person.account_id,
        name=person.display_name,
        email=person.email,
        phone=person.phone,
        locale=person.locale,
    )


async def insert_handover(
    connection: Connection, employer_id: UUID, given: HandedRequest, *, to_account_id: UUID, now: datetime
) -> UUID:
    """Insert from whom to whom requests go."""
    handover_id: UUID = await _queries.insert_handover(
        connection,
        employer_id=employer_id,
        from_name=given.name,
        from_email=given.contact_email,
        from_locale=given.contact_locale,
        to_account_id=to_account_id,
        now=now,
    )
    return handover_id
