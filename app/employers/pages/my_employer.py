"""A contact's own employer: enter it, change it, send the licence, ask for the review."""

from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.clock import Clock
from app.database import Connection, Database
from app.employers import repository, service
from app.employers.claim_domain import MakeClaim
from app.employers.claim_repository import list_own
from app.employers.claims import make_claim, withdraw_claim
from app.employers.domain import ChangeEmployer, CreditCodeTaken, Employer, RegisterEmployer
from app.employers.pages.employer_view import read_own_employer
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other


class MyEmployerPages(Controller):
    """For contacts."""

    include_in_schema = False
    guards = [May("own_employer")]

    @get("/my/employer")
    async def my_employer(
        self, page: NamedDependency[Page], database: NamedDependency[Database], clock: NamedDependency[Clock]
    ) -> Answer:
        """Show the employer as a form, with the state of its review."""
        return await _my_employer_page(page, database, clock, EMPTY_FORM)

    @post("/my/employer")
    async def save(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Save the fields, the scan and the wish for a review: all of it or nothing."""
        values = await submitted_values(request)
        scan = values.pop("scan", None)
        asks = values.pop("ask_review", None) is not None
        content = await scan.read() if isinstance(scan, UploadFile) else b""

        async def save() -> Answer:
            await database.transact(_save, values, content, actor=actor, clock=clock, asks_review=asks)
            return see_other("/my/employer")

        return await carry_out(save, page=page, values=values, again=partial(_my_employer_page, page, database, clock))

    @post("/my/employer/claim")
    async def claim(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Claim to act for the employer whose code was found taken."""
        values = await submitted_values(request)

        async def claim() -> Answer:
            await make_claim(database, as_command(values, MakeClaim), actor=actor, now=clock.now())
            return see_other("/my/employer")

        return await carry_out(claim, page=page, values=values, again=partial(_my_employer_page, page, database, clock))

    @post("/my/employer/claim/{claim_id:uuid}/withdraw")
    async def withdraw(
        self,
        claim_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Claim no more."""
        await database.transact(withdraw_claim, claim_id, actor=actor, now=clock.now())
        return see_other("/my/employer")


async def _save(
    connection: Connection,
    values: dict[str, Any],
    scan: bytes,
    *,
    actor: Actor,
    clock: Clock,
    asks_review: bool,
) -> None:
    if actor.employer_id is None:
        command = as_command(_with_licence(values), RegisterEmployer)
        employer = await service.register_employer(connection, command, actor=actor, now=clock.now())
        actor = msgspec.structs.replace(actor, employer_id=employer.id)
    else:
        known = await repository.get_employer(connection, actor.employer_id)
        change = as_command(_without_code(_with_licence(values, known)), ChangeEmployer)
        employer = await service.change_employer(
            connection, actor.employer_id, change, expected_version=seen_version(values), actor=actor, clock=clock
        )
    if scan:
        employer = await service.store_scan(connection, employer.id, scan, actor=actor, clock=clock)
    if asks_review and employer.state in ("registered", "refused"):
        await service.ask_review(connection, employer.id, actor=actor, clock=clock)


def _with_licence(values: dict[str, Any], known: Employer | None = None) -> dict[str, Any]:
    # Name and code are asked for once, as the licence has them; where an import left the licence open it stays open.
    given = {"licence_name": values.get("legal_name", ""), "licence_code": values.get("credit_code", "")}
    return {**values, **{name: text for name, text in given.items() if text and (not known or getattr(known, name))}}


def _without_code(values: dict[str, Any]) -> dict[str, Any]:
    # Another credit code is another entity; an emptied date means that the licence has no end.
    kept = {name: value for name, value in values.items() if name != "credit_code"}
    return {"licence_valid_until": None, **kept}


async def _my_employer_page(page: Page, database: Database, clock: Clock, form: Form) -> Answer:
    own = page.person.employer_id
    async with database.read() as connection:
        view = await read_own_employer(connection, own, today=clock.local(clock.now()).date())
        claims = await list_own(connection, page.person.account_id) if own is None else []
    claim = claims[0] if claims else None
    is_taken = isinstance(form.refusal, CreditCodeTaken)
    return page.render(
        "my_employer.html", view, claim=claim, is_taken=is_taken, form=form, status_code=form.status_code
    )
