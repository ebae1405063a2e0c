"""Who the benches sign in: an administrator, and the contact of an employer."""

from datetime import date

from app.accounts import service
from app.accounts.domain import CreateAccount, SetUpSchool
from app.accounts.repository import mark_email_verified
from app.benches.season import bench_id
from app.clock import Clock
from app.database import open_database
from app.settings import load_settings

_PASSWORD = "a long enough password"  # noqa: S105 - of an instance that lives for one bench
CLOCK = Clock(0, load_settings({}).timezone)


async def sign_in(database_url: str, people: int) -> list[str]:
    """Set the school up; give the tokens of some sessions of its administrator."""
    command = SetUpSchool(
        school_name_zh="江城大学",
        school_name_en="Jiangcheng University",
        email="bench@school.example",
        password=_PASSWORD,
        display_name="bench",
    )
    async with open_database(database_url, size=1) as database:
        account = await database.transact(service.set_up_school, command, now=CLOCK.now())
        return [await database.transact(service.open_session, account.id) for _ in range(people)]


async def sign_in_employer(database_url: str, token: str) -> str:
    """Open an account for the first employer, in the name of the administrator with that session; give its token."""
    command = CreateAccount(
        email="hr@employer.example",
        password=_PASSWORD,
        display_name="hr",
        role="employer_contact",
        employer_id=bench_id("c", 0),
    )
    async with open_database(database_url, size=1) as database:
        async with database.pool.acquire() as connection:
            administrator = await service.find_actor(connection, token, date.min)
        assert administrator is not None  # noqa: S101 - the session was opened a moment ago
        account = await database.transact(service.create_account, command, actor=administrator, now=CLOCK.now())
        async with database.pool.acquire() as connection:
            await mark_email_verified(connection, account.id, now=CLOCK.now())
        return await database.transact(service.open_session, account.id)


async def sign_in_organisers(database_url: str, people: int) -> list[str]:
    """Open accounts of organisers; give a token of each: what one account may ask in a minute is limited."""
    async with open_database(database_url, size=1) as database:
        tokens = []
        for number in range(people):
            command = CreateAccount(
                email=f"organiser{number}@school.example",
                password=_PASSWORD,
                display_name=f"organiser {number}",
                role="organiser",
            )
            account = await database.transact(service.create_account, command, actor=None, now=CLOCK.now())
            tokens.append(await database.transact(service.open_session, account.id))
    return tokens
