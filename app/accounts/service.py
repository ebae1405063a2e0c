"""Use cases of accounts: set up the school, register, sign in and out, verify an address, reset a password."""

import time
from datetime import date, datetime
from uuid import UUID

import msgspec

from app.accounts import repository
from app.accounts.domain import (
    Account,
    AlreadySetUp,
    CreateAccount,
    OwnAccount,
    RegisterAccount,
    School,
    SetUpSchool,
    TokenInvalid,
    TokenPurpose,
    TooManySearches,
    WrongCredentials,
)
from app.accounts.secrets import check_strength, hash_password, new_token, password_matches, token_hash
from app.actors import Actor, account_of
from app.database import Connection, Database
from app.errors import N_, Invalid, TooMany
from app.events import (
    AccountClosed,
    AccountCreated,
    AccountRegistered,
    AccountRegisteredAgain,
    AccountReopened,
    EmailVerified,
    PasswordChanged,
    PasswordResetAsked,
    SchoolChanged,
)
from app.outbox import append
from app.permissions import must

SIGN_IN_TRIES = 10
SIGN_IN_TRIES_FROM = 100
SIGN_IN_WINDOW_SECONDS = 300
MAILS_PER_HOUR = 5
SEARCHES_PER_MINUTE = 60


async def limit(connection: Connection, bucket: str, *, tries: int, window_seconds: int) -> None:
    """Count a try; call it in a transaction of its own, so that refused tries count too. Raises TooMany."""
    if await repository.count_hit(connection, bucket, window_seconds=window_seconds) > tries:
        raise TooMany(seconds=window_seconds)


async def count_search(connection: Connection, account_id: UUID) -> None:
    """Count a search, a question for what is free or a preview: they cost more than other reading.

    Raises TooManySearches.
    """
    if await repository.count_hit(connection, f"search:{account_id}", window_seconds=60) > SEARCHES_PER_MINUTE:
        raise TooManySearches(limit=SEARCHES_PER_MINUTE, seconds=60 - int(time.time()) % 60)


async def sign_in(database: Database, email: str, password: str, *, address: str) -> str:
    """Check address and password, and open a session. Raises WrongCredentials, TooMany.

    Wrong tries count, for an account from one network address and for that network address: whoever guesses is locked
    out where they are, and the owner gets in from elsewhere.
    """
    buckets = {f"sign-in:{email.lower()}:{address}": SIGN_IN_TRIES, f"sign-in-from:{address}": SIGN_IN_TRIES_FROM}
    for bucket, tries in buckets.items():
        await database.transact(limit, bucket, tries=tries, window_seconds=SIGN_IN_WINDOW_SECONDS)
    async with database.pool.acquire() as connection:
        account_id = await check_credentials(connection, email, password)

    async def enter(connection: Connection) -> str:
        for bucket in buckets:
            await repository.uncount_hit(connection, bucket, window_seconds=SIGN_IN_WINDOW_SECONDS)
        return await open_session(connection, account_id)

    return await database.transact(enter)


async def set_up_school(connection: Connection, command: SetUpSchool, *, now: datetime) -> Account:
    """Name the school and open its first administrator's account. Raises AlreadySetUp."""
    await connection.execute("SELECT pg_advisory_xact_lock(7)")
    if await repository.administrator_exists(connection):
        raise AlreadySetUp
    await repository.upsert_school(connection, School(name_zh=command.school_name_zh, name_en=command.school_name_en))
    account = CreateAccount(
        email=command.email,
        password=command.password,
        display_name=command.display_name,
        role="administrator",
        locale=command.locale,
    )
    return await create_account(connection, account, actor=None, now=now)


async def name_school(connection: Connection, school: School, *, actor: Actor, now: datetime) -> School:
    """Change the school's names."""
    must(actor, "name_school")
    await repository.upsert_school(connection, school)
    await append(connection, SchoolChanged(subject_id=actor.account_id), actor_id=actor.account_id, now=now)
    return school


async def close_account(connection: Connection, account_id: UUID, *, actor: Actor, now: datetime) -> Account:
    """Close an account: signed out everywhere, no more mails. Raises AccountNotFound, OwnAccount."""
    must(actor, "manage_accounts")
    if account_id == actor.account_id:
        raise OwnAccount
    account = await repository.update_disabled(connection, account_id, disabled_at=now)
    await append(connection, AccountClosed(subject_id=account_id), actor_id=actor.account_id, now=now)
    return account


async def reopen_account(connection: Connection, account_id: UUID, *, actor: Actor, now: datetime) -> Account:
    """Open a closed account again. Raises AccountNotFound."""
    must(actor, "manage_accounts")
    account = await repository.update_disabled(connection, account_id, disabled_at=None)
    await append(connection, AccountReopened(subject_id=account_id), actor_id=actor.account_id, now=now)
    return account


