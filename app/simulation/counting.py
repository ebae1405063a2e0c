"""Counts a season when it is over, from the database and from the mailbox: never from what its people believe."""

import statistics
from collections import Counter, defaultdict
from datetime import datetime
from uuid import UUID

import msgspec

from app.database import Connection, Database, load_queries
from app.database.rows import fetch_all
from app.simulation.figures import SimulatedFigures
from app.simulation.floor import Floor
from app.simulation.letters import Letter, LetterBox

_queries = load_queries(__file__)
_CENTRE = frozenset({"organiser", "administrator"})
_BOOKED = frozenset({"booking.confirmed", "booking.tentative"})
_GIVEN_BACK = frozenset({"booking.released", "booking.lapsed"})
_AGREED = frozenset({"offer.accepted", "amendment.accepted", "request.agreed"})


class Told(msgspec.Struct, frozen=True):
    """Somebody who had to be told of an event."""

    event_id: int
    recipient: str
    request_id: UUID


class CaseTime(msgspec.Struct, frozen=True):
    """A case, whom it concerns, and when it was open."""

    id: UUID
    activity_id: UUID
    recipient: str
    opened_at: datetime
    ended_at: datetime | None


class Happened(msgspec.Struct, frozen=True):
    """Something that befell a booking, or that was agreed to."""

    id: int
    type: str
    recorded_at: datetime
    occurred_at: datetime
    request_id: UUID
    activity_id: UUID | None
    role: str


class Moves(msgspec.Struct, frozen=True):
    """Moves of what was promised: of confirmed bookings without consent, and of tentative ones for each change."""

    without_consent: int
    tentative: tuple[float, ...]


async def count_figures(database: Database, season_id: UUID, box: LetterBox, floor: Floor) -> SimulatedFigures:
    """Count everything."""
    letters = box.letters()
    async with database.read() as connection:
        counts = dict(await _queries.count_season(connection, season_id=season_id))
        due = await fetch_all(Told, _queries.list_due_messages(connection, season_id=season_id))
        cases = await fetch_all(CaseTime, _queries.list_cases(connection, season_id=season_id))
        story = await fetch_all(Happened, _queries.list_story(connection, season_id=season_id))
        about = await _about(connection, season_id)
        unexplained = await _queries.count_unexplained(connection, season_id=season_id)
    moves = count_moves(story, cases)
    arrived = Counter(
        (about[letter.message_id][0], letter.recipient) for letter in letters if letter.message_id in about
    )
    told = {(letter.recipient, letter.activity_id) for letter in letters if letter.purpose == "case_opened"}
    per_person = Counter(letter.recipient for letter in letters)
    wanted = {(entry.event_id, entry.recipient) for entry in due}
    return SimulatedFigures(
        **counts,
        cases_untold=sum((case.recipient, case.activity_id) not in told for case in cases),
        messages_per_person_median=statistics.median(per_person.values()) if per_person else 0,
        messages_unchanged_max=_most_unchanged(letters, about, story),
        violations=len(floor.violations) + floor.clashes,
        messages_due=len(wanted),
        messages_lost=len(wanted - set(arrived)) + len(floor.untrue_calendars),
        messages_doubled=sum(times - 1 for times in arrived.values()),
        confirmed_moved_without_consent=moves.without_consent,
        unexplained_refusals=unexplained,
        refusals_without_offer_though_feasible=len(floor.neglected),
        tentative_moves_median=statistics.median(moves.tentative) if moves.tentative else 0,
        tentative_moves_max=max(moves.tentative, default=0),
    )


async def _about(connection: Connection, season_id: UUID) -> dict[str, tuple[int, UUID | None]]:
    rows = _queries.list_messages(connection, season_id=season_id)
    return {row["message_id"]: (row["event_id"], row["request_id"]) async for row in rows}


def count_moves(story: list[Happened], cases: list[CaseTime]) -> Moves:
    """Count moves of bookings by what they were before, and by what was committed together with them."""
    together: dict[datetime, list[Happened]] = defaultdict(list)
    for entry in story:
        together[entry.recorded_at].append(entry)
    confirmed: dict[UUID | None, bool] = {}
    without_consent, tentative = 0, []
    for entries in together.values():
        agreed = {entry.request_id for entry in entries if entry.type in _AGREED}
        # Whoever accepts an offer moves others for it; else only the centre moves what is not its own.
        moved = [
            entry
            for entry in entries
            if entry.type == "booking.moved"
            and entry.request_id not in agreed
            and (agreed or entry.role in ("", *_CENTRE))
        ]
        without_consent += sum(
            confirmed.get(entry.activity_id, False) and not _has_case(entry, cases) for entry in moved
        )
        released = any(entry.type == "version.released" for entry in entries)
        pushed = [entry for entry in moved if confirmed.get(entry.activity_id) is False and (released or agreed)]
        new = {entry.request_id for entry in entries if entry.type in _BOOKED and entry.activity_id not in confirmed}
        if pushed:
            tentative.append(len(pushed) / max(1, len(new)))
        for entry in entries:
            if entry.type in _BOOKED:
                confirmed[entry.activity_id] = entry.type == "booking.confirmed"
            elif entry.type in _GIVEN_BACK:
                confirmed.pop(entry.activity_id, None)
    return Moves(without_consent, tuple(tentative))


def _has_case(entry: Happened, cases: list[CaseTime]) -> bool:
    return any(
        case.activity_id == entry.activity_id
        and case.opened_at <= entry.occurred_at
        and (case.ended_at is None or case.ended_at >= entry.occurred_at)
        for case in cases
    )


def _most_unchanged(letters: list[Letter], about: dict[str, tuple[int, UUID | None]], story: list[Happened]) -> int:
    """Give the most letters about one request whose places stayed as they were first told."""
    changed = {entry.request_id for entry in story if entry.type not in ("booking.confirmed", "version.released")}
    counted = Counter(
        (letter.recipient, about[letter.message_id][1]) for letter in letters if letter.message_id in about
    )
    return max((times for (_, request), times in counted.items() if request not in changed), default=0)
