"""Use cases of invitations: issue one, read it to be printed, say whether a printed one is still true."""

import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec

from app.accounts import repository as accounts
from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.entries.service import entry_closes_at
from app.events import InvitationIssued
from app.invitation_letters import repository
from app.invitation_letters.domain import (
    CODE_LENGTH,
    CODE_LETTERS,
    InvitationLocale,
    IssuedInvitation,
    NotIssued,
    Spot,
    Verified,
    code_as_typed,
)
from app.invitation_letters.letter import letter_data
from app.invitation_letters.repository import LetterRow
from app.locales import translator
from app.outbox import append
from app.permissions import must
from app.requests import repository as requests
from app.requests.access import must_see
from app.requests.domain import ActivityNotFound
from app.seasons import repository as seasons
from app.settings import Settings
from app.signed_links import sign_link

# So long after its end an invitation can be verified, for whoever settles a journey by it.
VERIFIED_FOR: Final = timedelta(days=400)


async def issue_invitation(
    connection: Connection, activity_id: UUID, *, actor: Actor, settings: Settings, clock: Clock
) -> IssuedInvitation:
    """Give a confirmed activity's invitation its code; asked for again it is the same one.

    Raises ActivityNotFound, NotInvited.
    """
    letter = await _get_own(connection, activity_id, actor)
    if letter.code is None:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        if await repository.insert_code(
            connection, letter.booking_id, code, issued_by=actor.account_id, now=clock.now()
        ):
            event = InvitationIssued(
                subject_id=letter.request_id, season_id=letter.season_id, activity_id=letter.activity_id
            )
            await append(connection, event, actor_id=actor.account_id, now=clock.now())
        letter = await repository.get_letter(connection, activity_id)
    return _issued(letter, settings)


async def read_invitation(
    connection: Connection,
    activity_id: UUID,
    locale: InvitationLocale,
    *,
    actor: Actor,
    settings: Settings,
    clock: Clock,
) -> dict[str, object]:
    """Give what an issued invitation says, for its template.

    Raises ActivityNotFound, NotInvited, NotIssued.
    """
    letter = await _get_own(connection, activity_id, actor)
    issued = _issued(letter, settings)
    policies = await seasons.get_policies(connection, letter.season_id)
    until = None
    if letter.rooms_zh:
        until = await entry_closes_at(connection, letter.starts_at, policies.campus_entry_until_working_days, clock)
    return letter_data(
        letter,
        issued,
        school=await accounts.find_school(connection),
        verify_at=settings.base_url.rstrip("/") + "/verify",
        entry_until=until,
        zone=clock.zone,
        translate=translator(locale),
    )


async def read_verified(connection: Connection, booking_id: UUID) -> Verified:
    """Say what is true now of an invitation that was printed of a booking. Raises CodeUnknown."""
    row = await repository.get_printed(connection, booking_id)
    validity = "revoked" if row.current is None else "valid" if _same(row.printed, row.current) else "changed"
    return msgspec.convert(
        {**msgspec.structs.asdict(row), "validity": validity}, Verified, from_attributes=True, strict=False
    )


async def read_verified_by_code(connection: Connection, text: str) -> Verified:
    """Say what is true now of an invitation by its code, as somebody typed it. Raises CodeUnknown."""
    return await read_verified(connection, await repository.get_booking_of_code(connection, code_as_typed(text)))


async def _get_own(connection: Connection, activity_id: UUID, actor: Actor) -> LetterRow:
    request_id = await requests.get_request_of_activity(connection, activity_id)
    must_see(actor, await requests.get_request(connection, request_id), hidden=ActivityNotFound)
    must(actor, "print_invitation", own=True)
    return await repository.get_letter(connection, activity_id)


def _issued(letter: LetterRow, settings: Settings) -> IssuedInvitation:
    if letter.code is None or letter.issued_at is None:
        raise NotIssued
    end = letter.ends_at + VERIFIED_FOR
    token = sign_link(settings.signing_keys, "verification", letter.booking_id, expires_at=end)
    return IssuedInvitation(
        activity_id=letter.activity_id,
        code=letter.code,
        link=f"{settings.base_url.rstrip('/')}/verify/{token}",
        issued_at=letter.issued_at,
    )


def _same(printed: Spot, current: Spot) -> bool:
    """Whether somebody who follows the document is at the right time in the right place."""
    return (printed.starts_at, printed.ends_at, printed.resource_ids) == (
        current.starts_at,
        current.ends_at,
        current.resource_ids,
    )
