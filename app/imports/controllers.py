"""Files over HTTP: send a list, fetch its template."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, MultipartBody, QueryParameter

from app.actors import Actor
from app.clock import Clock
from app.database import Connection, Database
from app.facts.writing import Author, FactWriter, accepted_by_form
from app.http.guards import May, signed_in
from app.http.reader import reader_locale
from app.imports.catalogue import changes_facts
from app.imports.domain import ImportReport, What
from app.imports.opening import choose_season, open_table
from app.imports.service import import_table
from app.imports.templates import write_template
from app.locales import Translator
from app.tables.decoding import Encoding
from app.tables.reading import FileOptions
from app.tables.writing import CONTENT_TYPES, TableFormat


@dataclass
class ImportForm:
    """The form's fields; a dataclass, because the framework fills multipart forms into one.

    `accept_broken`: ids of the bookings that may break, separated by commas.
    """

    file: UploadFile
    accept_broken: str = ""


class ImportController(Controller):
    """Rooms, closures, channels, employers, requests and majors from files."""

    path = "/api/imports"
    tags = ("Imports",)

    @post("/{what:str}", summary="Import a file", guards=[May("import_files")], status_code=200)
    async def import_file(
        self,
        what: FromPath[What],
        data: MultipartBody[ImportForm],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        facts: NamedDependency[FactWriter],
        translate: NamedDependency[Translator],
        *,
        season_id: FromQuery[UUID | None] = None,
        skip_bad: FromQuery[bool] = False,
        encoding: FromQuery[Encoding | None] = None,
        sheet: Annotated[str | None, QueryParameter(max_length=200)] = None,
    ) -> ImportReport:
        """For organisers. Nothing of a bad file is kept unless `skip_bad`, which hands the refused rows back.

        `encoding` and `sheet` answer what cannot be found out: a text that reads well in two encodings, a workbook with
        several sheets of such rows. 409 lists the promises that a file breaks; `accept_broken` of the form names those
        that may be. `reading_notes` of the report say what was not used, and what was guessed.
        """
        content = await data.file.read()
        options = FileOptions(encoding=encoding, sheet=sheet)
        async with database.read() as connection:
            season = await choose_season(connection, season_id=season_id, now=clock.now(), zone=clock.zone)
        table = await asyncio.to_thread(open_table, content, what, season, clock.zone, options)
        filename, season_key = data.file.filename, None if season is None else season.id
        accepted = accepted_by_form({"take_broken": "yes", "accept_broken": data.accept_broken.split(",")})

        async def keep(connection: Connection) -> ImportReport:
            return await import_table(
                connection,
                what,
                table,
                file=filename,
                season_id=season_key,
                skip_bad=skip_bad,
                actor=actor,
                clock=clock,
                over_bookings=changes_facts(what),
            )

        if not changes_facts(what):
            return await database.transact(keep)
        author = Author(actor=actor, clock=clock, translate=translate, accepted=accepted, reason=filename)
        return await facts.write(keep, author)

    @get(
        ["/{what:str}/template.csv", "/{what:str}/template.xlsx"],
        summary="A template with one example row",
        guards=[signed_in],
    )
    async def get_template(self, request: Request[Any, Any, Any], what: FromPath[What]) -> Response[bytes]:
        """For everybody who is signed in; headings are in the reader's language."""
        table_format: TableFormat = "xlsx" if request.url.path.endswith(".xlsx") else "csv"
        content = write_template(what, table_format, reader_locale(request))
        headers = {"Content-Disposition": f'attachment; filename="{what}.{table_format}"'}
        return Response(content, media_type=CONTENT_TYPES[table_format], headers=headers)
