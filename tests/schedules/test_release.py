"""A release is all of a draft or nothing, tells only those whose booking changed, and never loses a booking."""

import asyncio
from datetime import date, datetime
from uuid import UUID

import msgspec
import pytest

from app.bookings import repository as bookings
from app.bookings import service as booking_service
from app.bookings.domain import ConfirmPlacement, ResourceClosed
from app.cases.writing import OpenFacts
from app.decisions import decide
from app.facts.writing import Author
from app.locales import translator
from app.outbox.repository import list_history
from app.requests import repository as requests
from app.requests.domain import Activity, Decision
from app.requests.repository import get_request
from app.schedules import repository
from app.schedules.audit import audit_season
from app.schedules.domain import NotADraft, Release, StaleDraft, Version
from app.schedules.release import release_version
from app.schedules.versions import get_difference
from app.venues import closures, rooms
from app.venues.closure_domain import AddClosure
from app.venues.commands import ChangeRoom
from app.venues.domain import Room
from tests.offers.acts import accept, offer
from tests.pages.booking import leave_out
from tests.schedules.drafts import draft, placed
from tests.school import School, at, clock_at, talk


async def release(school: School, version_id: UUID, *tell: UUID) -> Version:
    """As the organiser does."""
    command = Release(tell_unplaced=tell)
    return await school.database.transact(
        release_version, version_id, command, expected_version=None, actor=school.organiser, clock=school.clock
    )


async def withdraw(school: School, request_id: UUID) -> None:
    """By the organiser, for its owner."""
    actor, now = school.organiser, school.clock.now()
    await school.database.transact(decide.withdraw_request, request_id, actor=actor, now=now)


async def event_types(school: School) -> list[str]:
    """What was told about bookings, in order."""
    async with school.database.read() as connection:
        rows = await connection.fetch("SELECT type FROM event WHERE type LIKE 'booking.%' ORDER BY id")
        return [row["type"] for row in rows]


async def booked(school: School) -> dict[UUID, tuple[UUID, ...]]:
    """Which rooms each activity holds."""
    async with school.database.read() as connection:
        return {
            booking.activity_id: booking.room_ids
            for booking in await bookings.list_standing(connection, school.season.id)
        }


async def test_a_release_makes_promises_and_schedules_requests(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    version_id = await draft(school, [placed(detail.activities[0], at(15, 14), room.id)])
    version = await release(school, version_id)
    assert version.state == "released"
    assert await booked(school) == {detail.activities[0].id: (room.id,)}
    async with school.database.read() as connection:
        assert (await get_request(connection, detail.request.id)).state == "scheduled"
        assert next(line.type for line in await list_history(connection, detail.request.id)) == "request.scheduled"
    assert await event_types(school) == ["booking.confirmed"]
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_two_rooms_are_swapped_in_one_release(school: School) -> None:
    one, other = await school.room(100), await school.room(100)
    first, second = await school.request(talk()), await school.request(talk())
    a, b = first.activities[0], second.activities[0]
    await release(school, await draft(school, [placed(a, at(15, 14), one.id), placed(b, at(15, 14), other.id)]))
    await release(school, await draft(school, [placed(a, at(15, 14), other.id), placed(b, at(15, 14), one.id)]))
    assert await booked(school) == {a.id: (other.id,), b.id: (one.id,)}
    assert await event_types(school) == ["booking.confirmed"] * 2 + ["booking.moved"] * 2


async def test_only_those_whose_booking_changed_are_told(school: School) -> None:
    one, other = await school.room(100), await school.room(100)
    stays, moves, leaves = [(await school.request(talk())).activities[0] for _ in range(3)]
    before = [placed(stays, at(15, 9), one.id), placed(moves, at(15, 14), one.id), placed(leaves, at(16, 9), one.id)]
    await release(school, await draft(school, before))
    comes = (await school.request(talk())).activities[0]
    after = [placed(stays, at(15, 9), one.id), placed(moves, at(15, 14), other.id), placed(comes, at(16, 9), other.id)]
    await release(school, await draft(school, after))
    assert sorted((await event_types(school))[3:]) == ["booking.confirmed", "booking.moved", "booking.released"]
    async with school.database.read() as connection:
        assert (await get_request(connection, leaves.request_id)).state == "approved"


async def test_two_organisers_release_at_once_and_one_wins(school: School) -> None:
    rooms = [await school.room(100) for _ in range(2)]
    activities = [(await school.request(talk())).activities[0] for _ in range(20)]
    drafts = []
    for room in rooms:
        placements = [placed(activity, at(6 + number, 14), room.id) for number, activity in enumerate(activities)]
        drafts.append(await draft(school, placements))
    outcomes = await asyncio.gather(*(release(school, version) for version in drafts), return_exceptions=True)
    won = [outcome for outcome in outcomes if isinstance(outcome, Version)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, StaleDraft)]
    assert (len(won), len(lost)) == (1, 1), outcomes
    moved = lost[0].extra["difference"]["moved"]
    assert len(moved) == len(activities)
    winner = drafts.index(won[0].id)
    assert await booked(school) == {activity.id: (rooms[winner].id,) for activity in activities}


