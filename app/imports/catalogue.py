"""The table of the kinds of files."""

from app.imports.calendar.closures import CalendarClosures
from app.imports.calendar.reading import CalendarTable
from app.imports.closures import CLOSURES
from app.imports.domain import What
from app.imports.employers import EMPLOYERS
from app.imports.importing import Importer
from app.imports.majors import MAJORS
from app.imports.requests import REQUESTS
from app.imports.rooms import CHANNELS, ROOMS
from app.tables.reading import Table

IMPORTERS: dict[What, Importer] = {
    importer.what: importer for importer in (ROOMS, CLOSURES, CHANNELS, EMPLOYERS, REQUESTS, MAJORS)
}


def importer_of(what: What, table: Table) -> Importer:
    """Give what keeps the rows of a table; a calendar has its own way of naming closures."""
    return CalendarClosures(table).importer() if isinstance(table, CalendarTable) else IMPORTERS[what]


def changes_facts(what: What) -> bool:
    """Whether promises stand on what such a file holds."""
    return IMPORTERS[what].changes_facts
