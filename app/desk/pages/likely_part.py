"""The part of a form that shows what is open for what is filled in; the form works without it."""

from collections.abc import Awaitable, Callable, Collection
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec

from app.database import Database
from app.desk import repository
from app.desk.domain import LikelyPlacements
from app.desk.pages.likely_view import LikelyView, read_likely
from app.errors import Away, Conflict, FieldError, Invalid
from app.layout.page import Page

Ask = Callable[[], Awaitable[LikelyPlacements]]


class Shown(msgspec.Struct, frozen=True):
    """What is open, or why that cannot be said; neither where too little is filled in."""

    view: LikelyView | None = None
    trouble: str = ""


NOTHING_SHOWN: Final = Shown()


async def look(page: Page, database: Database, ask: Ask, *, wished: Collection[tuple[date, date]]) -> Shown:
    """Ask, keep what is answered for the case that the form is then sent, and give it as it is shown.

    Raises NotFound and Forbidden of what is asked.
    """
    try:
        found = await ask()
    except Invalid as error:
        # What is still missing is no mistake of somebody who is filling it in.
        return Shown(trouble=" ".join(_sentence(page, field) for field in error.fields if field.code != "missing"))
    except (Away, Conflict) as error:
        return Shown(trouble=page.translate(error.sentence, **error.values))
    shown_id = await database.transact(repository.insert_shown, found, account_id=page.person.account_id)
    async with database.read() as connection:
        return Shown(await read_likely(connection, found, wished=wished, shown_id=shown_id))


def _sentence(page: Page, field: FieldError) -> str:
    return page.translate(field.sentence, **field.values)


def shown_of(values: dict[str, Any]) -> UUID | None:
    """Give which answer a form's sender saw last, if any."""
    try:
        return UUID(str(values.get("shown", "")))
    except ValueError:
        return None
