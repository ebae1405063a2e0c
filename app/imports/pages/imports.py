"""Files from the office: send one, see each bad row, or fetch the refused rows to mend them."""

import asyncio
import base64
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency

from app.clock import Clock
from app.database import Database
from app.errors import N_, DomainError, Invalid
from app.imports.domain import What
from app.imports.opening import open_table
from app.imports.service import import_table
from app.layout.forms import EMPTY_FORM, as_command, refused, submitted_values
from app.layout.page import Answer, AnyRequest, Page
from app.seasons.domain import Season

WHAT_NAMES: dict[What, str] = {
    "rooms": N_("Rooms"),
    "channels": N_("Livestream channels"),
    "majors": N_("Majors and departments"),
    "closures": N_("Closures and class timetables"),
    "employers": N_("Employers"),
    "requests": N_("Requests"),
}


class ImportChoice(msgspec.Struct, frozen=True):
    """What the file holds."""

    what: What
    skip_bad: bool = False


class ImportPages(Controller):
    """For organisers."""

    include_in_schema = False

    @get("/seasons/{code:str}/import")
    async def form(self, season: NamedDependency[Season], page: NamedDependency[Page]) -> Answer:
        """Choose what the file holds."""
        page.must("import_files")
        return page.render(
            "import.html", season=season, form=EMPTY_FORM, names=WHAT_NAMES, report=None, rows=[], refused_file=None
        )

    @post("/seasons/{code:str}/import")
    async def send(
        self,
        request: AnyRequest,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """What was kept, or what is wrong row by row."""
        actor = page.must("import_files")
        values = await submitted_values(request)
        file = values.pop("file", None)
        report, rows, error_form = None, [], EMPTY_FORM
        try:
            if not isinstance(file, UploadFile):
                raise Invalid.at("file", N_("Choose a file."), "missing")
            choice = as_command(values, ImportChoice)
            content = await file.read()
            table = await asyncio.to_thread(open_table, content, choice.what, season, clock.zone)
            report = await database.transact(
                import_table,
                choice.what,
                table,
                file=file.filename,
                season_id=season.id,
                skip_bad=choice.skip_bad,
                actor=actor,
                clock=clock,
            )
            rows = list(report.errors)
        except DomainError as error:
            error_form = refused(error, values, page.translate)
            rows = list(error.extra.get("rows", []))
        return page.render(
            "import.html",
            season=season,
            form=error_form,
            names=WHAT_NAMES,
            report=report,
            rows=[_plain(row) for row in rows][:500],
            refused_file=_link(report.refused_file) if report is not None and report.refused_file else None,
            status_code=422 if error_form.message else 200,
        )


def _plain(row: Any) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(row)
    return found


def _link(file: Any) -> dict[str, str]:
    return {
        "name": file.name,
        "href": "data:application/octet-stream;base64," + base64.b64encode(file.content).decode(),
    }
