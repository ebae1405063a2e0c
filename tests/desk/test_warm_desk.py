"""Whatever was committed in whatever order, a desk that was warm before answers like one that is built now."""

import random
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.bookings import service as bookings
from app.bookings.domain import Booking, ConfirmPlacement, MovePlacement
from app.database import Connection, open_database
from app.database.facts import fold_fact_changes
from app.decisions import endings
from app.desk.desk import Desk
from app.employers.domain import Employer
from app.errors import DomainError
from app.requests.domain import CancelRequest
from app.schedules.domain import Release
from app.schedules.release import release_version
from app.seasons import service as seasons
from app.seasons.calendar import CalendarDay
from app.seasons.domain import CreateSeason, Season
from app.venues import closures, rooms
from app.venues.closure_domain import AddClosure
from app.venues.commands import ChangeRoom
from app.venues.domain import Room
from tests.desk.asked import answers, day_of, question, step
from tests.schedules.drafts import draft, placed
from tests.school import School, at, clock_at, talk

FIRST = date(2023, 3, 6)


class Changes:
    """Random changes of a school with some rooms, two employers and two seasons."""

    def __init__(self, school: School, seed: int) -> None:
        self.school, self.random = school, random.Random(seed)
        self.rooms: list[Room] = []
        self.employers: list[Employer] = []
        self.bookings: list[Booking] = []
        self.requests: list[UUID] = []
        self.closures: list[UUID] = []
        self.summer: Season

    async def open(self) -> None:
        """Make what the changes are about."""
        other = await self.school.add_campus("east", "东校区", "East campus")
        self.rooms = [await self.school.room(100, campus=campus) for campus in (self.school.campus, None, other)]
        self.employers = [await self.school.employer() for _ in range(2)]
        command = CreateSeason(
            code="beside", name_zh="同期", name_en="Beside", first_day=FIRST, last_day=FIRST + timedelta(days=40)
        )
        self.summer = await self.transact(seasons.create_season, command, now=self.school.clock.now())

    async def one(self) -> str:
        """Carry out one of them; give its name."""
        often = (self.book, self.book, self.move, self.give_back)
        seldom = (self.cancel, self.close, self.open_again, self.resize, self.limit, self.day_off, self.fold, self.ask)
        rarely = (self.release, self.elsewhere, self.restate)
        made: tuple[Callable[[], Awaitable[object]], ...] = (*often * 3, *seldom, *rarely)
        chosen = self.random.choice(made)
        try:
            await chosen()
        except DomainError as error:
            return f"{chosen.__name__}: {error.type}"
        return chosen.__name__

    async def transact(self, use_case: Callable[..., Awaitable[Any]], *given: Any, **named: Any) -> Any:
        """As the organiser."""
        return await self.school.database.transact(use_case, *given, actor=self.school.organiser, **named)

    def moment(self) -> datetime:
        return at(self.random.choice((6, 7, 8, 9)), self.random.randint(8, 19))

    async def ask(self) -> UUID:
        detail = await self.school.request(
            talk(minutes=self.random.choice((60, 120))), employer=self.random.choice(self.employers)
        )
        self.requests.append(detail.request.id)
        return detail.activities[0].id

    async def book(self) -> None:
        wanted = ConfirmPlacement(
            activity_id=await self.ask(), starts_at=self.moment(), room_ids=(self.random.choice(self.rooms).id,)
        )
        made = await self.transact(bookings.book_placement, wanted, clock=self.school.clock)
        self.bookings.append(made)

    async def move(self) -> None:
        if self.bookings:
            old = self.bookings.pop(self.random.randrange(len(self.bookings)))
            command = MovePlacement(starts_at=self.moment(), room_ids=(self.random.choice(self.rooms).id,))
            self.bookings.append(
                await bookings.move_booking(
                    self.school.database,
                    old.id,
                    command,
                    actor=self.school.organiser,
                    locale="en",
                    clock=self.school.clock,
                )
            )

    async def give_back(self) -> None:
        if self.bookings:
            old = self.bookings.pop()
            await self.transact(bookings.release_booking, old.id, reason="", now=self.school.clock.now())

    async def cancel(self) -> None:
        if self.requests:
            key = self.random.choice(self.requests)
            await self.transact(endings.cancel_request, key, CancelRequest(), clock=self.school.clock)

    async def close(self) -> None:
        day = FIRST + timedelta(days=self.random.randint(0, 4))
        command = AddClosure(first_day=day, reason_code=self.random.choice(("exam", "other")))
        room = self.random.choice(self.rooms)
        made = await self.transact(
            closures.add_closure, room.id, command, zone=self.school.clock.zone, now=self.school.clock.now()
        )
        self.closures += [closure.id for closure in made]

    async def open_again(self) -> None:
        if self.closures:
            await self.transact(closures.remove_closure, self.closures.pop(), now=self.school.clock.now())

    async def resize(self) -> None:
        room = self.random.choice(self.rooms)
        command = ChangeRoom(capacity=self.random.choice((40, 100)))
        now = self.school.clock.now()
        await self.transact(rooms.change_room, room.id, command, expected_version=None, now=now)

    async def limit(self) -> None:
        await self.transact(
            seasons.set_policy,
            self.school.season.id,
            "activities_per_campus_day",
            self.random.randint(1, 4),
            reason="",
            now=self.school.clock.now(),
        )

    async def day_off(self) -> None:
        day = CalendarDay(day=FIRST + timedelta(days=self.random.randint(0, 3)), is_working=self.random.random() < 0.7)
        await self.transact(seasons.set_calendar_day, day, now=self.school.clock.now())

    async def fold(self) -> None:
        async with self.school.database.pool.acquire() as connection:
            await fold_fact_changes(connection)

    async def release(self) -> None:
        """Move every booking by a release of a draft, as far as the database lets it."""
        detail = await self.school.request(talk(minutes=60), employer=self.random.choice(self.employers))
        places = [placed(detail.activities[0], self.moment(), self.random.choice(self.rooms).id)]
        version_id = await draft(self.school, places)
        command = Release(tell_unplaced=())
        await self.transact(release_version, version_id, command, expected_version=None, clock=self.school.clock)
        self.bookings.clear()

    async def elsewhere(self) -> None:
        """A booking of another season takes the same rooms."""
        await self.book()
        await self.school.database.pool.execute(
            "UPDATE booking SET season_id = $1 WHERE id = $2", self.summer.id, self.bookings.pop().id
        )

    async def restate(self) -> None:
        """A tentative booking occupies like a confirmed one."""
        if self.bookings:
            state = self.random.choice(("tentative", "confirmed"))
            await self.school.database.pool.execute(
                "UPDATE booking SET state = $1 WHERE id = $2 AND state <> 'released'", state, self.bookings[-1].id
            )


