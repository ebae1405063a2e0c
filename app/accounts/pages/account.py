"""Signing in and everything around it."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from app.accounts import repository, service
from app.accounts.controllers import NewPassword, client_address, sign_in
from app.accounts.domain import RegisterAccount, SetUpSchool, SignIn
from app.database import Database
from app.errors import DomainError, NotFound
from app.http.reader import LOCALE_COOKIE
from app.http.sessions import clear_session_cookie, set_session_cookie
from app.layout.forms import EMPTY_FORM, as_command, refused, submitted_values
from app.layout.page import Answer, AnyRequest, Page, safe_next, see_other
from app.locales import LOCALES

_YEAR = 365 * 24 * 3600


class AccountPages(Controller):
    """First run, sign in, register, links from mails, language."""

    include_in_schema = False

    @get("/welcome")
    async def first_run(self, page: NamedDependency[Page], database: NamedDependency[Database]) -> Answer:
        """Name the school, open the first administrator's account; works once."""
        async with database.read() as connection:
            if await repository.administrator_exists(connection):
                return see_other("/sign-in")
        return page.render("welcome.html", form=EMPTY_FORM)

    @post("/welcome")
    async def set_up(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Then signs the administrator in."""
        values = await submitted_values(request)
        try:
            command = as_command({**values, "locale": page.translate.locale}, SetUpSchool)
            account = await database.transact(service.set_up_school, command, now=now)
        except DomainError as error:
            form = refused(error, values, page.translate)
            return page.render("welcome.html", form=form, status_code=422)
        token = await database.transact(service.open_session, account.id)
        answer = see_other("/seasons/new")
        set_session_cookie(answer, token, secure=request.url.scheme == "https")
        return answer

    @get("/sign-in")
    async def sign_in_form(
        self, page: NamedDependency[Page], next_path: Annotated[str, QueryParameter(name="next")] = "/"
    ) -> Answer:
        """Address and password."""
        return page.render("sign_in.html", form=EMPTY_FORM, next=safe_next(next_path))

    @post("/sign-in")
    async def sign_in(
        self, request: AnyRequest, page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Then goes where the reader wanted to go."""
        values = await submitted_values(request)
        target = safe_next(values.pop("next", None))
        try:
            command = as_command(values, SignIn)
            token = await sign_in(database, command, address=client_address(request))
        except DomainError as error:
            form = refused(error, values, page.translate)
            return page.render("sign_in.html", form=form, next=target, status_code=422)
        answer = see_other(target)
        set_session_cookie(answer, token, secure=request.url.scheme == "https")
        return answer

    @post("/sign-out")
    async def sign_out(self, request: AnyRequest, database: NamedDependency[Database]) -> Answer:
        """Ends the session."""
        if request.scope.get("auth"):
            await database.transact(service.close_session, request.scope["auth"])
        answer = see_other("/")
        clear_session_cookie(answer)
        return answer

    @get("/register")
    async def register_form(self, page: NamedDependency[Page]) -> Answer:
        """An employer's contact opens an account."""
        return page.render("register.html", form=EMPTY_FORM)

    @post("/register")
    async def register(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Signs in at once; a mail asks to show that the address is theirs."""
        values = await submitted_values(request)
        try:
            command = as_command({**values, "locale": page.translate.locale}, RegisterAccount)
            bucket = f"register-from:{client_address(request)}"
            await database.transact(service.limit, bucket, tries=200, window_seconds=3600)
            account = await database.transact(service.register_account, command, now=now)
        except DomainError as error:
            form = refused(error, values, page.translate)
            return page.render("register.html", form=form, status_code=422)
        token = await database.transact(service.open_session, account.id)
        answer = see_other("/my/employer")
        set_session_cookie(answer, token, secure=request.url.scheme == "https")
        return answer

    @get("/verify-email")
    async def verify_email_form(self, page: NamedDependency[Page], token: str = "") -> Answer:
        """A button, not a visit, uses the link up: mail scanners visit links too."""
        return page.render("verify_email.html", token=token, form=EMPTY_FORM)

    @post("/verify-email")
    async def verify_email(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """The address is the reader's."""
        values = await submitted_values(request)
        token = str(values.get("token", ""))
        try:
            await database.transact(service.verify_email, token, now=now)
        except DomainError as error:
            form = refused(error, {}, page.translate)
            return page.render("verify_email.html", token="", form=form, status_code=422)
        return see_other("/my/requests" if page.actor else "/sign-in?next=/my/requests")

    @get("/forgot-password")
    async def forgot_form(self, page: NamedDependency[Page]) -> Answer:
        """Ask for a link."""
        return page.render("forgot_password.html", form=EMPTY_FORM, sent=False)

    @post("/forgot-password")
    async def forgot(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """The answer is the same whether the address is known or not."""
        values = await submitted_values(request)
        email = str(values.get("email", ""))
        try:
            bucket = f"reset:{email.lower()}"
            tries = service.MAILS_PER_HOUR
            await database.transact(service.limit, bucket, tries=tries, window_seconds=3600)
            await database.transact(service.ask_password_reset, email, now=now)
        except DomainError as error:
            form = refused(error, values, page.translate)
            return page.render("forgot_password.html", form=form, sent=False, status_code=422)
        return page.render("forgot_password.html", form=EMPTY_FORM, sent=True)

    @get("/new-password")
    async def new_password_form(self, page: NamedDependency[Page], token: str = "") -> Answer:
        """From the mailed link."""
        return page.render("new_password.html", form=EMPTY_FORM, token=token)

    @post("/new-password")
    async def new_password(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Ends every session of the account."""
        values = await submitted_values(request)
        try:
            command = as_command(values, NewPassword)
            await database.transact(service.reset_password, command.token, command.password, now=now)
        except DomainError as error:
            form = refused(error, values, page.translate)
            return page.render("new_password.html", form=form, token=values.get("token", ""), status_code=422)
        return see_other("/sign-in")

    @post("/language/{locale:str}")
    async def choose_language(
        self,
        request: AnyRequest,
        locale: FromPath[str],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
    ) -> Answer:
        """Kept in this browser, and with the account for mails."""
        if locale not in LOCALES:
            raise NotFound
        actor = page.actor
        if actor is not None:
            await database.transact(repository.update_locale, actor.account_id, locale)
        values = await submitted_values(request)
        answer = see_other(safe_next(values.get("next")))
        answer.set_cookie(LOCALE_COOKIE, locale, max_age=_YEAR, samesite="lax", httponly=True)
        return answer
