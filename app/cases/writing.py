"""Writes facts in the open: a change that breaks promises lists every one, and is made with an explicit yes only."""

from collections.abc import Awaitable, Callable, Container, Mapping
from typing import TypeVar
from uuid import UUID

import msgspec

from app.cases import repository
from app.cases.opening import keep_begun, open_cases, settle_cases
from app.cases.spoiling import Spoilt, list_spoilt, take_back
from app.cases.what_breaks import SchoolFacts, SeasonRules, school_breaks, season_breaks
from app.cases.words import in_words
from app.database import Connection, Database
from app.facts.domain import BrokenPromise, PromisesBroken
from app.facts.locks import lock_every_season, lock_season
from app.facts.writing import Author, FactWriter
from app.permissions import must
from app.schedules.audit import read_promises
from app.schedules.domain import Break
from app.seasons import repository as seasons
from app.venues import repository as venues
from app.venues import room_repository

T = TypeVar("T")
Broken = Mapping[UUID, tuple[Break, ...]]


class _Facts(msgspec.Struct, frozen=True):
    """What can break promises, of the school and of each season with promises."""

    school: SchoolFacts
    seasons: dict[UUID, SeasonRules]


class OpenFacts(FactWriter):
    """Writes facts of a database's seasons."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(
        self, use_case: Callable[[Connection], Awaitable[T]], author: Author, *, season_id: UUID | None = None
    ) -> T:
        """Carry a use case out in one transaction, if it breaks no promise that its author has not accepted.

        It may be called twice. `season_id`: it changes facts of that season only. Raises PromisesBroken.
        """
        return await self._database.transact(write_facts, use_case, author, season_id=season_id)


async def write_facts(
    connection: Connection,
    use_case: Callable[[Connection], Awaitable[T]],
    author: Author,
    *,
    season_id: UUID | None = None,
) -> T:
    """Carry a use case out in the caller's transaction, as `FactWriter.write` does.

    Its result is looked at first, in a savepoint; only where something is broken then, what was broken before is asked.
    """
    if season_id is None:
        await lock_every_season(connection)
    else:
        await lock_season(connection, season_id)
    before = await _read_facts(connection, author, season_id)
    savepoint = connection.transaction()
    await savepoint.start()
    try:
        result = await use_case(connection)
        checked = await _concerned(connection, before, await _read_facts(connection, author, season_id, like=before))
        after = [await read_promises(connection, key, clock=author.clock) for key in checked]
        spoilt = await list_spoilt(connection, checked, clock=author.clock)
    except BaseException:
        await savepoint.rollback()
        raise
    now = author.clock.now()
    if not spoilt and not any(promises.broken(now) for promises in after):
        await savepoint.commit()
        for promises in after:
            await settle_cases(connection, promises, author)
        return result
    await savepoint.rollback()
    known = [await read_promises(connection, key, clock=author.clock) for key in checked]
    broken = {
        promises.facts.season.id: _new(promises.broken(now), earlier.broken(now))
        for promises, earlier in zip(after, known, strict=True)
    }
    coming = {promises.facts.season.id: set(promises.coming(now)) for promises in after}
    asked = {
        key: {booking_id: breaks for booking_id, breaks in of_season.items() if booking_id in coming[key]}
        for key, of_season in broken.items()
    }
    if spoilt:
        spoilt = _newly_spoilt(spoilt, await list_spoilt(connection, checked, clock=author.clock))
    wanted = {booking_id: breaks for of_season in asked.values() for booking_id, breaks in of_season.items()}
    wanted |= {booking_id: entry.breaks for booking_id, entry in spoilt.items()}
    if wanted and not _is_accepted(wanted, author):
        listed = await list_broken(connection, wanted, author, held=spoilt)
        raise PromisesBroken(count=len(listed), extra={"broken": listed})
    result = await use_case(connection)
    await take_back(connection, spoilt, author)
    for promises in after:
        key = promises.facts.season.id
        await open_cases(connection, promises, asked[key], author)
        # What has begun cannot be moved any more: it took place under the facts of before.
        begun = {booking_id: breaks for booking_id, breaks in broken[key].items() if booking_id not in asked[key]}
        await keep_begun(connection, promises, begun, author)
        await settle_cases(connection, promises, author)
    return result


async def _read_facts(
    connection: Connection, author: Author, season_id: UUID | None, *, like: _Facts | None = None
) -> _Facts:
    """Read what can break promises; `like`: of the same seasons, so that what is new there can be compared."""
    keys = list(like.seasons) if like else await repository.list_promising_seasons(connection, now=author.clock.now())
    rules = {}
    for key in keys if season_id is None else set(keys) & {season_id}:
        season = await seasons.get_season(connection, key)
        rules[key] = SeasonRules(
            season=season,
            policies=await seasons.get_policies(connection, key),
            calendar=await seasons.get_calendar(connection, season.first_day, season.last_day),
        )
    if not rules:
        empty = SchoolFacts(rooms={}, channels={}, campuses={}, closures=frozenset())
        return _Facts(empty, {})
    return _Facts(
        SchoolFacts(
            rooms={room.id: room for room in await room_repository.list_rooms(connection)},
            channels={channel.id: channel for channel in await room_repository.list_channels(connection)},
            campuses={campus.id: campus for campus in await venues.list_campuses(connection)},
            closures=await repository.list_closures_with_exceptions(connection),
            exemptions=await repository.list_exemptions(connection),
        ),
        rules,
    )


async def _concerned(connection: Connection, before: _Facts, after: _Facts) -> list[UUID]:
    """List the seasons whose promises have to be held against the rules: a change can break some, or settle a case."""
    everywhere = school_breaks(before.school, after.school)
    changed = before != after
    waiting = set(await repository.list_seasons_with_open_cases(connection)) if changed else set()
    return [
        key
        for key, rules in before.seasons.items()
        if everywhere or season_breaks(rules, after.seasons[key]) or key in waiting
    ]


def _new(broken: Broken, earlier: Broken) -> dict[UUID, tuple[Break, ...]]:
    found = {}
    for booking_id, breaks in broken.items():
        new = tuple(entry for entry in breaks if not any(old.covers(entry) for old in earlier.get(booking_id, ())))
        if new:
            found[booking_id] = new
    return found


def _newly_spoilt(spoilt: Mapping[UUID, Spoilt], earlier: Mapping[UUID, Spoilt]) -> dict[UUID, Spoilt]:
    return {
        booking_id: entry
        for booking_id, entry in spoilt.items()
        if booking_id not in earlier or not set(entry.breaks) <= set(earlier[booking_id].breaks)
    }


def _is_accepted(broken: Broken, author: Author) -> bool:
    """Whether the author looked at everything that is broken, and said yes. Raises Forbidden where they may not."""
    if not author.accepted or not set(broken) <= author.accepted:
        return False
    if author.actor is not None:
        must(author.actor, "accept_broken")
    return True


async def list_broken(
    connection: Connection, breaks: Broken, author: Author, *, held: Container[UUID] = ()
) -> list[BrokenPromise]:
    """List broken bookings as their reader reads them, by time; `held`: those that are only held for offers."""
    translate = author.translate
    english = translate.locale == "en"
    names = await repository.list_resource_names(connection)
    return [
        BrokenPromise(
            booking_id=line.booking_id,
            activity_id=line.activity_id,
            request_id=line.request_id,
            season=line.season_en if english else line.season_zh,
            reference=line.reference,
            title=line.title,
            kind=line.kind,
            owner=line.owner_en if english else line.owner_zh,
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            places=line.places_en if english else line.places_zh,
            rules=in_words(breaks[line.booking_id], names, translate),
            held=line.booking_id in held,
        )
        for line in await repository.list_booking_lines(connection, breaks)
    ]