async def book(school: School, activity: Activity, moment: datetime, room: Room) -> None:
    """By hand, after the draft was made."""
    wanted = ConfirmPlacement(activity_id=activity.id, starts_at=moment, room_ids=(room.id,))
    await booking_service.confirm_placement(
        school.database, wanted, actor=school.organiser, locale="en", clock=school.clock
    )


def reasons(refusal: StaleDraft) -> dict[str, str]:
    """Why which activities of a draft cannot be released."""
    return {entry["activity_id"]: entry["reason"] for entry in refusal.extra["difference"]["conflicts"]}


async def test_a_newer_booking_that_nothing_crosses_stays(school: School) -> None:
    room, other = await school.room(100), await school.room(100)
    planned, hurried = [(await school.request(talk())).activities[0] for _ in range(2)]
    version_id = await draft(school, [placed(planned, at(15, 14), room.id)])
    await book(school, hurried, at(20, 9), other)
    await release(school, version_id)
    assert await booked(school) == {hurried.id: (other.id,), planned.id: (room.id,)}
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_a_newer_booking_in_the_place_of_a_draft_is_a_conflict(school: School) -> None:
    room = await school.room(100)
    planned, hurried = [(await school.request(talk())).activities[0] for _ in range(2)]
    version_id = await draft(school, [placed(planned, at(15, 14), room.id)])
    await book(school, hurried, at(15, 15), room)
    with pytest.raises(StaleDraft) as refusal:
        await release(school, version_id)
    assert reasons(refusal.value) == {str(planned.id): "taken"}
    assert await booked(school) == {hurried.id: (room.id,)}


async def test_what_has_begun_since_is_not_moved_given_back_or_promised(school: School) -> None:
    room, other = await school.room(100), await school.room(100)
    moves, leaves, stays, comes = [(await school.request(talk())).activities[0] for _ in range(4)]
    before = [placed(moves, at(15, 14), room.id), placed(leaves, at(15, 9), room.id), placed(stays, at(14, 9), room.id)]
    await release(school, await draft(school, before))
    was = await booked(school)
    after = [
        placed(moves, at(17, 14), other.id),
        placed(stays, at(14, 9), room.id),
        placed(comes, at(15, 14), other.id),
    ]
    version_id = await draft(school, after)
    school.clock = clock_at(at(15, 14, 1))
    with pytest.raises(StaleDraft) as refusal:
        await release(school, version_id)
    assert reasons(refusal.value) == dict.fromkeys((str(one.id) for one in (moves, leaves, comes)), "begun")
    assert await booked(school) == was


async def test_an_activity_that_was_booked_elsewhere_since_is_a_conflict(school: School) -> None:
    room, other = await school.room(100), await school.room(100)
    detail = (await school.request(talk())).activities[0]
    version_id = await draft(school, [placed(detail, at(15, 14), room.id)])
    await book(school, detail, at(16, 9), other)
    with pytest.raises(StaleDraft) as refusal:
        await release(school, version_id)
    assert reasons(refusal.value) == {str(detail.id): "changed"}


async def test_an_activity_that_was_booked_there_since_is_none(school: School) -> None:
    room = await school.room(100)
    detail = (await school.request(talk())).activities[0]
    version_id = await draft(school, [placed(detail, at(15, 14), room.id)])
    await book(school, detail, at(15, 14), room)
    await release(school, version_id)
    assert await event_types(school) == ["booking.confirmed"]


async def test_a_hold_in_the_place_of_a_draft_is_listed_with_its_end(school: School) -> None:
    room = await school.room(100)
    planned, asked = await school.request(talk()), await school.request(talk())
    version_id = await draft(school, [placed(planned.activities[0], at(15, 14), room.id)])
    made = await offer(school, asked.request.id, asked.activities[0].id, at(15, 14), room)
    with pytest.raises(StaleDraft) as refusal:
        await release(school, version_id)
    (conflict,) = refusal.value.extra["difference"]["conflicts"]
    assert (conflict["reason"], conflict["other_request_id"]) == ("held", str(asked.request.id))
    assert datetime.fromisoformat(conflict["held_until"]) == made.held_until
    await accept(school, made.id)
    with pytest.raises(StaleDraft) as refusal:
        await release(school, version_id)
    assert reasons(refusal.value) == {str(planned.activities[0].id): "taken"}


