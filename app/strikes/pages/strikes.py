"""What counts against an employer, for itself and for organisers; one strike, with its appeals and what is decided."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.attached_files import MAX_BODY_BYTES
from app.clock import Clock
from app.database import Connection, Database
from app.employers import repository as employers
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.strikes.appealing import decide_appeal
from app.strikes.domain import APPEAL_STATES, CAUSE_NAMES, AppealIsDecided, GiveReason, MakeAppeal
from app.strikes.reading import get_strike_for, read_record_for
from app.strikes.removing import take_back, waive
from app.strikes.showing import make_appeal_with


class StrikePages(Controller):
    """For contacts and organisers."""

    include_in_schema = False

    @get("/my/strikes", guards=[May("own_employer")])
    async def own(
        self, page: NamedDependency[Page], actor: NamedDependency[Actor], database: NamedDependency[Database]
    ) -> Answer:
        """Show a contact what counts against its employer; who entered none yet enters it first."""
        if actor.employer_id is None:
            return see_other("/my/employer")
        return await _record_page(page, database, actor.employer_id, EMPTY_FORM)

    @get("/employers/{employer_id:uuid}/strikes", guards=[May("judge_strikes")])
    async def of_employer(
        self, employer_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show what counts against an employer, with the way to let it ask before the time."""
        return await _record_page(page, database, employer_id, EMPTY_FORM)

    @post("/employers/{employer_id:uuid}/strikes/waive", guards=[May("judge_strikes")])
    async def waive(
        self,
        request: AnyRequest,
        employer_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Let a paused employer ask before the time."""
        values = await submitted_values(request)

        async def waived() -> Answer:
            command, seen = as_command(values, GiveReason), seen_version(values)
            await database.transact(waive, employer_id, command, seen=seen, actor=actor, clock=clock)
            return see_other(f"/employers/{employer_id}/strikes")

        again = partial(_record_page, page, database, employer_id)
        return await carry_out(waived, page=page, values=values, again=again)

    @get("/strikes/{strike_id:uuid}", guards=[May("see_strikes")])
    async def strike(
        self, strike_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show one no-show or late cancellation."""
        return await _strike_page(page, database, strike_id, EMPTY_FORM)

    @post("/strikes/{strike_id:uuid}/appeal", guards=[May("appeal")], request_max_body_size=MAX_BODY_BYTES)
    async def appeal(
        self,
        request: AnyRequest,
        strike_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Appeal against it, with a file or without."""
        values = await submitted_values(request)
        sent = values.pop("file", None)

        async def appealed() -> Answer:
            content = await sent.read() if isinstance(sent, UploadFile) else b""
            file = (sent.filename, content) if isinstance(sent, UploadFile) and content else None
            command = as_command(values, MakeAppeal)
            await database.transact(make_appeal_with, strike_id, command, file, actor=actor, clock=clock)
            return see_other(f"/strikes/{strike_id}")

        return await carry_out(
            appealed, page=page, values=values, again=partial(_strike_page, page, database, strike_id)
        )

    @post("/strikes/{strike_id:uuid}/decide", guards=[May("judge_strikes")])
    async def decide(
        self,
        request: AnyRequest,
        strike_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Uphold or reject the appeal that is open."""
        values = await submitted_values(request)

        async def decided() -> Answer:
            await database.transact(_decide, strike_id, values, actor=actor, clock=clock)
            return see_other(f"/strikes/{strike_id}")

        return await carry_out(
            decided, page=page, values=values, again=partial(_strike_page, page, database, strike_id)
        )

    @post("/strikes/{strike_id:uuid}/take-back", guards=[May("judge_strikes")])
    async def take_back(
        self,
        request: AnyRequest,
        strike_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Take it back."""
        values = await submitted_values(request)

        async def taken_back() -> Answer:
            command, seen = as_command(values, GiveReason), seen_version(values)
            await database.transact(take_back, strike_id, command, seen=seen, actor=actor, clock=clock)
            return see_other(f"/strikes/{strike_id}")

        again = partial(_strike_page, page, database, strike_id)
        return await carry_out(taken_back, page=page, values=values, again=again)


async def _decide(
    connection: Connection, strike_id: UUID, values: dict[str, Any], *, actor: Actor, clock: Clock
) -> None:
    given = {name: value for name, value in values.items() if name != "verdict"}
    strike = await get_strike_for(connection, strike_id, actor=actor)
    if strike.open_appeal is None:
        raise AppealIsDecided
    await decide_appeal(
        connection,
        strike.open_appeal.id,
        as_command(given, GiveReason),
        upheld=values.get("verdict") == "uphold",
        seen=seen_version(values),
        actor=actor,
        clock=clock,
    )


async def _record_page(page: Page, database: Database, employer_id: UUID, form: Form) -> Answer:
    async with database.read() as connection:
        record = await read_record_for(connection, employer_id, actor=page.person, clock=page.clock)
        employer = await employers.get_employer(connection, employer_id)
    return page.render(
        "strikes.html",
        record=record,
        employer=employer,
        today=page.clock.local(page.clock.now()).date(),
        causes=CAUSE_NAMES,
        appeal_states=APPEAL_STATES,
        form=form,
        status_code=form.status_code,
    )


async def _strike_page(page: Page, database: Database, strike_id: UUID, form: Form) -> Answer:
    async with database.read() as connection:
        strike = await get_strike_for(connection, strike_id, actor=page.person)
        employer = await employers.get_employer(connection, strike.employer_id)
    today = page.clock.local(page.clock.now()).date()
    return page.render(
        "strike.html",
        strike=strike,
        employer=employer,
        today=today,
        counts=strike.counts_on(today),
        causes=CAUSE_NAMES,
        appeal_states=APPEAL_STATES,
        form=form,
        status_code=form.status_code,
    )
