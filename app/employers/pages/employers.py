"""Employers as organisers see them: the list by state, and each beside its licence."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.employers import repository, service, suspending
from app.employers.claim_repository import list_open
from app.employers.domain import Decision, EmployerMerged, Suspension, findings
from app.employers.pages.employer_view import read_employer
from app.errors import NotFound
from app.http.guards import May, Searches
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, every, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.layout.paging import part_of

STATES = ("under_review", "verified", "registered", "refused", "suspended")
ROWS_SHOWN = 100


class EmployerPages(Controller):
    """For organisers."""

    include_in_schema = False
    guards = [May("review_employers")]

    @get("/employers", guards=[Searches("q")])
    async def list_employers(
        self,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
        in_state: Annotated[str, QueryParameter(name="state")] = "",
        q: Annotated[str, QueryParameter(max_length=100)] = "",
        part: int = 1,
    ) -> Answer:
        """List employers by state, the longest waiting first; where nobody waits, the verified ones."""
        async with database.read() as connection:
            counts = await repository.count_by_state(connection)
            first = "under_review" if counts.get("under_review") else "verified"
            chosen = in_state if in_state in STATES else first
            ids = await repository.list_employer_ids(connection, state=chosen, search=q.strip() or None)
            shown = part_of(ids, part, size=ROWS_SHOWN)
            listed = await repository.list_employers_of_ids(connection, shown.rows)
            claims = await list_open(connection)
        today = clock.local(clock.now()).date()
        return page.render(
            "employers.html",
            shown,
            employers=[(employer, findings(employer, today)) for employer in listed],
            claims=claims,
            counts=counts,
            chosen=chosen,
            states=STATES,
            search=q.strip(),
        )

    @get("/employers/{employer_id:uuid}")
    async def employer(
        self,
        employer_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Show what was entered beside the licence, with the decisions; an entry that was merged leads to the other."""
        try:
            return await _employer_page(page, database, clock, employer_id, EMPTY_FORM)
        except EmployerMerged as merged:
            return see_other(f"/employers/{merged.extra['into']}")

    @post("/employers/{employer_id:uuid}/{act:str}")
    async def decide(
        self,
        request: AnyRequest,
        employer_id: FromPath[UUID],
        act: FromPath[str],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Verify, refuse or suspend."""
        values = await submitted_values(request)

        async def decide() -> Answer:
            await _decide(database, employer_id, act, values, actor=actor, clock=clock)
            return see_other("/employers" if act != "suspend" else f"/employers/{employer_id}")

        again = partial(_employer_page, page, database, clock, employer_id)
        return await carry_out(decide, page=page, values=values, again=again)


async def _decide(
    database: Database, employer_id: UUID, act: str, values: Mapping[str, Any], *, actor: Actor, clock: Clock
) -> None:
    now, seen = clock.now(), seen_version(values)
    match act:
        case "verify":
            await database.transact(service.verify_employer, employer_id, seen=seen, actor=actor, clock=clock)
        case "refuse":
            decision = as_command({**values, "reasons": every(values, "reasons")}, Decision)
            await database.transact(service.refuse_employer, employer_id, decision, seen=seen, actor=actor, now=now)
        case "suspend":
            suspension = as_command(values, Suspension)
            today = clock.local(now).date()
            await database.transact(
                suspending.suspend_employer, employer_id, suspension, seen=seen, actor=actor, today=today, now=now
            )
        case _:
            raise NotFound


async def _employer_page(page: Page, database: Database, clock: Clock, employer_id: UUID, form: Form) -> Answer:
    async with database.read() as connection:
        view = await read_employer(connection, employer_id, today=clock.local(clock.now()).date())
    return page.render("employer.html", view, form=form, status_code=form.status_code)
