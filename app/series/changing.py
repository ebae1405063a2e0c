"""Changes what is still to come of a series; what has begun or is over stays as it was.

What is not decided is written anew in one transaction. For each date that is decided a change is asked for like for a
single request: its place is kept until the new one is certain, so that one date that cannot follow loses nothing.
"""

from typing import Final
from uuid import UUID

import msgspec

from app.actors import Actor
from app.amendments.domain import AmendmentAnswer, NothingChanged, ProposeAmendment
from app.amendments.proposing import propose_amendment
from app.clock import Clock
from app.database import Connection, Database
from app.errors import Conflict, PreconditionFailed
from app.events import SeriesChanged
from app.offers.finding import Finder
from app.outbox import append
from app.requests import repository as requests
from app.requests import service
from app.requests.checks import check_kinds, check_references
from app.requests.domain import RequestWish
from app.requests.states import MOVES
from app.requests.wishes import completed, must_have_verified_address
from app.seasons import repository as seasons
from app.series import repository
from app.series.domain import ChangedDay, ChangeSeries, DayOutcome, NothingToDo, SeriesChange, SeriesDate
from app.series.reading import get_detail, ids_of, lock_opened
from app.series.wishes import changed_wish, check_one_day

_OUTCOMES: Final[dict[str, DayOutcome]] = {
    "accepted": "changed",
    "awaiting_approval": "asked",
    "proposed": "choose",
    "refused": "impossible",
}


async def change_series(
    database: Database,
    finder: Finder,
    series_id: UUID,
    command: ChangeSeries,
    *,
    seen: int | None,
    actor: Actor,
    clock: Clock,
) -> SeriesChange:
    """Change what is still to come, from a day on, and say what came of it for each date.

    Raises SeriesNotFound, NothingToDo, Invalid, PreconditionFailed.
    """
    check_one_day(command)
    written, decided = await database.transact(_write, series_id, command, seen=seen, actor=actor, clock=clock)
    outcomes = [*written]
    for date, wish in decided:
        first = all(told.outcome != "asked" for told in outcomes)  # a series is told as one
        outcome = await _propose(database, finder, date, wish, command, actor=actor, clock=clock, tells_deciders=first)
        outcomes.append(ChangedDay(day=date.day, request_id=date.request.id, outcome=outcome))
    async with database.read() as connection:
        detail = await get_detail(connection, series_id, actor=actor, now=clock.now())
    return SeriesChange(outcomes=tuple(sorted(outcomes, key=lambda one: one.day)), series=detail)


async def _write(
    connection: Connection, series_id: UUID, command: ChangeSeries, *, seen: int | None, actor: Actor, clock: Clock
) -> tuple[list[ChangedDay], list[tuple[SeriesDate, RequestWish]]]:
    """Write anew what is not decided; give what came of it, and the dates for which a change is to be asked for."""
    now = clock.now()
    opened = await lock_opened(connection, series_id, seen=seen, actor=actor, now=now)
    able = [date for date in opened.able("edit", "amend") if command.from_day is None or date.day >= command.from_day]
    if not able:
        raise NothingToDo
    stored = await requests.list_activities(connection, opened.row.request_ids)
    order = {activity.id: index for steps in stored.values() for index, activity in enumerate(steps)}
    season = await seasons.get_season(connection, opened.row.season_id)
    first_waiting = next((date.request.id for date in able if date.request.state == "submitted"), None)
    # Who is named at a date already is nobody new: dates that went to a colleague stay with them.
    is_known = command.contact_email in {date.request.contact_email for date in able}
    written, decided = [], []
    for date in able:
        is_handed = is_known and date.request.contact_email != command.contact_email
        wish = changed_wish(command, date, stored[date.request.id], order, keeps_contact=is_handed)
        wish = await _naming_the_same(connection, date, wish)
        if date.request.state in MOVES["edit"].before:
            await service.change_request(
                connection,
                date.request.id,
                wish,
                expected_version=None,
                actor=actor,
                clock=clock,
                tells_deciders=date.request.id == first_waiting,  # a series is told as one
            )
            written.append(ChangedDay(day=date.day, request_id=date.request.id, outcome="changed"))
        else:
            # What would be refused for one date is refused for all, before anything is done.
            must_have_verified_address(actor)
            check_kinds(wish, date.request.owner_kind)
            await check_references(connection, completed(wish, season))
            decided.append((date, wish))
    await repository.raise_version(connection, series_id)
    event = SeriesChanged(subject_id=series_id, season_id=opened.row.season_id, request_ids=ids_of(able))
    await append(connection, event, actor_id=actor.account_id, now=now, reason=command.note)
    return written, decided


async def _naming_the_same(connection: Connection, date: SeriesDate, wish: RequestWish) -> RequestWish:
    # Who takes part in a date was named there, and stays.
    named = (await requests.list_participants(connection, [date.request.id]))[date.request.id]
    return msgspec.structs.replace(wish, participant_ids=tuple(participant.employer_id for participant in named))


async def _propose(
    database: Database,
    finder: Finder,
    date: SeriesDate,
    wish: RequestWish,
    command: ChangeSeries,
    *,
    actor: Actor,
    clock: Clock,
    tells_deciders: bool,
) -> DayOutcome:
    amendment = ProposeAmendment(**msgspec.structs.asdict(wish), note=command.note)
    try:
        answer: AmendmentAnswer = await propose_amendment(
            database,
            finder,
            date.request.id,
            amendment,
            seen=None,
            actor=actor,
            clock=clock,
            tells_deciders=tells_deciders,
        )
    except NothingChanged:
        return "unchanged"
    except (Conflict, PreconditionFailed):
        return "busy"
    return _OUTCOMES[answer.amendment.state]