async def test_a_hold_elsewhere_does_not_make_a_draft_old(school: School) -> None:
    room = await school.room(100)
    planned, asked = await school.request(talk()), await school.request(talk())
    version_id = await draft(school, [placed(planned.activities[0], at(15, 14), room.id)])
    await offer(school, asked.request.id, asked.activities[0].id, at(16, 14), room)
    await release(school, version_id)
    assert (await booked(school))[planned.activities[0].id] == (room.id,)


async def test_a_draft_that_breaks_a_rule_beside_newer_bookings_says_which(school: School) -> None:
    room, other = await school.room(100), await school.room(100)
    employer = await school.employer()
    planned, hurried = [(await school.request(talk(), employer=employer)).activities[0] for _ in range(2)]
    version_id = await draft(school, [placed(planned, at(15, 14), room.id)])
    await book(school, hurried, at(15, 9), other)
    with pytest.raises(StaleDraft) as refusal:
        await release(school, version_id)
    (conflict,) = refusal.value.extra["difference"]["conflicts"]
    assert (conflict["reason"], conflict["rules"]) == ("rules", ("group_max_per_day",)), "one talk a day and employer"


async def test_conflicts_of_every_kind_are_listed_at_once(school: School) -> None:
    room, other, third = [await school.room(100) for _ in range(3)]
    employer = await school.employer()
    ruled, hurried = [(await school.request(talk(), employer=employer)).activities[0] for _ in range(2)]
    crossed, moved, kept, free = [(await school.request(talk())).activities[0] for _ in range(4)]
    asked = await school.request(talk())
    places = [
        placed(ruled, at(15, 14), other.id),
        placed(crossed, at(16, 14), room.id),
        placed(moved, at(17, 9), room.id),
        placed(kept, at(18, 9), room.id),
        placed(free, at(19, 9), room.id),
    ]
    version_id = await draft(school, places)
    await book(school, hurried, at(15, 9), other)
    await book(school, (await school.request(talk())).activities[0], at(16, 15, 30), room)
    await book(school, moved, at(17, 14), third)
    await offer(school, asked.request.id, asked.activities[0].id, at(18, 10), room)
    await offer(school, asked.request.id, asked.activities[0].id, at(16, 12, 30), room)
    with pytest.raises(StaleDraft) as refusal:
        await release(school, version_id)
    conflicts = refusal.value.extra["difference"]["conflicts"]
    said = sorted((entry["reason"], entry["activity_id"], tuple(entry["rules"])) for entry in conflicts)
    assert said == [
        ("changed", str(moved.id), ()),
        *sorted(("held", str(one.id), ()) for one in (crossed, kept)),
        ("rules", str(ruled.id), ("group_max_per_day",)),
        ("taken", str(crossed.id), ()),
    ]
    async with school.database.read() as connection:
        version = await repository.get_version(connection, version_id)
        shown = await get_difference(connection, version, clock=school.clock)
    assert msgspec.to_builtins(shown.conflicts) == conflicts, "the version's page says the same before"


async def test_a_release_into_a_closed_room_leaves_everything_as_it_was(school: School) -> None:
    room, shut = await school.room(100), await school.room(100)
    good, bad = [(await school.request(talk())).activities[0] for _ in range(2)]
    version_id = await draft(school, [placed(good, at(15, 14), room.id), placed(bad, at(15, 14), shut.id)])
    async with school.database.pool.acquire() as connection:
        await connection.execute(
            "INSERT INTO closure (resource_id, span) VALUES ($1, tstzrange($2, $3))", shut.id, at(15, 8), at(15, 18)
        )
    with pytest.raises(ResourceClosed):
        await release(school, version_id)
    assert await booked(school) == {}
    assert await event_types(school) == []
    async with school.database.read() as connection:
        assert (await repository.get_version(connection, version_id)).state == "draft"


async def test_a_version_is_released_once(school: School) -> None:
    room = await school.room(100)
    activity = (await school.request(talk())).activities[0]
    version_id = await draft(school, [placed(activity, at(15, 14), room.id)])
    await release(school, version_id)
    with pytest.raises(NotADraft):
        await release(school, version_id)


async def test_owners_of_unplaced_requests_are_told_when_ticked(school: School) -> None:
    told, silent = [await school.request(talk()) for _ in range(2)]
    version_id = await draft(school, [])
    for detail in (told, silent):
        key = detail.request.id
        await school.database.transact(
            repository.insert_unplaced,
            version_id,
            key,
            {"proof": "full"},
        )
    await release(school, version_id, told.request.id)
    async with school.database.read() as connection:
        subjects = await connection.fetch("SELECT subject_id FROM event WHERE type = 'request.left_unplaced'")
        assert [row["subject_id"] for row in subjects] == [told.request.id]
        assert (await get_request(connection, silent.request.id)).state_reason == "full"


