"""Accounts over HTTP."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from app.accounts import repository, service
from app.accounts.domain import Account, CreateAccount, Password, RegisterAccount, School, SetUpSchool, SignIn
from app.actors import Actor
from app.addresses import Address
from app.database import Database
from app.http.guards import May, signed_in
from app.http.sessions import clear_session_cookie, set_session_cookie
from app.texts import Command

Token = Annotated[str, Meta(min_length=1, max_length=200)]


class LinkToken(Command, frozen=True, forbid_unknown_fields=True):
    """The secret of a mailed link."""

    token: Token


class AskReset(Command, frozen=True, forbid_unknown_fields=True):
    """The address of the account whose password was forgotten."""

    email: Address


class NewPassword(Command, frozen=True, forbid_unknown_fields=True):
    """A mailed link's secret and a new password."""

    token: Token
    password: Password


async def register(database: Database, command: RegisterAccount, *, address: str, now: datetime) -> None:
    """Register an account, so often from one network address and for one mail address. Raises Invalid, TooMany."""
    limits = {f"register-from:{address}": 200, f"register:{command.email.lower()}": service.MAILS_PER_HOUR}
    for bucket, tries in limits.items():
        await database.transact(service.limit, bucket, tries=tries, window_seconds=3600)
    await database.transact(service.register_account, command, now=now)


def client_address(request: Request[Any, Any, Any]) -> str:
    """Give the client's address in the network, for rate limits only."""
    return request.client.host if request.client else ""


class SessionController(Controller):
    """Sign in and out."""

    path = "/api/session"
    tags = ("Accounts",)

    @post("/", summary="Sign in")
    async def sign_in(
        self, request: Request[Any, Any, Any], data: JSONBody[SignIn], database: NamedDependency[Database]
    ) -> Response[Account]:
        """The answer sets the session cookie."""
        token = await service.sign_in(database, data.email, data.password, address=client_address(request))
        async with database.read() as connection:
            account = await repository.find_account_by_email(connection, data.email)
        assert account is not None  # noqa: S101 - it has just signed in
        response = Response(account, status_code=201)
        set_session_cookie(response, token, settings=request.app.state.settings)
        return response

    @get("/", summary="Who is signed in", guards=[signed_in])
    async def who(self, actor: NamedDependency[Actor], database: NamedDependency[Database]) -> Account:
        """The signed-in person's account."""
        async with database.read() as connection:
            return await repository.get_account(connection, actor.account_id)

    @delete("/", summary="Sign out", status_code=204)
    async def sign_out(self, request: Request[Any, Any, Any], database: NamedDependency[Database]) -> Response[None]:
        """The session ends."""
        if request.scope.get("auth"):
            await database.transact(service.close_session, request.scope["auth"])
        response = Response(None, status_code=204)
        clear_session_cookie(response)
        return response


class AccountController(Controller):
    """Register, verify, reset; administrators open accounts for colleagues."""

    path = "/api/accounts"
    tags = ("Accounts",)

    @post("/", summary="Open an account as an employer's contact", status_code=202)
    async def register(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[RegisterAccount],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> None:
        """A mail says how to go on; the answer is the same whether the address is known or not."""
        await register(database, data, address=client_address(request), now=now)

    @get("/", summary="Every account", guards=[May("manage_accounts")])
    async def list_accounts(self, database: NamedDependency[Database]) -> list[Account]:
        """For administrators."""
        async with database.read() as connection:
            return await repository.list_accounts(connection)

    @post("/staff", summary="Open an account for a colleague", guards=[May("manage_accounts")])
    async def create_account(
        self,
        data: JSONBody[CreateAccount],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Account:
        """For administrators."""
        return await database.transact(service.create_account, data, actor=actor, now=now)

    @post("/{account_id:uuid}/close", summary="Close an account", guards=[May("manage_accounts")], status_code=200)
    async def close(
        self,
        account_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Account:
        """For administrators: the person is signed out everywhere and gets no more mails."""
        return await database.transact(service.close_account, account_id, actor=actor, now=now)

    @post("/{account_id:uuid}/reopen", summary="Open it again", guards=[May("manage_accounts")], status_code=200)
    async def reopen(
        self,
        account_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Account:
        """For administrators."""
        return await database.transact(service.reopen_account, account_id, actor=actor, now=now)

    @post("/verification", summary="Send the verification mail again", guards=[signed_in], status_code=202)
    async def ask_verification(
        self, database: NamedDependency[Database], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> None:
        """The mail is sent again, at most five times an hour."""
        bucket = f"verify:{actor.account_id}"
        await database.transact(service.limit, bucket, tries=service.MAILS_PER_HOUR, window_seconds=3600)
        await database.transact(service.ask_verification, actor, now=now)

    @post("/verify-email", summary="Show that an address is yours", status_code=200)
    async def verify_email(
        self, data: JSONBody[LinkToken], database: NamedDependency[Database], now: NamedDependency[datetime]
    ) -> Account:
        """The secret comes from the mailed link."""
        return await database.transact(service.verify_email, data.token, now=now)

    @post("/password-reset", summary="Ask for a link to set a new password", status_code=202)
    async def ask_password_reset(
        self, data: JSONBody[AskReset], database: NamedDependency[Database], now: NamedDependency[datetime]
    ) -> None:
        """The answer is the same whether the address is known or not."""
        bucket = f"reset:{data.email.lower()}"
        await database.transact(service.limit, bucket, tries=service.MAILS_PER_HOUR, window_seconds=3600)
        await database.transact(service.ask_password_reset, data.email, now=now)

    @post("/new-password", summary="Set a new password by a mailed link", status_code=204)
    async def reset_password(
        self, data: JSONBody[NewPassword], database: NamedDependency[Database], now: NamedDependency[datetime]
    ) -> None:
        """All sessions of the account end."""
        await database.transact(service.reset_password, data.token, data.password, now=now)


class SchoolController(Controller):
    """The school and its setting up."""

    path = "/api/school"
    tags = ("School",)

    @get("/", summary="The school's names")
    async def get_school(self, database: NamedDependency[Database]) -> School | None:
        """The answer is null before the school was set up."""
        async with database.read() as connection:
            return await repository.find_school(connection)

    @post("/", summary="First run: name the school, open the first administrator's account")
    async def set_up(
        self, data: JSONBody[SetUpSchool], database: NamedDependency[Database], now: NamedDependency[datetime]
    ) -> Account:
        """This works once."""
        return await database.transact(service.set_up_school, data, now=now)

    @put("/", summary="Name the school", guards=[May("name_school")])
    async def name_school(
        self,
        data: JSONBody[School],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> School:
        """For administrators."""
        return await database.transact(service.name_school, data, actor=actor, now=now)
