"""How facts are written that promises stand on: in the open, so that no promise is broken without an explicit yes."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.locales import Translator

T = TypeVar("T")


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """Who changes a fact (None: the command line), when, for what reason, and which bookings may break by it."""

    actor: Actor | None
    clock: Clock
    translate: Translator
    accepted: frozenset[UUID] = frozenset()
    reason: str = ""


class FactWriter(ABC):
    """Writes facts. The floors below know only this; what promises are is decided above (`app.cases.writing`)."""

    @abstractmethod
    async def write(
        self, use_case: Callable[[Connection], Awaitable[T]], author: Author, *, season_id: UUID | None = None
    ) -> T:
        """Carry a use case out in one transaction, if it breaks no promise that its author has not accepted.

        It may be called twice. `season_id`: it changes facts of that season only. Raises PromisesBroken.
        """


def accepted_by_form(values: Mapping[str, Any]) -> frozenset[UUID]:
    """Give the bookings that a form lists, if its sender said yes to breaking them; what is no id is none of them."""
    if values.get("take_broken") != "yes":
        return frozenset()
    given = values.get("accept_broken", [])
    return frozenset(_ids(given if isinstance(given, list) else [given]))


def _ids(texts: list[Any]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(str(text)))
        except ValueError:
            continue
    return found
