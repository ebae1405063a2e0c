"""Pages of signing in: set-up, sign-in, registering, links from mails, language."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from app.accounts import repository, service
from app.accounts.controllers import AskReset, NewPassword, client_address, register
from app.accounts.domain import Account, RegisterAccount, SetUpSchool, SignIn
from app.database import Database
from app.errors import NotFound
from app.http.reader import LOCALE_COOKIE, THEME_COOKIE, THEMES
from app.http.sessions import clear_session_cookie, set_session_cookie
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, submitted_values
from app.layout.page import Answer, AnyRequest, Page, safe_next, see_other
from app.locales import LOCALES

_YEAR = 365 * 24 * 3600


class AccountPages(Controller):
    """First run, sign in, register, links from mails, language."""

    include_in_schema = False

    @get("/welcome")
    async def first_run(self, page: NamedDependency[Page], database: NamedDependency[Database]) -> Answer:
        """Show the form that sets up the school; it works once."""
        async with database.read() as connection:
            if await repository.administrator_exists(connection):
                return see_other("/sign-in")
        return await _form_page(page, "welcome.html", EMPTY_FORM)

    @post("/welcome")
    async def set_up(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Set up the school and sign its administrator in."""
        values = await submitted_values(request)

        async def set_up() -> Answer:
            command = as_command({**values, "locale": page.translate.locale}, SetUpSchool)
            account = await database.transact(service.set_up_school, command, now=now)
            return await _signed_in(request, database, account, "/seasons/new")

        return await carry_out(set_up, page=page, values=values, again=partial(_form_page, page, "welcome.html"))

    @get("/sign-in")
    async def sign_in_form(
        self, page: NamedDependency[Page], next_path: Annotated[str, QueryParameter(name="next")] = "/"
    ) -> Answer:
        """Show the form for address and password."""
        return await _form_page(page, "sign_in.html", EMPTY_FORM, next=safe_next(next_path))

    @post("/sign-in")
    async def sign_in(
        self, request: AnyRequest, page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Sign in, then go where the reader wanted to go."""
        values = await submitted_values(request)
        target = safe_next(values.pop("next", None))

        async def enter() -> Answer:
            command = as_command(values, SignIn)
            token = await service.sign_in(database, command.email, command.password, address=client_address(request))
            return _with_session(request, see_other(target), token)

        again = partial(_form_page, page, "sign_in.html", next=target)
        return await carry_out(enter, page=page, values=values, again=again)

    @post("/sign-out")
    async def sign_out(self, request: AnyRequest, database: NamedDependency[Database]) -> Answer:
        """End the session."""
        if request.scope.get("auth"):
            await database.transact(service.close_session, request.scope["auth"])
        answer = see_other("/")
        clear_session_cookie(answer)
        # Pages that the browser keeps until they change: the next one at this computer is somebody else.
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer

    @get("/register")
    async def register_form(self, page: NamedDependency[Page]) -> Answer:
        """Show the form with which an employer's contact opens an account."""
        return await _form_page(page, "register.html", EMPTY_FORM)

    @post("/register")
    async def register(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Say that a mail tells how to go on; whether the address is known is told in that mail only."""
        values = await submitted_values(request)

        async def ask() -> Answer:
            command = as_command({**values, "locale": page.translate.locale}, RegisterAccount)
            await register(database, command, address=client_address(request), now=now)
            return await _form_page(page, "register.html", EMPTY_FORM, sent_to=command.email)

        return await carry_out(ask, page=page, values=values, again=partial(_form_page, page, "register.html"))

    @get("/verify-email")
    async def verify_email_form(self, page: NamedDependency[Page], token: str = "") -> Answer:
        """Show a button that uses up the link: a visit does not, because mail scanners visit links too."""
        return await _form_page(page, "verify_email.html", EMPTY_FORM, token=token)

    @post("/verify-email")
    async def verify_email(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Use up the link: the address is the reader's."""
        values = await submitted_values(request)

        async def verify() -> Answer:
            account = await database.transact(service.verify_email, str(values.get("token", "")), now=now)
            return await _signed_in(
                request, database, account, "/my/requests" if account.employer_id else "/my/employer"
            )

        again = partial(_form_page, page, "verify_email.html", token="")
        return await carry_out(verify, page=page, values={}, again=again)

    @get("/forgot-password")
    async def forgot_form(self, page: NamedDependency[Page]) -> Answer:
        """Show the form that asks for a link."""
        return await _form_page(page, "forgot_password.html", EMPTY_FORM, sent=False)

    @post("/forgot-password")
    async def forgot(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Send a link; the answer is the same whether the address is known or not."""
        values = await submitted_values(request)

        async def ask() -> Answer:
            email = as_command(values, AskReset).email
            bucket = f"reset:{email.lower()}"
            tries = service.MAILS_PER_HOUR
            await database.transact(service.limit, bucket, tries=tries, window_seconds=3600)
            await database.transact(service.ask_password_reset, email, now=now)
            return await _form_page(page, "forgot_password.html", EMPTY_FORM, sent=True)

        again = partial(_form_page, page, "forgot_password.html", sent=False)
        return await carry_out(ask, page=page, values=values, again=again)

    @get("/new-password")
    async def new_password_form(self, page: NamedDependency[Page], token: str = "") -> Answer:
        """Show the form of a mailed link."""
        return await _form_page(page, "new_password.html", EMPTY_FORM, token=token)

    @post("/new-password")
    async def new_password(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Set the password; all sessions of the account end."""
        values = await submitted_values(request)

        async def reset() -> Answer:
            command = as_command(values, NewPassword)
            await database.transact(service.reset_password, command.token, command.password, now=now)
            return see_other("/sign-in")

        again = partial(_form_page, page, "new_password.html", token=values.get("token", ""))
        return await carry_out(reset, page=page, values=values, again=again)

    @post("/language/{locale:str}")
    async def choose_language(
        self,
        request: AnyRequest,
        locale: FromPath[str],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
    ) -> Answer:
        """Keep the language in this browser, and in the account for mails."""
        if locale not in LOCALES:
            raise NotFound
        actor = page.actor
        if actor is not None:
            await database.transact(repository.update_locale, actor.account_id, locale)
        values = await submitted_values(request)
        answer = see_other(safe_next(values.get("next")))
        secure = request.app.state.settings.is_https
        answer.set_cookie(LOCALE_COOKIE, locale, max_age=_YEAR, samesite="lax", httponly=True, secure=secure)
        return answer

    @post("/theme/{theme:str}")
    async def choose_theme(self, request: AnyRequest, theme: FromPath[str]) -> Answer:
        """Keep light, dark or the device's own look in this browser."""
        if theme not in THEMES:
            raise NotFound
        values = await submitted_values(request)
        answer = see_other(safe_next(values.get("next")))
        secure = request.app.state.settings.is_https
        answer.set_cookie(THEME_COOKIE, theme, max_age=_YEAR, samesite="lax", httponly=True, secure=secure)
        return answer


async def _form_page(page: Page, name: str, form: Form, **context: Any) -> Answer:
    return page.render(name, form=form, status_code=form.status_code, **context)


async def _signed_in(request: AnyRequest, database: Database, account: Account, target: str) -> Answer:
    token = await database.transact(service.open_session, account.id)
    return _with_session(request, see_other(target), token)


def _with_session(request: AnyRequest, answer: Redirect, token: str) -> Answer:
    set_session_cookie(answer, token, settings=request.app.state.settings)
    return answer
