"""Accounts, sessions and links in PostgreSQL."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from app.accounts.domain import (
    SESSION_LIFE,
    TOKEN_LIFE,
    Account,
    AccountNotFound,
    CreateAccount,
    EmailTaken,
    RegisterAccount,
    School,
    SignedIn,
    TokenPurpose,
)
from app.database import Connection, load_queries
from app.database.constraints import on_constraint
from app.database.rows import fetch_all, fetch_one, find_one, struct_of

_queries = load_queries(__file__)
on_constraint("account_email_unique", lambda _: EmailTaken())


def _account(row: Any) -> Account | None:
    return None if row is None else struct_of(Account, row)


async def insert_account(
    connection: Connection, command: CreateAccount, *, password_hash: str, email_verified: bool, now: datetime
) -> Account:
    """Insert an account. Raises EmailTaken."""
    values = msgspec.structs.asdict(command)
    del values["password"]
    values["email"] = command.email.lower()  # PostgreSQL knows small letters of ASCII for certain, no others
    return await fetch_one(
        Account,
        _queries.insert_account(
            connection,
            **values,
            password_hash=password_hash,
            email_verified_at=now if email_verified else None,
            now=now,
        ),
    )


async def get_account(connection: Connection, account_id: UUID) -> Account:
    """Give an account. Raises AccountNotFound."""
    account = _account(await _queries.find_account(connection, account_id=account_id))
    if account is None:
        raise AccountNotFound
    return account


async def update_disabled(connection: Connection, account_id: UUID, *, disabled_at: datetime | None) -> Account:
    """Close an account, which ends its sessions, or open it again. Raises AccountNotFound."""
    account = _account(await _queries.update_disabled(connection, account_id=account_id, disabled_at=disabled_at))
    if account is None:
        raise AccountNotFound
    if disabled_at is not None:
        await _queries.delete_sessions_of(connection, account_id=account_id)
    return account


async def find_account_by_email(connection: Connection, email: str) -> Account | None:
    """Give the account of an address."""
    return _account(await _queries.find_account_by_email(connection, email=email))


async def find_password(connection: Connection, email: str) -> tuple[UUID, str] | None:
    """Give account and password hash of an address."""
    row = await _queries.find_password(connection, email=email)
    return None if row is None else (row["id"], row["password_hash"])


async def list_accounts(connection: Connection) -> list[Account]:
    """List every account."""
    return await fetch_all(Account, _queries.list_accounts(connection))


async def list_contacts_of_employer(connection: Connection, employer_id: UUID) -> list[Account]:
    """List the accounts that may speak for an employer."""
    return await fetch_all(Account, _queries.list_contacts_of_employer(connection, employer_id=employer_id))


async def list_staff_of_department(connection: Connection, department_id: UUID) -> list[Account]:
    """List the accounts of a department's staff."""
    return await fetch_all(Account, _queries.list_staff_of_department(connection, department_id=department_id))


async def list_organisers(connection: Connection) -> list[Account]:
    """List the accounts of the career centre."""
    return await fetch_all(Account, _queries.list_organisers(connection))


async def update_password(connection: Connection, account_id: UUID, password_hash: str) -> None:
    """Set a password hash, which ends every session."""
    await _queries.update_password(connection, account_id=account_id, password_hash=password_hash)
    await _queries.delete_sessions_of(connection, account_id=account_id)


async def mark_email_verified(connection: Connection, account_id: UUID, *, now: datetime) -> None:
    """Note that the address is the person's."""
    await _queries.mark_email_verified(connection, account_id=account_id, now=now)


async def update_locale(connection: Connection, account_id: UUID, locale: str) -> None:
    """Set the person's language."""
    await _queries.update_locale(connection, account_id=account_id, locale=locale)


async def update_employer(connection: Connection, account_id: UUID, employer_id: UUID | None) -> None:
    """Let a contact speak for an employer, or for none."""
    await _queries.update_employer(connection, account_id=account_id, employer_id=employer_id)


async def administrator_exists(connection: Connection) -> bool:
    """Whether the school has been set up."""
    return bool(await _queries.administrator_exists(connection))


async def insert_session(connection: Connection, *, token_hash: bytes, account_id: UUID) -> None:
    """Open a session."""
    await _queries.insert_session(
        connection, token_hash=token_hash, account_id=account_id, life_seconds=float(SESSION_LIFE)
    )


async def find_session_account(connection: Connection, token_hash: bytes, *, today: date) -> SignedIn | None:
    """Give the account of a session that has not ended, with the duties of a day."""
    life = float(SESSION_LIFE)
    try:
        row = await _queries.find_session_account(connection, token_hash=token_hash, life_seconds=life, today=today)
    except asyncpg.ReadOnlySQLTransactionError:
        row = await _queries.find_session_account_unchanged(connection, token_hash=token_hash, today=today)
    return None if row is None else struct_of(SignedIn, row)


async def delete_session(connection: Connection, token_hash: bytes) -> None:
    """End a session."""
    await _queries.delete_session(connection, token_hash=token_hash)


async def delete_expired(connection: Connection) -> None:
    """Delete sessions, links, tries and idempotency keys that have expired."""
    await _queries.delete_expired(connection)


async def insert_token(connection: Connection, *, token_hash: bytes, account_id: UUID, purpose: TokenPurpose) -> None:
    """Insert a link that works once."""
    life = float(TOKEN_LIFE[purpose])
    await _queries.insert_token(
        connection, token_hash=token_hash, account_id=account_id, purpose=purpose, life_seconds=life
    )


async def use_token(connection: Connection, *, token_hash: bytes, purpose: TokenPurpose) -> UUID | None:
    """Use up a link; give whose it was, None where it was used, is too old or never existed."""
    account_id: UUID | None = await _queries.use_token(connection, token_hash=token_hash, purpose=purpose)
    return account_id


async def count_hit(connection: Connection, bucket: str, *, window_seconds: int) -> int:
    """Count one more try; give how many there were in this window of real time."""
    hits: int = await _queries.count_hit(connection, bucket=bucket, window_seconds=window_seconds)
    return hits


async def uncount_hit(connection: Connection, bucket: str, *, window_seconds: int) -> None:
    """Take back a counted try that turned out right."""
    await _queries.uncount_hit(connection, bucket=bucket, window_seconds=window_seconds)


async def update_registration(
    connection: Connection, account_id: UUID, command: RegisterAccount, *, password_hash: str
) -> None:
    """Replace what was entered for an address that nobody has shown to be theirs; earlier links end."""
    await _queries.update_registration(
        connection,
        account_id=account_id,
        password_hash=password_hash,
        display_name=command.display_name,
        phone=command.phone,
        locale=command.locale,
    )


async def find_school(connection: Connection) -> School | None:
    """Give the school's names."""
    return await find_one(School, _queries.find_school(connection))


async def upsert_school(connection: Connection, school: School) -> None:
    """Set the school's names."""
    await _queries.upsert_school(connection, name_zh=school.name_zh, name_en=school.name_en)
