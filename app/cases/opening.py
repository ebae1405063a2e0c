"""Opens cases of broken promises, and settles those whose bookings moved or keep the rules again."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from app.actors import account_of
from app.cases import repository
from app.cases.domain import Outcome
from app.cases.repository import OpenCase
from app.database import Connection
from app.events import CaseOpened, CaseSettled, Event
from app.facts.locks import share_season
from app.facts.writing import Author
from app.outbox import append_all
from app.schedules.audit import Promises, read_promises
from app.schedules.domain import Break


async def open_cases(
    connection: Connection, promises: Promises, broken: Mapping[UUID, tuple[Break, ...]], author: Author
) -> None:
    """Open a case for each broken booking; one that has an open case gets the new rules too. The owners are told."""
    facts, now = promises.facts, author.clock.now()
    season_id = facts.season.id
    due_at = facts.calendar.due(now, facts.policies.case_working_days, author.clock.zone)
    known = {entry.booking_id: entry for entry in await repository.list_open(connection, season_id)}
    standing = {booking.id: booking for booking in facts.standing}
    events: list[Event] = []
    for booking_id, breaks in broken.items():
        booking = standing[booking_id]
        if booking_id in known:
            case_id = known[booking_id].id
            await repository.add_breaks(connection, case_id, breaks)
        else:
            case_id = await repository.insert_case(
                connection,
                season_id=season_id,
                booking_id=booking_id,
                breaks=breaks,
                reason=author.reason,
                opened_by=account_of(author.actor),
                now=now,
                due_at=min(due_at, booking.starts_at),
            )
        events.append(
            CaseOpened(
                subject_id=booking.request_id,
                season_id=season_id,
                case_id=case_id,
                activity_id=booking.activity_id,
                booking_id=booking_id,
                rules=tuple(dict.fromkeys(entry.rule for entry in breaks)),
            )
        )
    await append_all(connection, events, actor_id=account_of(author.actor), now=now, reason=author.reason)


async def keep_begun(
    connection: Connection, promises: Promises, broken: Mapping[UUID, tuple[Break, ...]], author: Author
) -> None:
    """Note that bookings which have begun stay as they are, whatever is changed now."""
    season_id, now, actor_id = promises.facts.season.id, author.clock.now(), account_of(author.actor)
    known = (
        {entry.booking_id: entry.id for entry in await repository.list_open(connection, season_id)} if broken else {}
    )
    for booking_id, breaks in broken.items():
        if booking_id in known:
            await repository.add_breaks(connection, known[booking_id], breaks)
            continue
        case_id = await repository.insert_case(
            connection,
            season_id=season_id,
            booking_id=booking_id,
            breaks=breaks,
            reason=author.reason,
            opened_by=actor_id,
            now=now,
            due_at=now,
        )
        await repository.end_case(connection, case_id, "kept", "agreed", ended_by=actor_id, now=now)


async def settle_cases(connection: Connection, promises: Promises, author: Author) -> int:
    """Settle the open cases of a season whose bookings left their place or keep the rules again; give how many.

    Where a booking was replaced by one that breaks the same, the case is about that.
    """
    season_id, now = promises.facts.season.id, author.clock.now()
    standing = {booking.activity_id: booking.id for booking in promises.facts.standing}
    events: list[Event] = []
    for case in await repository.list_open(connection, season_id):
        # Not what else it breaks, which was agreed to.
        if case.stands and _is_about(case, promises.breaks_of(case.booking_id)):
            continue
        instead = standing.get(case.activity_id)
        if not case.stands and instead is not None and _is_about(case, promises.breaks_of(instead)):
            await repository.follow_booking(connection, case.id, instead)
            continue
        outcome: Outcome = "rules_kept" if case.stands else "left_place"
        await repository.forget_exceptions(connection, case.booking_id)
        actor_id = account_of(author.actor)
        await repository.end_case(connection, case.id, "settled", outcome, ended_by=actor_id, now=now)
        events.append(_settled(case, season_id))
    await append_all(connection, events, actor_id=account_of(author.actor), now=now)
    return len(events)


async def settle_everywhere(connection: Connection, author: Author) -> int:
    """Settle what can be settled in every season with open cases; give how many cases that were."""
    count = 0
    for season_id in await repository.list_seasons_with_open_cases(connection):
        await share_season(connection, season_id)
        promises = await read_promises(connection, season_id, clock=author.clock)
        count += await settle_cases(connection, promises, author)
    return count


def _is_about(case: OpenCase, breaks: Iterable[Break]) -> bool:
    return any(known.covers(entry) for known in case.breaks for entry in breaks)


def _settled(case: OpenCase, season_id: UUID) -> CaseSettled:
    return CaseSettled(
        subject_id=case.request_id,
        season_id=season_id,
        case_id=case.id,
        activity_id=case.activity_id,
        booking_id=case.booking_id,
    )
