"""The schedule as a file over HTTP."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.clock import Clock
from app.database import Database
from app.exports import repository
from app.exports.formats import EXPORT_TYPES, ExportFormat, write_export
from app.http.guards import May
from app.http.reader import reader_locale
from app.seasons import repository as seasons

_FORMATS: dict[str, ExportFormat] = {f"export.{name}": name for name in EXPORT_TYPES}


class ExportController(Controller):
    """A season's standing bookings as files."""

    path = "/api/seasons"
    tags = ("Exports",)

    @get(
        [f"/{{season_id:uuid}}/{name}" for name in _FORMATS],
        summary="The schedule as xlsx, csv, ics or JSON",
        guards=[May("export_schedules")],
    )
    async def export_schedule(
        self,
        request: Request[Any, Any, Any],
        season_id: FromPath[UUID],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Response[bytes]:
        """For organisers; headings are in the reader's language, times in the school's zone."""
        export_format = _FORMATS[request.url.path.rpartition("/")[2]]
        async with database.read() as connection:
            season = await seasons.get_season(connection, season_id)
            exported = await repository.get_exported_season(connection, season_id)
        content = write_export(export_format, season, exported, clock=clock, locale=reader_locale(request))
        headers = {"Content-Disposition": f'attachment; filename="{season.code}.{export_format}"'}
        return Response(content, media_type=EXPORT_TYPES[export_format], headers=headers)