@pytest.mark.parametrize("seed", range(8))
async def test_a_warm_desk_answers_like_a_new_one(school: School, seed: int) -> None:
    changes = Changes(school, seed)
    await changes.open()
    employer = changes.employers[0]
    warm = Desk(school.database, school.clock)
    done: list[str] = []
    for _ in range(30):
        done += [await changes.one() for _ in range(changes.random.randint(1, 3))]
        questions = [
            question(school, step(teams=(employer.team_id,)), employer=employer),
            question(
                school,
                step(minutes=60),
                step(minutes=240, kind="written_test", attendance=40, same_day_as_previous=True),
                request_id=changes.random.choice([*changes.requests, None]),
            ),
        ]
        fresh = Desk(school.database, school.clock)
        assert await answers(warm, questions) == await answers(fresh, questions), done
    assert warm.builds < 25, done


async def test_bookings_change_a_season_in_place_and_rooms_build_it_anew(school: School) -> None:
    room, employer = await school.room(100), await school.employer()
    desk = Desk(school.database, school.clock)
    asked = question(school, step(teams=(employer.team_id,)), employer=employer)
    before = await desk.answer(asked)
    detail = await school.request(talk(), employer=employer)
    wanted = ConfirmPlacement(activity_id=detail.activities[0].id, starts_at=at(8, 14), room_ids=(room.id,))
    await school.database.transact(bookings.book_placement, wanted, actor=school.organiser, clock=school.clock)
    after = await desk.answer(asked)
    assert (day_of(before, 3, 8).no_way, day_of(after, 3, 8).no_way, desk.builds) == (None, "clash", 1)
    assert after.revision > before.revision
    await school.room(100)
    await desk.answer(asked)
    assert desk.builds == 2


