"""Writes empty files of each kind, with headings and one example row, to be filled and sent back."""

from app.imports.catalogue import IMPORTERS
from app.imports.domain import What
from app.locales import translator
from app.tables.writing import TableFormat, write_table


def write_template(what: What, table_format: TableFormat, locale: str) -> bytes:
    """Give the template in the reader's language; needed columns have a star."""
    english = translator(locale).locale == "en"
    columns = IMPORTERS[what].columns
    headings = [f"{column.en if english else column.zh}{'*' if column.needed else ''}" for column in columns]
    return write_table(table_format, headings, [[column.example for column in columns]], sheet=what)
