"""The page for files: send one, see each bad row, fetch the refused rows to correct them."""

import asyncio
import base64
from functools import partial
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency

from app.actors import Actor
from app.clock import Clock
from app.database import Connection, Database
from app.errors import N_, Invalid
from app.facts.writing import FactWriter
from app.http.guards import May
from app.imports.catalogue import changes_facts
from app.imports.domain import ImportReport, What
from app.imports.opening import open_table
from app.imports.service import import_table
from app.layout.forms import EMPTY_FORM, Form, as_command, author_of, carry_out, submitted_values
from app.layout.page import Answer, AnyRequest, Page
from app.seasons.domain import Season
from app.tables.decoding import Encoding
from app.tables.reading import FileOptions

WHAT_NAMES: dict[What, str] = {
    "rooms": N_("Rooms"),
    "channels": N_("Livestream channels"),
    "majors": N_("Majors and departments"),
    "closures": N_("Closures and class timetables"),
    "employers": N_("Employers"),
    "requests": N_("Requests"),
}


class ImportChoice(msgspec.Struct, frozen=True):
    """Which kind of file is sent, and how to read it where that was asked."""

    what: What
    skip_bad: bool = False
    encoding: Encoding | None = None
    sheet: str | None = None


class ImportPages(Controller):
    """For organisers."""

    include_in_schema = False
    guards = [May("import_files")]

    @get("/seasons/{code:str}/import")
    async def form(self, season: NamedDependency[Season], page: NamedDependency[Page]) -> Answer:
        """Show the form that asks for a file and its kind."""
        return await _import_page(page, season, EMPTY_FORM)

    @post("/seasons/{code:str}/import")
    async def send(
        self,
        request: AnyRequest,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        facts: NamedDependency[FactWriter],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Show what was kept, or what is wrong row by row."""
        values = await submitted_values(request)
        file = values.pop("file", None)

        async def send() -> Answer:
            if not isinstance(file, UploadFile):
                raise Invalid.at("file", N_("Choose a file."), "missing")
            choice = as_command(values, ImportChoice)
            content = await file.read()
            options = FileOptions(encoding=choice.encoding, sheet=choice.sheet)
            table = await asyncio.to_thread(open_table, content, choice.what, season, clock.zone, options)
            filename = file.filename

            async def keep(connection: Connection) -> ImportReport:
                return await import_table(
                    connection,
                    choice.what,
                    table,
                    file=filename,
                    season_id=season.id,
                    skip_bad=choice.skip_bad,
                    actor=actor,
                    clock=clock,
                    over_bookings=changes_facts(choice.what),
                )

            if changes_facts(choice.what):
                report = await facts.write(keep, author_of(page, values, filename))
            else:
                report = await database.transact(keep)
            return await _import_page(page, season, EMPTY_FORM, report)

        return await carry_out(send, page=page, values=values, again=partial(_import_page, page, season))


async def _import_page(page: Page, season: Season, form: Form, report: ImportReport | None = None) -> Answer:
    asked = form.refusal.extra if form.refusal else {}
    rows = report.errors if report else asked.get("rows", [])
    return page.render(
        "import.html",
        season=season,
        form=form,
        names=WHAT_NAMES,
        report=report,
        rows=[_plain(row) for row in rows[:500]],
        reading_notes=[_plain(note) for note in (report.reading_notes if report else asked.get("reading_notes", []))],
        encodings=[(reading.encoding, f"{reading.name}: {reading.sample}") for reading in asked.get("encodings", [])],
        sheets=[(name, name) for name in asked.get("sheets", [])],
        refused_file=_link(report.refused_file) if report is not None and report.refused_file else None,
        status_code=form.status_code,
    )


def _plain(row: Any) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(row)
    return found


def _link(file: Any) -> dict[str, str]:
    return {
        "name": file.name,
        "href": "data:application/octet-stream;base64," + base64.b64encode(file.content).decode(),
    }