async def test_a_booking_that_began_before_another_and_committed_after_it_is_not_missed(
    school: School, database_url: str
) -> None:
    """Its number is the lower one: whoever only asks for higher ones would never see it."""
    wanted, asked = [], []
    for campus in (school.campus, await school.add_campus("east", "东校区", "East campus")):
        room, activity = await school.room(100, campus=campus), (await school.request(talk())).activities[0]
        wanted.append(ConfirmPlacement(activity_id=activity.id, starts_at=at(8, 14), room_ids=(room.id,)))
        asked.append(question(school, step(minutes=14 * 60, campus_ids=(campus.id,))))
    desk = Desk(school.database, school.clock)

    async def ways() -> list[int]:
        return [day_of(await desk.answer(one), 3, 8).ways for one in asked]

    assert await ways() == [1, 1]
    async with open_database(database_url, size=1) as other:
        async with other.pool.acquire() as slow, slow.transaction():
            await _book(slow, school, wanted[0])
            await school.database.transact(_book, school, wanted[1])
            assert await ways() == [1, 0]
    assert await ways() == [0, 0]
    assert desk.builds == 1


async def _book(connection: Connection, school: School, wanted: ConfirmPlacement) -> None:
    await bookings.book_placement(connection, wanted, actor=school.organiser, clock=school.clock)


async def test_changes_that_were_folded_unseen_build_the_season_anew(school: School) -> None:
    room, detail = await school.room(100), await school.request(talk())
    asked = question(school, step(minutes=14 * 60))
    desk = Desk(school.database, school.clock)
    assert day_of(await desk.answer(asked), 3, 8).ways == 1
    wanted = ConfirmPlacement(activity_id=detail.activities[0].id, starts_at=at(8, 14), room_ids=(room.id,))
    await school.database.transact(_book, school, wanted)
    async with school.database.pool.acquire() as connection:
        await fold_fact_changes(connection)
    assert day_of(await desk.answer(asked), 3, 8).no_way == "full"
    assert desk.builds == 2
    async with school.database.pool.acquire() as connection:
        await fold_fact_changes(connection)
    await school.database.transact(
        bookings.release_booking,
        (await school.database.pool.fetchval("SELECT id FROM booking")),
        reason="",
        actor=school.organiser,
        now=school.clock.now(),
    )
    assert day_of(await desk.answer(asked), 3, 8).ways == 1
    assert desk.builds == 2


async def test_a_requests_own_bookings_are_not_in_its_way(school: School) -> None:
    room, employer = await school.room(100), await school.employer()
    detail = await school.request(talk(minutes=14 * 60), employer=employer)
    wanted = ConfirmPlacement(activity_id=detail.activities[0].id, starts_at=at(8, 8), room_ids=(room.id,))
    await school.database.transact(_book, school, wanted)
    desk = Desk(school.database, school.clock)
    own = question(school, *detail.activities, employer=employer, request_id=detail.request.id)
    others = question(school, step(minutes=14 * 60))
    assert day_of(await desk.answer(others), 3, 8).no_way == "full"
    assert day_of(await desk.answer(own), 3, 8).ways == 1
    assert day_of(await desk.answer(others), 3, 8).no_way == "full"


async def test_days_say_why_they_have_no_way(school: School) -> None:
    room = await school.room(100)
    command = AddClosure(first_day=date(2023, 3, 9), reason_code="exam")
    await school.database.transact(
        closures.add_closure,
        room.id,
        command,
        zone=school.clock.zone,
        actor=school.organiser,
        now=school.clock.now(),
    )
    found = await Desk(school.database, clock_at(at(1, 9))).answer(question(school, step()))
    assert found.earliest_day == date(2023, 3, 8)
    said = {day: day_of(found, month, day).no_way for month, day in ((3, 7), (3, 8), (3, 9), (3, 11), (4, 5))}
    assert said == {7: "near", 8: None, 9: "exams", 11: "closed", 5: "closed"}
    # What is over says nothing more: yesterday is past, today is too near.
    over = await Desk(school.database, clock_at(at(7, 9))).answer(question(school, step()))
    assert [day_of(over, 3, day).no_way for day in (1, 4, 6, 7)] == ["past", "past", "past", "near"]
    impossible = await Desk(school.database, school.clock).answer(question(school, step(attendance=5000)))
    assert {day.no_way for day in impossible.days} == {"near", "closed", "unfit"}
    assert impossible.placements == ()
