"""Counts a season when it is over, from the database and from the mailbox: never from what its people believe."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
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


class Unchanged(msgspec.Struct, frozen=True):
    """An activity whose place stayed as it was first told, after its request was answered once."""

    activity_id: UUID
    request_id: UUID


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a message is about: requests as a whole, or some of their activities alone."""

    event_id: int
    request_ids: frozenset[UUID]
    activity_ids: frozenset[UUID] = frozenset()

    def is_about(self, booking: Unchanged) -> bool:
        """Whether whoever has this booking reads the message because of it."""
        if self.activity_ids:
            return booking.activity_id in self.activity_ids
        return booking.request_id in self.request_ids


async def count_figures(database: Database, season_id: UUID, box: LetterBox, floor: Floor) -> SimulatedFigures:
    """Count everything."""
    letters = box.letters()
    async with database.read() as connection:
        counts = dict(await _queries.count_season(connection, season_id=season_id))
        due = await fetch_all(Told, _queries.list_due_messages(connection, season_id=season_id))
        cases = await fetch_all(CaseTime, _queries.list_cases(connection, season_id=season_id))
        story = await fetch_all(Happened, _queries.list_story(connection, season_id=season_id))
        about = await _about(connection, season_id)
        unchanged = await fetch_all(Unchanged, _queries.list_unchanged(connection, season_id=season_id))
        placed = {row["request_id"] async for row in _queries.list_placed(connection, season_id=season_id)}
        untold = await _queries.count_untold_approvals(connection, season_id=season_id, now=floor.now())
        unexplained = await _queries.count_unexplained(connection, season_id=season_id)
    moves = count_moves(story, cases)
    arrived = Counter((about[one.message_id].event_id, one.recipient) for one in letters if one.message_id in about)
    worst = most_of_unchanged(letters, about, unchanged)
    of_requests = _of_requests(letters, about)
    told = {(letter.recipient, letter.activity_id) for letter in letters if letter.purpose == "case_opened"}
    per_person = Counter(letter.recipient for letter in letters)
    wanted = {(entry.event_id, entry.recipient) for entry in due}
    return SimulatedFigures(
        **counts,
        cases_untold=sum((case.recipient, case.activity_id) not in told for case in cases),
        messages_per_person_median=statistics.median(per_person.values()) if per_person else 0,
        messages_unchanged_max=worst.total(),
        messages_unchanged_kinds=dict(worst),
        messages_unplaced_max=max((times for request, times in of_requests if request not in placed), default=0),
        messages_request_max=max((times for _, times in of_requests), default=0),
        violations=len(floor.violations) + floor.clashes,
        messages_due=len(wanted),
        messages_lost=len(wanted - set(arrived)) + untold + len(floor.untrue_calendars),
        messages_doubled=sum(times - 1 for times in arrived.values()),
        confirmed_moved_without_consent=moves.without_consent,
        unexplained_refusals=unexplained,
        refusals_without_offer_though_feasible=len(floor.neglected),
        tentative_moves_median=statistics.median(moves.tentative) if moves.tentative else 0,
        tentative_moves_max=max(moves.tentative, default=0),
    )


async def _about(connection: Connection, season_id: UUID) -> dict[str, About]:
    rows = _queries.list_messages(connection, season_id=season_id)
    return {row["message_id"]: msgspec.convert(dict(row), About) async for row in rows}


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


def most_of_unchanged(
    letters: Sequence[Letter], about: Mapping[str, About], unchanged: Sequence[Unchanged]
) -> Counter[str]:
    """Give the letters that one person got about one booking that never changed, by kind, where they are most.

    Letters about its request or its series count for each of the bookings that they are about.
    """
    told = [(letter, about[letter.message_id]) for letter in letters if letter.message_id in about]
    most: Counter[str] = Counter()
    for booking in unchanged:
        kinds: dict[str, Counter[str]] = defaultdict(Counter)
        for letter, its in told:
            if its.is_about(booking):
                kinds[letter.recipient][letter.purpose] += 1
        most = max((most, *kinds.values()), key=Counter.total)
    return most


def _of_requests(letters: Sequence[Letter], about: Mapping[str, About]) -> list[tuple[UUID, int]]:
    """Give how many letters each person got about each request, whatever befell it."""
    counted = Counter(
        (letter.recipient, request)
        for letter in letters
        if letter.message_id in about
        for request in about[letter.message_id].request_ids
    )
    return [(request, times) for (_, request), times in counted.items()]
