"""Who waits for a place, and in which order the next ones get what becomes free."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta

from app.errors import N_, NotFound
from app.texts import Command

# Of so many one after the other at least one is small or medium-sized, while any of them waits.
SMALL_ONE_OF: Final = 3


class WaitlistLeftOut(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of the requests that a released version leaves out are to wait for the next place."""

    request_ids: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=5_000)]


class NotWaiting(NotFound):
    """The request is not on the waitlist."""

    type = "not-waiting"
    sentence = N_("This request is not on the waitlist.")


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A request on the waitlist.

    `weight` in points, as the season's rules or an organiser give it; `missed`: so many places were kept for it and not
    answered in time; `kept_until`: a place from the waitlist is kept for it until then.
    """

    request_id: UUID
    season_id: UUID
    reference: str
    title: str
    owner_zh: str
    owner_en: str
    small_or_medium: bool
    submitted_at: datetime
    since: datetime
    missed: int
    kept_until: datetime | None
    employer_id: UUID | None = None
    weight: int = 0
    organisers_weight: bool = False


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """Where a request is on the waitlist; `lifted`: before heavier ones, because small employers are not last."""

    rank: int
    waiting: Waiting
    lifted: bool


def ranked(waiting: Iterable[Waiting]) -> list[Ranked]:
    """Put the waiting in their order.

    Who answered in time comes before who did not; then the heavier, then who asked first. Of three one after the other
    one is small or medium-sized, as long as such a one waits: the heaviest of them is taken before its turn.
    """
    left = sorted(waiting, key=_turn)
    found: list[Ranked] = []
    while left:
        chosen = _next(left, found)
        found.append(Ranked(rank=len(found) + 1, waiting=chosen, lifted=chosen is not left[0]))
        left.remove(chosen)
    return found


def _turn(entry: Waiting) -> tuple[int, int, datetime, UUID]:
    return entry.missed, -entry.weight, entry.submitted_at, entry.request_id


def _next(left: Sequence[Waiting], found: Sequence[Ranked]) -> Waiting:
    last = found[-(SMALL_ONE_OF - 1) :]
    if len(last) < SMALL_ONE_OF - 1 or any(entry.waiting.small_or_medium for entry in last):
        return left[0]
    same = [entry for entry in left if entry.missed == left[0].missed]
    return next((entry for entry in same if entry.small_or_medium), left[0])
