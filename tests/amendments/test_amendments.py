"""A change gives nothing up before the new is certain: it fits, there are places to choose, or it is impossible."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from app.actors import Actor
from app.amendments import deciding, proposing, repository
from app.amendments.answering import AmendmentAnswering
from app.amendments.domain import (
    Amendment,
    AmendmentAnswer,
    AmendmentOpen,
    AmendmentSettled,
    ChooseFirst,
    NothingChanged,
    ProposeAmendment,
    RefuseAmendment,
    StepHasBegun,
)
from app.bookings import repository as bookings
from app.bookings.domain import Booking, ConfirmPlacement, ResourceTaken
from app.bookings.service import confirm_placement, release_booking
from app.clock import Clock
from app.decisions import endings
from app.desk.finding import DeskFinder
from app.errors import Invalid
from app.offers.domain import WantedOffer
from app.offers.finding import Finder
from app.requests.domain import Activity, ActivityWish, CancelRequest, RequestDetail
from app.requests.service import get_detail
from app.schedules.audit import audit_season
from app.venues import room_repository
from app.venues.domain import Room
from tests.desk.test_moves import NearDesk
from tests.offers.acts import book, booking_states, event_types, expire, finder, later
from tests.school import School, at, talk, window

_OF_A_WISH = {field.name for field in msgspec.structs.fields(ActivityWish)}


def as_wish(activity: Activity, **changes: object) -> ActivityWish:
    """A step as it is, with some changes."""
    values = {name: value for name, value in msgspec.structs.asdict(activity).items() if name in _OF_A_WISH}
    return ActivityWish(**{**values, **changes})


async def owner_of(school: School, detail: RequestDetail) -> Actor:
    """Somebody of the employer that asked."""
    return (await school.account("employer_contact", employer_id=detail.request.employer_id)).actor()


async def propose(
    school: School,
    detail: RequestDetail,
    steps: Sequence[ActivityWish],
    *,
    actor: Actor | None = None,
    clock: Clock | None = None,
    searcher: Finder | None = None,
    **texts: object,
) -> AmendmentAnswer:
    """The owner asks for other steps."""
    request = detail.request
    given = {"title": request.title, "contact_name": request.contact_name, "contact_email": request.contact_email}
    command = msgspec.convert({"activities": list(steps), **given, **texts}, ProposeAmendment)
    return await proposing.propose_amendment(
        school.database,
        searcher or finder(school),
        request.id,
        command,
        seen=None,
        actor=actor or await owner_of(school, detail),
        clock=clock or school.clock,
    )


class FindsTogether(Finder):
    """Gives nobody an answer before everybody has found the same."""

    def __init__(self, school: School, askers: int) -> None:
        super().__init__(school.database, school.clock)
        self._all_have_found, self._waiting = asyncio.Barrier(askers), askers

    async def find_changed(self, *args: Any, **options: Any) -> tuple[WantedOffer, ...]:
        """Wait once for all others."""
        found = await super().find_changed(*args, **options)
        if self._waiting:
            self._waiting -= 1
            await self._all_have_found.wait()
        return found


async def booked_talk(school: School, *, minutes: int = 120, attendance: int = 80) -> tuple[RequestDetail, Booking]:
    """A request with one talk in the only room of a hundred seats."""
    room = await school.room(100)
    detail = await school.request(talk(minutes=minutes, attendance=attendance))
    return detail, await book(school, detail.activities[0].id, at(15, 14), room)


async def standing(school: School, detail: RequestDetail) -> list[Booking]:
    """What stands of a request, by time."""
    async with school.database.read() as connection:
        return await bookings.list_standing_of(connection, detail.request.id)


async def now_is(school: School, detail: RequestDetail) -> RequestDetail:
    """The request as it is now."""
    async with school.database.read() as connection:
        return await get_detail(connection, detail.request.id, actor=school.organiser)


async def approve(school: School, amendment_id: UUID) -> Amendment:
    """The career centre approves."""
    return await school.database.transact(
        deciding.approve_amendment, amendment_id, seen=None, actor=school.organiser, clock=school.clock
    )


async def choose(school: School, offer_id: UUID, actor: Actor | None) -> None:
    """Somebody chooses one of the places."""
    answering = AmendmentAnswering(school.database, finder(school))
    await answering.accept(offer_id, seen=None, actor=actor, clock=school.clock)


async def test_fewer_people_are_accepted_at_once(school: School) -> None:
    detail, before = await booked_talk(school)
    answer = await propose(school, detail, [as_wish(detail.activities[0], attendance=40)])
    assert (answer.amendment.outcome, answer.amendment.state) == ("fits", "accepted")
    assert [booking.id for booking in await standing(school, detail)] == [before.id], "nobody moves"
    assert (await now_is(school, detail)).activities[0].attendance == 40
    assert (await event_types(school))[-2:] == ["amendment.proposed", "amendment.accepted"]


async def test_a_shorter_talk_keeps_its_start_and_its_calendar_follows(school: School) -> None:
    detail, _ = await booked_talk(school)
    answer = await propose(school, detail, [as_wish(detail.activities[0], duration_minutes=60)])
    assert answer.amendment.state == "accepted"
    (booking,) = await standing(school, detail)
    assert (booking.starts_at, booking.ends_at) == (at(15, 14), at(15, 15))
    assert "booking.moved" in await event_types(school)
    other = await school.request(talk(attendance=90))
    await book(school, other.activities[0].id, at(15, 15, 30), await _room_of(school, booking))


async def test_a_little_growth_where_it_is_asks_nobody_and_more_does(school: School) -> None:
    detail, _ = await booked_talk(school)
    small = await propose(school, detail, [as_wish(detail.activities[0], attendance=96)])
    assert small.amendment.state == "accepted"
    detail = await now_is(school, detail)
    more = await propose(school, detail, [as_wish(detail.activities[0], duration_minutes=180)])
    assert (more.amendment.outcome, more.amendment.state) == ("fits", "awaiting_approval")
    assert [booking.ends_at for booking in await standing(school, detail)] == [at(15, 16)], "until it is approved"
    assert await booking_states(school, detail.activities[0].id) == ["confirmed", "held"]
    await approve(school, more.amendment.id)
    assert [booking.ends_at for booking in await standing(school, detail)] == [at(15, 17)]
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_small_steps_of_growth_add_up_to_one_that_is_asked_about(school: School) -> None:
    detail, _ = await booked_talk(school)
    for attendance, state in ((95, "accepted"), (60, "accepted"), (90, "accepted"), (97, "awaiting_approval")):
        answer = await propose(school, detail, [as_wish(detail.activities[0], attendance=attendance)])
        assert answer.amendment.state == state, attendance
        detail = await now_is(school, detail)
    async with school.database.read() as connection:
        waiting = {entry.state: entry.id for entry in await repository.list_amendments(connection, detail.request.id)}
    await approve(school, waiting["awaiting_approval"])
    detail = await now_is(school, detail)
    again = await propose(school, detail, [as_wish(detail.activities[0], attendance=100)])
    assert again.amendment.state == "accepted", "97 were approved"


async def test_what_was_agreed_outside_the_wishes_may_shrink_where_it_is(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk(windows=(window(9),)))
    wanted = ConfirmPlacement(
        activity_id=detail.activities[0].id, starts_at=at(15, 14), room_ids=(room.id,), outside_wishes=True
    )
    await confirm_placement(school.database, wanted, actor=school.organiser, locale="en", clock=school.clock)
    answer = await propose(school, detail, [as_wish(detail.activities[0], attendance=40, duration_minutes=60)])
    assert (answer.amendment.outcome, answer.amendment.state) == ("fits", "accepted")
    assert [(booking.starts_at, booking.ends_at) for booking in await standing(school, detail)] == [
        (at(15, 14), at(15, 15))
    ]
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []


async def test_who_is_overtaken_is_looked_for_again(school: School) -> None:
    """All want the one place of a day at once: nobody is told that somebody changed their request."""
    room, asked = await school.room(100), [await school.request(talk()) for _ in range(5)]
    for day, detail in enumerate(asked, start=6):
        await book(school, detail.activities[0].id, at(day, 14), room)
    there, together = window(16, from_hour=14, until_hour=16), FindsTogether(school, len(asked))
    answers = await asyncio.gather(
        *(
            propose(school, detail, [as_wish(detail.activities[0], windows=(there,))], searcher=together)
            for detail in asked
        )
    )
    assert sorted(answer.amendment.outcome for answer in answers) == ["impossible"] * 4 + ["placements"]


async def test_what_is_held_for_a_decision_outlasts_offers(school: School) -> None:
    detail, _ = await booked_talk(school)
    answer = await propose(school, detail, [as_wish(detail.activities[0], duration_minutes=180)])
    assert await expire(school, later(school, 24 * 20)) == 0
    await approve(school, answer.amendment.id)
    assert [booking.ends_at for booking in await standing(school, detail)] == [at(15, 17)]


async def test_what_does_not_fit_is_chosen_then_approved_and_stays_until_then(school: School) -> None:
    detail, before = await booked_talk(school)
    large = await school.room(300)
    owner = await owner_of(school, detail)
    answer = await propose(school, detail, [as_wish(detail.activities[0], attendance=250)], actor=owner)
    assert (answer.amendment.outcome, answer.amendment.state, len(answer.offers)) == ("placements", "proposed", 3)
    assert all(offer.placements[0].room_ids == (large.id,) and offer.held for offer in answer.offers)
    with pytest.raises(ChooseFirst):
        await approve(school, answer.amendment.id)
    await choose(school, answer.offers[1].id, owner)
    assert [booking.id for booking in await standing(school, detail)] == [before.id]
    assert (await booking_states(school, detail.activities[0].id)).count("held") == 1
    await approve(school, answer.amendment.id)
    (booking,) = await standing(school, detail)
    assert (booking.room_ids, booking.starts_at) == ((large.id,), answer.offers[1].placements[0].starts_at)
    assert (await now_is(school, detail)).activities[0].attendance == 250
    assert "booking.moved" in await event_types(school)
    with pytest.raises(AmendmentSettled):
        await approve(school, answer.amendment.id)


async def test_an_organiser_changes_at_once(school: School) -> None:
    detail, _ = await booked_talk(school)
    large = await school.room(300)
    answer = await propose(school, detail, [as_wish(detail.activities[0], attendance=250)], actor=school.organiser)
    await choose(school, answer.offers[0].id, school.organiser)
    assert [booking.room_ids for booking in await standing(school, detail)] == [(large.id,)]


async def test_the_impossible_says_what_would_help_and_leaves_nothing(school: School) -> None:
    detail, before = await booked_talk(school)
    other = await school.request(talk(attendance=90))
    await book(school, other.activities[0].id, at(16, 14), await _room_of(school, before))
    taken = window(16, from_hour=14, until_hour=16)
    answer = await propose(school, detail, [as_wish(detail.activities[0], windows=(taken,))])
    assert (answer.amendment.outcome, answer.amendment.state) == ("impossible", "refused")
    assert answer.amendment.findings["helps"] == ["days"]
    assert [booking.id for booking in await standing(school, detail)] == [before.id]
    assert await booking_states(school, detail.activities[0].id) == ["confirmed"]


async def test_refused_or_taken_back_everything_is_as_it_was(school: School) -> None:
    detail, before = await booked_talk(school)
    await school.room(300)
    wish = [as_wish(detail.activities[0], attendance=250)]
    owner = await owner_of(school, detail)
    answer = await propose(school, detail, wish, actor=owner)
    with pytest.raises(AmendmentOpen):
        await propose(school, detail, wish)
    await school.database.transact(
        deciding.withdraw_amendment, answer.amendment.id, seen=None, actor=owner, now=school.clock.now()
    )
    answer = await propose(school, detail, wish, actor=owner)
    await choose(school, answer.offers[0].id, owner)
    refused = await school.database.transact(
        deciding.refuse_amendment,
        answer.amendment.id,
        RefuseAmendment(reason_code="over_limit", note="大报告厅另有安排"),
        seen=None,
        actor=school.organiser,
        now=school.clock.now(),
    )
    assert (refused.state, refused.settled_note) == ("refused", "大报告厅另有安排")
    assert [booking.id for booking in await standing(school, detail)] == [before.id]
    assert "held" not in await booking_states(school, detail.activities[0].id)
    assert (await now_is(school, detail)).activities[0].attendance == 80


async def test_nobody_chose_in_time(school: School) -> None:
    detail, before = await booked_talk(school)
    await school.room(300)
    answer = await propose(school, detail, [as_wish(detail.activities[0], attendance=250)])
    after = later(school, 49)
    await expire(school, after)
    async with school.database.read() as connection:
        left = await repository.list_left_over(connection, batch=10)
    assert [(entry.id, entry.is_wanted) for entry in left] == [(answer.amendment.id, True)]
    await school.database.transact(deciding.end_left_over, left[0].id, is_wanted=True, now=after.now())
    async with school.database.read() as connection:
        assert (await repository.get_amendment(connection, answer.amendment.id)).state == "expired"
    assert [booking.id for booking in await standing(school, detail)] == [before.id]


async def test_a_step_is_added_and_another_dropped(school: School) -> None:
    room = await school.room(100)
    test = ActivityWish(kind="written_test", attendance=60, duration_minutes=120)
    detail = await school.request(talk(), test)
    first, second = detail.activities
    await book(school, first.id, at(15, 9), room)
    await book(school, second.id, at(15, 14), room)
    dropped = await propose(school, detail, [as_wish(first)])
    assert dropped.amendment.state == "accepted", "what is less asks nobody"
    assert [booking.activity_id for booking in await standing(school, detail)] == [first.id]
    assert await booking_states(school, second.id) == ["released"]
    detail = await now_is(school, detail)
    assert [activity.id for activity in detail.activities] == [first.id]
    assert detail.request.state == "scheduled"
    assert "booking.released" in await event_types(school)
    with pytest.raises(Invalid):
        await propose(school, detail, [as_wish(first), as_wish(second)])
    added = await propose(school, detail, [as_wish(first), test])
    assert added.amendment.outcome == "placements"
    assert len(added.offers) == 3
    for offer in added.offers:
        assert [placed.activity_id == first.id for placed in offer.placements] == [False], "the talk stays where it is"
        assert offer.begins_at >= at(15, 11), "and comes first"


async def test_a_place_that_the_desk_finds_too_is_offered_once(school: School) -> None:
    room = await school.room(100)
    detail = await school.request(talk(windows=(window(15, from_hour=9, until_hour=11),)))
    await book(school, detail.activities[0].id, at(15, 9), room)
    afternoon = window(15, from_hour=14, until_hour=16)
    test = ActivityWish(kind="written_test", attendance=60, duration_minutes=120, windows=(afternoon,))
    searcher = DeskFinder(school.database, school.clock, NearDesk(school))
    added = await propose(school, detail, [as_wish(detail.activities[0]), test], searcher=searcher)
    assert [offer.begins_at for offer in added.offers] == [at(15, 14)]


async def test_only_texts_change_at_once(school: School) -> None:
    detail, before = await booked_talk(school)
    answer = await propose(school, detail, [as_wish(detail.activities[0])], title="春季宣讲会", notice_text="岗位更新")
    assert answer.amendment.state == "accepted"
    changed = (await now_is(school, detail)).request
    assert (changed.title, changed.notice_text) == ("春季宣讲会", "岗位更新")
    assert [booking.id for booking in await standing(school, detail)] == [before.id]
    with pytest.raises(NothingChanged):
        await propose(school, detail, [as_wish(detail.activities[0])], title="春季宣讲会", notice_text="岗位更新")


async def test_what_has_begun_does_not_change(school: School) -> None:
    detail, _ = await booked_talk(school)
    begun = Clock(
        school.clock.offset_seconds + round((at(15, 15) - school.clock.now()).total_seconds()), school.clock.zone
    )
    with pytest.raises(StepHasBegun):
        await propose(school, detail, [as_wish(detail.activities[0], attendance=10)], clock=begun)


async def test_what_waits_for_a_place_changes_with_approval(school: School) -> None:
    detail = await school.request(talk())
    less = await propose(school, detail, [as_wish(detail.activities[0], attendance=40)])
    assert less.amendment.state == "accepted"
    detail = await now_is(school, detail)
    more = await propose(school, detail, [as_wish(detail.activities[0], attendance=200)])
    assert more.amendment.state == "awaiting_approval"
    await approve(school, more.amendment.id)
    assert (await now_is(school, detail)).activities[0].attendance == 200


async def test_an_amendment_ends_with_its_request(school: School) -> None:
    detail, _ = await booked_talk(school)
    answer = await propose(school, detail, [as_wish(detail.activities[0], duration_minutes=180)])
    await school.database.transact(
        endings.cancel_request, detail.request.id, CancelRequest(), actor=school.organiser, clock=school.clock
    )
    async with school.database.read() as connection:
        (left,) = await repository.list_left_over(connection, batch=10)
    assert not left.is_wanted
    await school.database.transact(deciding.end_left_over, left.id, is_wanted=False, now=school.clock.now())
    async with school.database.read() as connection:
        assert (await repository.get_amendment(connection, answer.amendment.id)).state == "withdrawn"
    assert await booking_states(school, detail.activities[0].id) == ["released", "released"]


async def test_an_approval_and_a_withdrawal_at_once_have_one_outcome(school: School) -> None:
    for _ in range(5):
        detail, _before = await booked_talk(school)
        owner = await owner_of(school, detail)
        answer = await propose(school, detail, [as_wish(detail.activities[0], duration_minutes=180)], actor=owner)
        await asyncio.gather(
            approve(school, answer.amendment.id),
            school.database.transact(
                deciding.withdraw_amendment, answer.amendment.id, seen=None, actor=owner, now=school.clock.now()
            ),
            return_exceptions=True,
        )
        (booking,) = await standing(school, detail)
        async with school.database.read() as connection:
            state = (await repository.get_amendment(connection, answer.amendment.id)).state
        assert (state, booking.ends_at - booking.starts_at) in (
            ("accepted", timedelta(hours=3)),
            ("withdrawn", timedelta(hours=2)),
        )
        assert "held" not in await booking_states(school, detail.activities[0].id)


async def _room_of(school: School, booking: Booking) -> Room:
    async with school.database.read() as connection:
        return await room_repository.get_room(connection, booking.room_ids[0])


async def test_another_kind_needs_the_turnover_of_its_own(school: School) -> None:
    """A test is cleared away for longer than a talk: it fits only where nobody follows so soon."""
    room = await school.room(100, turnover_by_kind={"written_test": 90})
    detail = await school.request(talk())
    activity = detail.activities[0]
    await book(school, activity.id, at(15, 10), room)
    late = await book(school, (await school.request(talk())).activities[0].id, at(15, 12, 30), room)
    as_test = as_wish(activity, kind="written_test")
    crossed = await propose(school, detail, [as_test])
    assert crossed.amendment.outcome == "placements"
    organiser, now = school.organiser, school.clock.now()
    taken_back: dict[str, Any] = {"seen": None, "actor": organiser, "now": now}
    await school.database.transact(deciding.withdraw_amendment, crossed.amendment.id, **taken_back)
    await school.database.transact(release_booking, late.id, reason="", actor=organiser, now=now)
    free = await propose(school, detail, [as_test])
    assert (free.amendment.outcome, free.amendment.state) == ("fits", "awaiting_approval")
    await approve(school, free.amendment.id)
    with pytest.raises(ResourceTaken):
        await book(school, (await school.request(talk())).activities[0].id, at(15, 12, 30), room)
    assert await audit_season(school.database, school.season.id, clock=school.clock) == []
