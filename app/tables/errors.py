"""The errors of a table: of the file as a whole, or of one of its cells."""

from app.errors import N_, Invalid, TooLarge
from app.texts import TextFault

MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_ROWS = 20_000


class FileRefused(Invalid):
    """Nothing of the file was kept."""

    type = "file-refused"


class FileTooLarge(TooLarge):
    """The file is larger than any office's list."""

    type = "file-too-large"


class EmptyFile(FileRefused):
    """The file has no rows."""

    type = "file-empty"
    sentence = N_("The file holds no rows.")


class WrongFileType(FileRefused):
    """The file is neither csv nor a workbook."""

    type = "file-type"
    sentence = N_("This file is neither a csv text nor an Excel workbook (.xlsx).")


class BrokenWorkbook(FileRefused):
    """The file is a zip that is no workbook."""

    type = "file-workbook"
    sentence = N_(
        "This file looks like .xlsx but cannot be read as an Excel workbook. Open it in Excel and save it again."
    )


class OldWorkbook(FileRefused):
    """The file has the binary format of before 2007, or a password."""

    type = "file-old-workbook"
    sentence = N_("This is an old .xls workbook or one with a password. Save it as .xlsx without a password.")


class BrokenCsv(FileRefused):
    """The file is text, but no table."""

    type = "file-csv"
    sentence = N_(
        "Line {line} cannot be read as csv: a quotation mark is not closed or stands within a cell, or the cell is too"
        " long."
    )


class BrokenText(FileRefused):
    """The bytes are in no known encoding."""

    type = "file-encoding"
    sentence = N_("Line {line} holds bytes that are neither UTF-8 nor GB18030. Save the file again as UTF-8.")


class DoubtfulText(FileRefused):
    """The bytes read well in more than one encoding; a person has to say in which they are."""

    type = "file-encoding-doubtful"
    sentence = N_("This text can be read in more than one way: {readings}. Choose its encoding and send it again.")


class SeveralSheets(FileRefused):
    """More than one sheet has the headings of the kind: the rows of the others would be lost."""

    type = "file-several-sheets"
    sentence = N_("Several sheets hold such rows: {sheets}. Put them on one sheet, or name the sheet to read.")


class UnknownSheet(FileRefused):
    """The workbook has no sheet of the chosen name."""

    type = "file-unknown-sheet"
    sentence = N_("The file has no sheet “{sheet}”; it has: {sheets}.")


class BrokenCalendar(FileRefused):
    """The file is no calendar, or one that cannot be read."""

    type = "file-calendar"
    sentence = N_("This calendar file cannot be read: {detail}")


class TooManyRows(FileRefused):
    """The file has more rows than one file may have."""

    type = "file-too-many-rows"
    sentence = N_("The file holds more than {limit} rows. Send it in parts.")


class MissingColumns(FileRefused):
    """The file lacks columns without which rows cannot be read."""

    type = "file-columns-missing"
    sentence = N_("These columns are missing: {columns}. The template shows what they look like.")


class MergedCells(FileRefused):
    """Cells of the data were merged: only the first of them has a value."""

    type = "file-cells-merged"
    sentence = N_(
        "These cells are merged: {cells}. Unmerge them in Excel, fill in the value in each of them, and send the file"
        " again."
    )


class DoubledColumn(FileRefused):
    """The file has one heading twice."""

    type = "file-column-doubled"
    sentence = N_("The column “{column}” stands in the file twice.")


class CellError(TextFault):
    """A cell, or a row as a whole, cannot be accepted; the importer adds which one."""
