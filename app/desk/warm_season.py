"""One season in the desk's memory: compiled once, with what is occupied changed in place."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from app.clock import Clock
from app.desk.domain import LikelyPlacement, LikelyPlacements, NoWay, OpenDay, PlacedStep
from app.desk.messages import Question
from app.desk.repository import Occupancy
from app.kinds import FAIRS, TALKS, Kind
from app.requests.domain import Activity
from app.requests.repository import Owner
from app.schedules.problem.builder import build_activity, build_links, build_problem, host_id, hosts_of, owner_id
from app.schedules.problem.facts import SeasonFacts
from app.schedules.problem.groups import employer_fairs
from app.schedules.problem.season_grid import SeasonGrid
from app.seasons.calendar import each_day
from scheduling import Group, Interval, Offer, Problem, Request
from scheduling.answers.open_season import PEOPLE, Occupied, OpenSeason, Own, people_group

_EXAM = "exam"
_TALKS, _EMPLOYER_FAIRS, _DEPARTMENT_FAIRS = "talks", "employer_fairs", "department_fairs"


class WarmSeason:
    """A season as the facts of its frame have it, and what occupies it.

    Parameters
    ----------
    facts
        The frame: nothing in it.
    occupied
        Everything that is occupied during the season.
    """

    def __init__(self, facts: SeasonFacts, occupied: Iterable[Occupancy], clock: Clock) -> None:
        built = build_problem(facts, clock=clock)
        without_exams = build_problem(_without_exams(facts), clock=clock).problem
        self.facts, self.grid, self._clock = facts, built.grid, clock
        groups = _groups(facts, built.grid)
        self._open = OpenSeason(_with_groups(built.problem, groups), _with_groups(without_exams, groups))
        self._index = built.grid.index()
        self._campus_of = {room.id: str(room.campus_id) for room in facts.venues.rooms}
        self._occupied: dict[UUID, Occupancy] = {}
        self._by_resource: defaultdict[UUID, set[UUID]] = defaultdict(set)
        self._by_owner: defaultdict[UUID, set[UUID]] = defaultdict(set)
        self._by_request: defaultdict[UUID, set[UUID]] = defaultdict(set)
        for occupancy in occupied:
            self._add(occupancy)

    def change(self, booking_ids: Collection[UUID], occupied: Iterable[Occupancy]) -> None:
        """Take bookings as they are now: those that occupy nothing are not among `occupied`."""
        for booking_id in booking_ids:
            self._remove(booking_id)
        for occupancy in occupied:
            self._add(occupancy)

    def answer(self, question: Question, *, revision: int) -> LikelyPlacements:
        """Say what is open for some activities, on what is occupied now."""
        now = self._clock.now()
        held = {key: occupancy.held_until for key, occupancy in self._occupied.items() if occupancy.held_until}
        for key, until in held.items():
            if until <= now:
                self._remove(key)
        facts = msgspec.structs.replace(self.facts, forbidden=list(question.forbidden))
        own = self._by_request[question.request_id] if question.request_id is not None else frozenset[UUID]()
        request = self._request(facts, question)
        with self._open.without(list(own)):
            people = self._own(question, leaving_out=own)
            offers = self._open.likely_placements(request, people)
            ways = self._open.ways(request, people)
        today = self._clock.local(now).date()
        earliest = facts.calendar.add_working_days(today, facts.policies.lead_time_working_days)
        return LikelyPlacements(
            revision=revision,
            answered_at=now,
            valid_until=min((until for until in held.values() if until > now), default=None),
            earliest_day=max(earliest, facts.season.first_day),
            placements=tuple(self._placement(question.activities, offer) for offer in offers),
            days=tuple(
                self._open_day(day, today, earliest, [(found.ways, found.no_way) for found in ways])
                for day in each_day(facts.season.first_day, facts.season.last_day)
            ),
        )

    def _request(self, facts: SeasonFacts, question: Question) -> Request:
        hosts = hosts_of(facts, question.owner, question.activities)
        return Request(
            id="asked",
            owner=owner_id(question.owner),
            host=host_id(hosts),
            activities=tuple(
                build_activity(
                    facts,
                    self.grid,
                    activity,
                    groups=_groups_of(question.owner, activity),
                    clock=self._clock,
                    is_standing=False,
                    hosts=hosts,
                )
                for activity in question.activities
            ),
            links=build_links(self.grid, question.activities),
        )

    def _own(self, question: Question, *, leaving_out: Collection[UUID]) -> Own:
        """What the people of these activities do already, and what counts for their owner."""
        teams = {team for activity in question.activities for team in activity.team_ids}
        busy = tuple(
            (interval, self._campus(occupancy))
            for team in teams
            for key in self._by_resource[team]
            if key not in leaving_out
            for occupancy in (self._occupied[key],)
            for interval in self._intervals(occupancy, team)
        )
        owner = question.owner.employer_id or question.owner.department_id
        counted: defaultdict[str, list[int]] = defaultdict(list)
        for key in self._by_owner[owner] - set(leaving_out) if owner else ():
            occupancy = self._occupied[key]
            day = self._index.get(occupancy.starts_at.astimezone(self.grid.zone).date())
            if day is not None and occupancy.season_id == self.facts.season.id:
                for group in _counting(question.owner, occupancy.kind):
                    counted[group].append(day)
        return Own(busy=busy, counted={group: tuple(days) for group, days in counted.items()})

    def _add(self, occupancy: Occupancy) -> None:
        key = occupancy.booking_id
        self._occupied[key] = occupancy
        for index in self._indexes(occupancy):
            index.add(key)
        resources = tuple(
            (str(resource), interval)
            for resource in occupancy.resource_ids
            for interval in self._intervals(occupancy, resource)
        )
        # Staff are counted in their own season, where somebody has to be in a room.
        day = self._index.get(occupancy.starts_at.astimezone(self.grid.zone).date())
        counts = day is not None and occupancy.season_id == self.facts.season.id
        start = min(self.grid.floor_slot(occupancy.starts_at), self.grid.slots_per_day - 1)
        self._open.occupy(
            key, Occupied(resources, self._campus(occupancy) if counts else None, day if day is not None else 0, start)
        )

    def _remove(self, key: UUID) -> None:
        occupancy = self._occupied.pop(key, None)
        if occupancy is not None:
            for index in self._indexes(occupancy):
                index.discard(key)
            self._open.vacate(key)

    def _indexes(self, occupancy: Occupancy) -> list[set[UUID]]:
        owner = occupancy.employer_id or occupancy.department_id
        return [
            self._by_request[occupancy.request_id],
            *(self._by_resource[resource] for resource in occupancy.resource_ids),
            *([self._by_owner[owner]] if owner is not None else []),
        ]

    def _campus(self, occupancy: Occupancy) -> str | None:
        rooms = (self._campus_of[resource] for resource in occupancy.resource_ids if resource in self._campus_of)
        return next(rooms, None)

    def _intervals(self, occupancy: Occupancy, resource: UUID) -> list[Interval]:
        i = occupancy.resource_ids.index(resource)
        return list(self.grid.intervals(occupancy.starts[i], occupancy.ends[i], self._index))

    def _placement(self, activities: tuple[Activity, ...], offer: Offer) -> LikelyPlacement:
        steps = []
        places = {placement.activity: placement for placement in offer.placements}
        for activity in activities:
            place = places[str(activity.id)]
            starts_at = self.grid.moment(place.day, place.start)
            steps.append(
                PlacedStep(
                    kind=activity.kind,
                    starts_at=starts_at,
                    ends_at=starts_at + timedelta(minutes=activity.duration_minutes),
                    room_ids=tuple(UUID(room) for room in place.rooms),
                    channel_id=None if place.channel is None else UUID(place.channel),
                )
            )
        return LikelyPlacement(cost=offer.cost, wish=_wish(activities[0], steps[0].starts_at), steps=tuple(steps))

    def _open_day(self, day: date, today: date, earliest: date, ways: list[tuple[int, NoWay | None]]) -> OpenDay:
        if day < today:
            return OpenDay(day=day, ways=0, no_way="past")
        position = self._index.get(day)
        if position is None:
            return OpenDay(day=day, ways=0, no_way="closed")
        if day < earliest:
            return OpenDay(day=day, ways=0, no_way="near")
        count, no_way = ways[position]
        return OpenDay(day=day, ways=count, no_way=no_way)


def _wish(activity: Activity, starts_at: datetime) -> int | None:
    """Number of the first of the best liked windows that a start keeps."""
    kept = [
        (-window.preference, number)
        for number, window in enumerate(activity.windows, start=1)
        if window.first_day <= starts_at.date() <= window.last_day and window.from_time <= starts_at.time()
    ]
    return min(kept)[1] if kept else None


def _without_exams(facts: SeasonFacts) -> SeasonFacts:
    closures = {
        resource: [closure for closure in closures if closure.reason_code != _EXAM]
        for resource, closures in facts.venues.closures.items()
    }
    return msgspec.structs.replace(facts, venues=msgspec.structs.replace(facts.venues, closures=closures))


def _groups(facts: SeasonFacts, grid: SeasonGrid) -> tuple[Group, ...]:
    """The rules of whoever asks: one place at a time, so many talks and fairs."""
    policies = facts.policies
    return (
        people_group(travel=True),
        Group(id=_TALKS, max_per_day=policies.talks_per_day_per_employer),
        employer_fairs(_EMPLOYER_FAIRS, facts, grid),
        Group(id=_DEPARTMENT_FAIRS, max_per_day=policies.fairs_per_day_per_department),
    )


def _groups_of(owner: Owner, activity: Activity) -> tuple[str, ...]:
    people = (PEOPLE,) if activity.team_ids else ()
    return (*people, *_counting(owner, activity.kind))


def _counting(owner: Owner, kind: Kind) -> tuple[str, ...]:
    """Which limits of an owner count an activity of a kind."""
    if owner.employer_id is not None:
        return (_TALKS,) * (kind in TALKS) + (_EMPLOYER_FAIRS,) * (kind in FAIRS)
    return (_DEPARTMENT_FAIRS,) * (owner.department_id is not None and kind in FAIRS)


def _with_groups(problem: Problem, groups: tuple[Group, ...]) -> Problem:
    return msgspec.structs.replace(problem, groups=groups)
