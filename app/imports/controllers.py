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
from app.database import Database
from app.http.guards import May, signed_in
from app.http.reader import reader_locale
from app.imports.domain import ImportReport, What
from app.imports.opening import choose_season, open_table
from app.imports.service import import_table
from app.imports.templates import write_template
from app.tables.decoding import Encoding
from app.tables.reading import FileOptions
from app.tables.writing import CONTENT_TYPES, TableFormat


@dataclass
class ImportForm:
    """The form's one field; a dataclass, because the framework fills multipart forms into one."""

    file: UploadFile


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
        *,
        season_id: FromQuery[UUID | None] = None,
        skip_bad: FromQuery[bool] = False,
        encoding: FromQuery[Encoding | None] = None,
        sheet: Annotated[str | None, QueryParameter(max_length=200)] = None,
    ) -> ImportReport:
        """For organisers. Nothing of a bad file is kept unless `skip_bad`, which hands the refused rows back.

        `encoding` and `sheet` answer what cannot be found out: a text that reads well in two encodings, a workbook with
        several sheets of such rows. `reading_notes` of the report say what was not used, and what was guessed.
        """
        content = await data.file.read()
        options = FileOptions(encoding=encoding, sheet=sheet)
        async with database.read() as connection:
            season = await choose_season(connection, season_id=season_id, now=clock.now(), zone=clock.zone)
        table = await asyncio.to_thread(open_table, content, what, season, clock.zone, options)
        return await database.transact(
            import_table,
            what,
            table,
            file=data.file.filename,
            season_id=None if season is None else season.id,
            skip_bad=skip_bad,
            actor=actor,
            clock=clock,
        )

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
