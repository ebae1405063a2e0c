"""The table of the kinds of files."""

from app.imports.closures import CLOSURES
from app.imports.domain import What
from app.imports.employers import EMPLOYERS
from app.imports.importing import Importer
from app.imports.majors import MAJORS
from app.imports.requests import REQUESTS
from app.imports.rooms import CHANNELS, ROOMS

IMPORTERS: dict[What, Importer] = {
    importer.what: importer for importer in (ROOMS, CLOSURES, CHANNELS, EMPLOYERS, REQUESTS, MAJORS)
}
