"""Credit codes in the cells of files."""

from app.employers.domain import checked_credit_code
from app.errors import N_, Invalid
from app.tables.cells import Cell, halfwidth
from app.tables.errors import CellError


def credit_code(cell: Cell) -> str:
    """Read a unified social credit code with a matching check character. Raises CellError."""
    if isinstance(cell, float | int):
        sentence = N_("The spreadsheet took this code for a number and lost digits. Format the column as text.")
        raise CellError(sentence, "code-as-number")
    try:
        return checked_credit_code(halfwidth(cell).upper().replace(" ", ""))
    except Invalid as refused:
        error = refused.fields[0]
        raise CellError(error.sentence, error.code, **error.values) from None
