"""What all kinds of files have: their columns, how one of their things is kept, and what that may use."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.imports.domain import Outcome, What
from app.imports.known import Known
from app.tables.columns import Column, Row
from app.tables.reading_notes import ReadingNote


class Importing(msgspec.Struct, kw_only=True):
    """One run of an import. `over_bookings`: closures are made over bookings too, for somebody looks at them first."""

    known: Known
    actor: Actor | None
    clock: Clock
    file: str
    fields: frozenset[str]
    over_bookings: bool = False
    also_created: list[str] = []
    learnt: list[Callable[[], None]] = []
    reading_notes: list[ReadingNote] = []

    def later(self, learn: Callable[[], None]) -> None:
        """Add something to what is known once the row that made it was kept."""
        self.learnt.append(learn)

    def given(self, row: Row) -> dict[str, Any]:
        """Give the values of the columns that the file has; what it does not mention stays unchanged."""
        return {field: value for field, value in row.values.items() if field in self.fields}


Keep = Callable[[Connection, list[Row], Importing], Awaitable[Outcome]]
Begin = Callable[[Connection, Importing], Awaitable[None]]
Finish = Callable[[Connection, Sequence[Row], Importing], Awaitable[int]]


class Importer(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of file; its `keep` takes the rows of one thing.

    `together` names the column that rows of one thing have in common; the first row gives the `shared` columns for all.
    `key` names the column of a thing's code where each row is another thing; `identity` gives what tells the things
    apart, by default that code. A second row of one thing is refused. `changes_facts` where bookings stand on what is
    kept. `begin` goes before the first row, `finish` after the last; it gives how many things that the file no longer
    has were removed.
    """

    what: What
    columns: tuple[Column[Known], ...]
    keep: Keep
    together: str | None = None
    key: str | None = None
    identity: Callable[[Row, Importing], object] | None = None
    shared: frozenset[str] = frozenset()
    needs_season: bool = False
    changes_facts: bool = False
    begin: Begin | None = None
    finish: Finish | None = None


def differing(wanted: dict[str, Any], thing: msgspec.Struct) -> dict[str, Any]:
    """Give those of the wanted values that a thing does not have yet."""
    return {name: value for name, value in wanted.items() if getattr(thing, name) != value}
