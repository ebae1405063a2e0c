"""The board of cases, and one case: what is broken, until when, and the ways on."""

from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.cases import repository, service
from app.cases.domain import CASE_STATES, OUTCOME_NAMES, STATE_NAMES, CaseState, KeepCase
from app.database import Database
from app.http.guards import May
from app.kinds import KINDS
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.layout.paging import part_of
from app.offers.repository import list_offers, list_step_kinds
from app.seasons.domain import Season
from app.venues.named import read_named_venues

ROWS_SHOWN: Final = 100


class CasePages(Controller):
    """For organisers."""

    include_in_schema = False

    @get("/seasons/{code:str}/cases", guards=[May("see_cases")])
    async def cases(
        self,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        tab: str = "open",
        part: int = 1,
    ) -> Answer:
        """List the season's cases in one state, the most urgent first."""
        state: CaseState = next((known for known in CASE_STATES if known == tab), "open")
        async with database.read() as connection:
            listed = await service.list_cases(
                connection, season.id, state=state, actor=page.person, translate=page.translate, on_board=True
            )
            counts = await repository.count_cases(connection, season.id)
        return page.render(
            "cases.html",
            part_of(listed, part, size=ROWS_SHOWN),
            season=season,
            tab=state,
            states=STATE_NAMES,
            outcomes=OUTCOME_NAMES,
            counts={**dict.fromkeys(CASE_STATES, 0), **counts},
            KINDS=KINDS,
        )

    @get("/cases/{case_id:uuid}", guards=[May("see_cases")])
    async def case(
        self, case_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show what a booking breaks, and the ways on."""
        return await _case_page(page, database, case_id, EMPTY_FORM)

    @post("/cases/{case_id:uuid}/keep", guards=[May("settle_cases")])
    async def keep(
        self,
        request: AnyRequest,
        case_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Agree that the booking stays as it is."""
        values = await submitted_values(request)

        async def keep() -> Answer:
            command = as_command(values, KeepCase)
            case = await database.transact(
                service.keep_case,
                case_id,
                command,
                seen=seen_version(values),
                actor=actor,
                translate=page.translate,
                now=now,
            )
            return see_other(page.season_path(case.season_id, "cases"))

        return await carry_out(keep, page=page, values=values, again=partial(_case_page, page, database, case_id))


async def _case_page(page: Page, database: Database, case_id: UUID, form: Form) -> Answer:
    now = page.clock.now()
    async with database.read() as connection:
        case = await service.get_case(connection, case_id, actor=page.person, translate=page.translate)
        offers = await list_offers(connection, [case.request_id])
        kinds = await list_step_kinds(connection, [offer.placements for offer in offers])
        named = await read_named_venues(connection)
    return page.render(
        "case.html",
        case=case,
        offers=[offer for offer in reversed(offers) if offer.is_open(now)],
        kinds=kinds,
        rooms=named.by_id,
        campuses=named.campuses,
        season=page.season_link(case.season_id),
        states=STATE_NAMES,
        outcomes=OUTCOME_NAMES,
        KINDS=KINDS,
        form=form,
        status_code=form.status_code,
    )