async def test_a_rule_that_came_after_the_draft_is_kept(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk())
    version_id = await draft(school, [placed(detail.activities[0], at(15, 14), room.id)])
    smaller = ChangeRoom(capacity=20)
    await school.database.transact(
        rooms.change_room, room.id, smaller, expected_version=None, actor=school.organiser, now=school.clock.now()
    )
    with pytest.raises(StaleDraft) as refusal:
        await release(school, version_id)
    assert reasons(refusal.value) == {str(detail.activities[0].id): "rules"}
    assert await booked(school) == {}


async def test_what_a_closure_spares_is_not_moved_within_it(school: School) -> None:
    """It broke the same rule where it was, with a yes: that is no yes to another day of the closure."""
    room = await school.room(100)
    activity = (await school.request(talk())).activities[0]
    await release(school, await draft(school, [placed(activity, at(15, 14), room.id)]))
    later = await draft(school, [placed(activity, at(16, 14), room.id)])
    async with school.database.read() as connection:
        (standing,) = await bookings.list_standing(connection, school.season.id)
    author = Author(
        actor=school.organiser,
        clock=school.clock,
        translate=translator("en"),
        accepted=frozenset({standing.id}),
    )
    await OpenFacts(school.database).write(
        lambda connection: closures.add_closure(
            connection,
            room.id,
            AddClosure(first_day=date(2023, 3, 15), last_day=date(2023, 3, 17)),
            zone=school.clock.zone,
            actor=school.organiser,
            now=school.clock.now(),
            over_bookings=True,
        ),
        author,
    )
    with pytest.raises(StaleDraft) as refusal:
        await release(school, later)
    assert reasons(refusal.value) == {str(activity.id): "rules"}
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_what_ended_since_is_left_out_of_a_release(school: School) -> None:
    room, other = await school.room(100), await school.room(100)
    stays, leaves = await school.request(talk()), await school.request(talk())
    placements = [placed(stays.activities[0], at(8, 14), room.id), placed(leaves.activities[0], at(8, 14), other.id)]
    version = await draft(school, placements)
    await withdraw(school, leaves.request.id)
    async with school.database.read() as connection:
        found = await repository.get_version(connection, version)
        change = await get_difference(connection, found, clock=school.clock)
    assert change.dropped_request_ids == (leaves.request.id,)
    await release(school, version)
    assert await booked(school) == {stays.activities[0].id: (room.id,)}


async def test_a_withdrawal_and_a_release_at_once_leave_no_promise_behind(school: School) -> None:
    """Whoever comes first: a withdrawn request has no booking."""
    for number in range(6):
        room = await school.room(100)
        detail = await school.request(talk())
        standing = await booked(school)
        async with school.database.read() as connection:
            kept = [
                placed(activity, booking.starts_at, *booking.room_ids)
                for booking in await bookings.list_standing(connection, school.season.id)
                for activity in (await requests.list_activities(connection, [booking.request_id]))[booking.request_id]
            ]
        version = await draft(school, [*kept, placed(detail.activities[0], at(8 + number, 14), room.id)])
        await asyncio.gather(release(school, version), withdraw(school, detail.request.id), return_exceptions=True)
        async with school.database.read() as connection:
            state = (await get_request(connection, detail.request.id)).state
        now = await booked(school)
        assert (state == "scheduled") == (detail.activities[0].id in now), state
        assert set(standing) <= set(now)


async def test_a_release_leaves_alone_what_was_decided_since_the_solve(school: School) -> None:
    room = await school.room(100)
    waiting, withdrawn, waitlisted, refused = [await school.request(talk()) for _ in range(4)]
    version_id = await draft(school, [])
    for detail in (waiting, withdrawn, waitlisted, refused):
        await leave_out(school, version_id, detail, room)
    now, actor = school.clock.now(), school.organiser
    await withdraw(school, withdrawn.request.id)
    await school.database.transact(decide.waitlist_request, waitlisted.request.id, seen=None, actor=actor, now=now)
    no = Decision(reason_code="other", note="不合适")
    await school.database.transact(decide.refuse_request, refused.request.id, no, seen=None, actor=actor, now=now)
    everybody = [detail.request.id for detail in (waiting, withdrawn, waitlisted, refused)]
    await release(school, version_id, *everybody)
    async with school.database.read() as connection:
        now_is = [await get_request(connection, request_id) for request_id in everybody]
        told = await connection.fetch("SELECT subject_id FROM event WHERE type = 'request.left_unplaced'")
    assert [request.state for request in now_is] == ["approved", "withdrawn", "waitlisted", "refused"]
    assert (now_is[3].state_reason, now_is[3].state_note) == ("other", "不合适")
    assert [row["subject_id"] for row in told] == [waiting.request.id]
