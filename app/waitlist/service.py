"""What people read of the waitlist: the centre its order and the reasons for it, an owner its own rank."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import msgspec

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.decisions.decide import waitlist_request
from app.errors import N_
from app.locales import Translator
from app.locales.moments import full_date
from app.permissions import must
from app.requests import repository as requests
from app.requests.access import parts_in
from app.schedules import repository as schedules
from app.schedules.domain import LeftOut
from app.strikes.reading import list_held_back
from app.waitlist.domain import NotWaiting, Ranked, WaitlistLeftOut
from app.waitlist.ranking import rank_waiting


class WaitlistLine(msgspec.Struct, frozen=True, kw_only=True):
    """A request on the waitlist as the career centre reads it; `reasons` say why it is where it is."""

    rank: int
    request_id: UUID
    reference: str
    title: str
    owner: str
    since: datetime
    reasons: tuple[str, ...]
    kept_until: datetime | None


class WaitlistRank(msgspec.Struct, frozen=True, kw_only=True):
    """Where a request is on the waitlist: the `rank`-th of `waiting`."""

    rank: int
    waiting: int


async def list_waitlist(
    connection: Connection, season_id: UUID, *, actor: Actor | None, translate: Translator, clock: Clock
) -> list[WaitlistLine]:
    """List who waits in a season, for the career centre, the first in line first. Raises Forbidden."""
    must(actor, "see_waitlist")
    english = translate.locale == "en"
    order = await rank_waiting(connection, season_id)
    employers = {entry.waiting.employer_id for entry in order if entry.waiting.employer_id is not None}
    held_back = await list_held_back(connection, employers, clock=clock)
    return [
        WaitlistLine(
            rank=entry.rank,
            request_id=entry.waiting.request_id,
            reference=entry.waiting.reference,
            title=entry.waiting.title,
            owner=entry.waiting.owner_en if english else entry.waiting.owner_zh,
            since=entry.waiting.since,
            reasons=_reasons(entry, translate, held_back),
            kept_until=entry.waiting.kept_until,
        )
        for entry in order
    ]


async def get_rank(connection: Connection, request_id: UUID, *, actor: Actor) -> WaitlistRank:
    """Give where a request is on the waitlist, for whoever may see it. Raises RequestNotFound, NotWaiting."""
    request = await requests.get_request(connection, request_id)
    parts_in(actor, request)
    found = (await read_ranks(connection, request.season_id)).get(request_id)
    if found is None:
        raise NotWaiting
    return found


async def read_ranks(connection: Connection, season_id: UUID) -> dict[UUID, WaitlistRank]:
    """Give where each waiting request of a season is."""
    order = await rank_waiting(connection, season_id)
    return {entry.waiting.request_id: WaitlistRank(rank=entry.rank, waiting=len(order)) for entry in order}


async def waitlist_left_out(
    connection: Connection, version_id: UUID, command: WaitlistLeftOut, *, actor: Actor, now: datetime
) -> list[UUID]:
    """Put requests on the waitlist that a version leaves out, as far as they are approved and without a place still.

    Give those that it was done for. Raises VersionNotFound, Forbidden.
    """
    must(actor, "waitlist")
    version = await schedules.get_version(connection, version_id)
    if version.state != "released":
        return []
    await requests.lock_requests(connection, sorted(command.request_ids))
    left_out = LeftOut.of(await schedules.list_unplaced(connection, version.id))
    wanted = [
        entry.request_id
        for entry in left_out.waiting
        if entry.request_id in command.request_ids and entry.state == "approved"
    ]
    for request_id in sorted(wanted):
        await waitlist_request(connection, request_id, seen=None, actor=actor, now=now)
    return wanted


def _reasons(entry: Ranked, translate: Translator, held_back: Mapping[UUID, date]) -> tuple[str, ...]:
    waiting = entry.waiting
    weight = N_("weight {weight} by hand") if waiting.organisers_weight else N_("weight {weight} by the season’s rules")
    reasons = [translate(weight, weight=waiting.weight)]
    if waiting.small_or_medium:
        reasons.append(translate(N_("small or medium-sized")))
    if entry.lifted:
        reasons.append(translate(N_("before heavier ones: of three in a row one is small or medium-sized")))
    if waiting.missed:
        reasons.append(
            translate.plural(
                "after others: {count} kept place was not answered in time",
                "after others: {count} kept places were not answered in time",
                waiting.missed,
            )
        )
    if waiting.employer_id is not None and waiting.employer_id in held_back:
        until = full_date(held_back[waiting.employer_id], translate.locale)
        reasons.append(translate(N_("gets no place until {day}: no-shows, or suspended"), day=until))
    return tuple(reasons)