async def create_account(
    connection: Connection, command: CreateAccount, *, actor: Actor | None, now: datetime
) -> Account:
    """Open an account for a colleague; `actor` is None for the command line. Raises EmailTaken, Forbidden, Invalid."""
    if actor is not None:
        must(actor, "manage_accounts")
    if (command.department_id is not None) != (command.role == "department_staff"):
        raise Invalid.at("department_id", N_("Department staff belong to a department, nobody else does."))
    if command.employer_id is not None and command.role != "employer_contact":
        raise Invalid.at("employer_id", N_("Only an employer's contact belongs to an employer."))
    await check_strength(command.password, about=(command.email, command.display_name))
    account = await repository.insert_account(
        connection, command, password_hash=await hash_password(command.password), email_verified=True, now=now
    )
    event = AccountCreated(subject_id=account.id, role=account.role)
    await append(connection, event, actor_id=account_of(actor), now=now)
    return account


async def register_account(connection: Connection, command: RegisterAccount, *, now: datetime) -> None:
    """Open an account of an employer's contact, which signs in once a mailed link has shown that the address is theirs.

    Whether the address has an account already is told in a mail to it, and nowhere else. Raises Invalid.
    """
    await check_strength(command.password, about=(command.email, command.display_name))
    password_hash = await hash_password(command.password)
    known = await repository.find_account_by_email(connection, command.email)
    if known is None:
        wanted = CreateAccount(**msgspec.structs.asdict(command), role="employer_contact")
        known = await repository.insert_account(
            connection, wanted, password_hash=password_hash, email_verified=False, now=now
        )
    elif known.email_verified_at is not None:
        await append(connection, AccountRegisteredAgain(subject_id=known.id), actor_id=None, now=now)
        return
    else:
        # Nobody has shown that it is theirs: the latest counts, and earlier links work no more.
        await repository.update_registration(connection, known.id, command, password_hash=password_hash)
    await append(connection, AccountRegistered(subject_id=known.id), actor_id=known.id, now=now)


async def check_credentials(connection: Connection, email: str, password: str) -> UUID:
    """Give the account of an address with its password. Raises WrongCredentials."""
    found = await repository.find_password(connection, email)
    if not await password_matches(password, found and found[1]) or found is None:
        raise WrongCredentials
    return found[0]


async def open_session(connection: Connection, account_id: UUID) -> str:
    """Open a session; give the token for its cookie."""
    token = new_token()
    await repository.insert_session(connection, token_hash=token_hash(token), account_id=account_id)
    return token


async def find_actor(connection: Connection, token: str, today: date) -> Actor | None:
    """Give who is signed in with a session's token, with the duties of a day; None when the session has ended."""
    account = await repository.find_session_account(connection, token_hash(token), today=today)
    return None if account is None else account.actor()


async def close_session(connection: Connection, token: str) -> None:
    """End a session."""
    await repository.delete_session(connection, token_hash(token))


async def issue_token(connection: Connection, account_id: UUID, purpose: TokenPurpose) -> str:
    """Make a link's secret; it is made when the mail is written, so that no event contains it."""
    token = new_token()
    await repository.insert_token(connection, token_hash=token_hash(token), account_id=account_id, purpose=purpose)
    return token


async def verify_email(connection: Connection, token: str, *, now: datetime) -> Account:
    """Verify an address by a mailed link. Raises TokenInvalid."""
    account_id = await repository.use_token(connection, token_hash=token_hash(token), purpose="verify_email")
    if account_id is None:
        raise TokenInvalid
    await repository.mark_email_verified(connection, account_id, now=now)
    await append(connection, EmailVerified(subject_id=account_id), actor_id=account_id, now=now)
    return await repository.get_account(connection, account_id)


async def ask_verification(connection: Connection, actor: Actor, *, now: datetime) -> None:
    """Send the verification mail again."""
    await append(connection, AccountRegistered(subject_id=actor.account_id), actor_id=actor.account_id, now=now)


async def ask_password_reset(connection: Connection, email: str, *, now: datetime) -> None:
    """Mail a link, if the address is known; the caller is not told which."""
    account = await repository.find_account_by_email(connection, email)
    if account is not None and account.disabled_at is None:
        await append(connection, PasswordResetAsked(subject_id=account.id), actor_id=None, now=now)


async def reset_password(connection: Connection, token: str, password: str, *, now: datetime) -> None:
    """Set a new password by a mailed link; every session ends. Raises TokenInvalid."""
    account_id = await repository.use_token(connection, token_hash=token_hash(token), purpose="reset_password")
    if account_id is None:
        raise TokenInvalid
    account = await repository.get_account(connection, account_id)
    await check_strength(password, about=(account.email, account.display_name))
    await repository.update_password(connection, account_id, await hash_password(password))
    await repository.mark_email_verified(connection, account_id, now=now)
    await append(connection, PasswordChanged(subject_id=account_id), actor_id=account_id, now=now)
