"""The accounts as administrators see them: the list, a new one for a colleague, closing and opening again."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.accounts import repository, service
from app.accounts.domain import Account, CreateAccount
from app.accounts.reach import list_refused
from app.actors import Actor, Role
from app.database import Database
from app.employers import repository as employers
from app.errors import N_, Invalid, NotFound
from app.http.guards import May, Searches
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.layout.paging import part_of
from app.texts import is_found
from app.venues import repository as venues

ROWS_SHOWN = 100
MOST_EMPLOYERS = 100_000
TABS: dict[str, tuple[str, tuple[Role, ...]]] = {
    "centre": (N_("Career centre"), ("organiser", "administrator")),
    "departments": (N_("Departments"), ("department_staff", "staff")),
    "employers": (N_("Employers"), ("employer_contact",)),
}
# Employers' contacts open their accounts themselves.
COLLEAGUES: dict[Role, str] = {
    "organiser": N_("Organiser"),
    "department_staff": N_("Department staff"),
    "staff": N_("Staff member with duties"),
    "administrator": N_("Administrator"),
}


class AccountListPages(Controller):
    """For administrators."""

    include_in_schema = False
    guards = [May("manage_accounts")]

    @get("/accounts")
    async def accounts(
        self, page: NamedDependency[Page], database: NamedDependency[Database], tab: str = "centre", part: int = 1
    ) -> Answer:
        """List accounts by role."""
        return await _list_page(page, database, EMPTY_FORM, tab=tab, part=part)

    @post("/accounts", guards=[Searches()])
    async def find(
        self, request: AnyRequest, page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Search accounts. The words are sent as a form: names do not belong in an address that is logged."""
        values = await submitted_values(request)
        tab, search = str(values.get("tab", "")), str(values.get("q", ""))[:100]
        return await _list_page(page, database, EMPTY_FORM, tab=tab, search=search)

    @get("/accounts/new")
    async def new(self, page: NamedDependency[Page], database: NamedDependency[Database]) -> Answer:
        """Show an empty form."""
        return await _form_page(page, database, EMPTY_FORM)

    @post("/accounts/new")
    async def create(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Open an account; a mail without the password tells its owner."""
        values = await submitted_values(request)

        async def create() -> Answer:
            command = as_command(values, CreateAccount)
            if command.role not in COLLEAGUES:
                raise Invalid.at(
                    "role", N_("“{value}” is not one of the choices."), "unknown-value", value=command.role
                )
            await database.transact(service.create_account, command, actor=actor, now=now)
            return see_other(f"/accounts?tab={_tab_of(command.role)}")

        return await carry_out(create, page=page, values=values, again=partial(_form_page, page, database))

    @post("/accounts/{account_id:uuid}/{act:str}")
    async def close_or_reopen(
        self,
        account_id: FromPath[UUID],
        act: FromPath[str],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Close an account (signed out everywhere, no more mails), or open it again."""
        acts = {"close": service.close_account, "reopen": service.reopen_account}
        if act not in acts:
            raise NotFound

        async def change() -> Answer:
            account = await database.transact(acts[act], account_id, actor=actor, now=now)
            return see_other(f"/accounts?tab={_tab_of(account.role)}")

        return await carry_out(change, page=page, values={}, again=partial(_list_page, page, database))


def _tab_of(role: Role) -> str:
    return next(name for name, (_, roles) in TABS.items() if role in roles)


async def _list_page(
    page: Page, database: Database, form: Form, *, tab: str = "centre", part: int = 1, search: str = ""
) -> Answer:
    tab = tab if tab in TABS else "centre"
    async with database.read() as connection:
        every = await repository.list_accounts(connection)
        of_tab = [account for account in every if account.role in TABS[tab][1]]
        refused = await list_refused(connection, [account.email for account in of_tab])
        whose: dict[UUID, Any] = {entry.id: entry for entry in await venues.list_departments(connection)}
        if tab == "employers":
            listed = await employers.list_employers(connection, batch=MOST_EMPLOYERS)
            whose |= {employer.id: employer for employer in listed}
    found = [account for account in of_tab if _fits(account, search, whose)]
    # What was searched for is shown whole: its words do not belong in the address of another part.
    shown = part_of(found, part, size=max(1, len(found)) if search else ROWS_SHOWN)
    return page.render(
        "accounts.html",
        shown,
        tab=tab,
        tabs=TABS,
        counts={name: sum(account.role in roles for account in every) for name, (_, roles) in TABS.items()},
        whose=whose,
        roles=COLLEAGUES,
        refused=refused,
        search=search,
        form=form,
        status_code=form.status_code,
    )


def _fits(account: Account, search: str, whose: dict[UUID, Any]) -> bool:
    owner = whose.get(account.employer_id or account.department_id or account.id)
    names = [getattr(owner, name, "") for name in ("name_zh", "name_en", "legal_name")]
    return is_found(search, account.display_name, account.email, *names)


async def _form_page(page: Page, database: Database, form: Form) -> Answer:
    async with database.read() as connection:
        departments = await venues.list_departments(connection)
    return page.render(
        "account_form.html",
        departments=departments,
        roles=COLLEAGUES,
        form=form,
        status_code=form.status_code,
    )
