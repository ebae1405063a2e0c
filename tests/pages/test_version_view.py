"""A version's page: what a release would change, the mails that it would send, what is unplaced."""

from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.bookings.service import release_booking
from app.decisions import decide
from app.locales import translator
from app.pages.version_view import VersionView, read_additions, read_version
from app.schedules.domain import VersionNotFound
from app.schedules.pages.board_view import read_board
from tests.offers.acts import accept, offer
from tests.pages.booking import book, leave_out, release
from tests.schedules.drafts import draft, placed
from tests.school import School, actor, app_of, at
from tests.signing_in import sign_in


async def read(school: School, version_id: UUID, database_url: str) -> VersionView:
    """The version as the page reads it, in English."""
    settings = app_of(school, database_url).state.settings
    async with school.database.read() as connection:
        return await read_version(
            connection,
            version_id,
            translate=translator("en"),
            settings=settings,
            clock=school.clock,
        )


def titles(view: VersionView) -> set[str]:
    """Of the requests that the page names."""
    return {request.title for request in view.requests.values()}


async def test_a_draft_shows_who_gains_and_moves_and_one_mail_of_each_sort(school: School, database_url: str) -> None:
    room = await school.room()
    moved, gains, left_out = [await school.request() for _ in range(3)]
    await book(school, moved, at(1, 14), room)
    placements = [placed(moved.activities[0], at(2, 14), room.id), placed(gains.activities[0], at(3, 14), room.id)]
    version_id = await draft(school, placements)
    await leave_out(school, version_id, left_out, room)
    view = await read(school, version_id, database_url)
    assert view.difference is not None
    changes = (view.difference.new, view.difference.moved, view.difference.cancelled)
    assert [[change.request_id for change in group] for group in changes] == [
        [gains.request.id],
        [moved.request.id],
        [],
    ]
    assert view.mails == 2
    assert len(view.previews) == 2
    assert [line.entry.request_id for line in view.unplaced] == [left_out.request.id]
    assert titles(view) == {detail.request.title for detail in (moved, gains, left_out)}
    assert view.additions is None
    await release(school, version_id)
    assert (await read(school, version_id, database_url)).difference is None


async def test_what_was_booked_by_hand_since_has_a_place(school: School, database_url: str) -> None:
    room = await school.room()
    booked, left_out = [await school.request() for _ in range(2)]
    version_id = await draft(school, [])
    await leave_out(school, version_id, booked, room)
    await leave_out(school, version_id, left_out, room)
    await book(school, booked, at(1, 14), room)
    view = await read(school, version_id, database_url)
    assert [line.entry.request_id for line in view.unplaced] == [left_out.request.id]
    assert [entry.request_id for entry in view.placed_since] == [booked.request.id]


async def test_who_a_released_version_left_out_is_listed_while_without_a_place(
    school: School, database_url: str
) -> None:
    room = await school.room()
    by_hand, by_offer, withdrawn, waits = [await school.request() for _ in range(4)]
    version_id = await draft(school, [])
    for detail in (by_hand, by_offer, withdrawn, waits):
        await leave_out(school, version_id, detail, room)
    await release(school, version_id)
    assert len((await read(school, version_id, database_url)).unplaced) == 4
    booked = await book(school, by_hand, at(1, 14), room)
    made = await offer(school, by_offer.request.id, by_offer.activities[0].id, at(2, 14), room)
    assert len((await read(school, version_id, database_url)).unplaced) == 3, "an offer is no place yet"
    await accept(school, made.id)
    now = school.clock.now()
    await school.database.transact(decide.withdraw_request, withdrawn.request.id, actor=school.organiser, now=now)
    view = await read(school, version_id, database_url)
    assert [line.entry.request_id for line in view.unplaced] == [waits.request.id]
    placed_since = {entry.request_id for entry in view.placed_since}
    assert (placed_since, view.ended_since) == ({by_hand.request.id, by_offer.request.id}, 1)
    async with school.database.read() as connection:
        board = await read_board(connection, school.season, translate=translator("en"), clock=school.clock)
    assert [line.entry.request_id for line in board.unplaced] == [waits.request.id]
    assert (board.unplaced_count, board.placed_since, board.ended_since) == (1, 2, 1)
    await school.database.transact(release_booking, booked.id, reason="", actor=school.organiser, now=now)
    again = {line.entry.request_id for line in (await read(school, version_id, database_url)).unplaced}
    assert again == {waits.request.id, by_hand.request.id}, "who lost it since waits again"


async def test_the_page_says_who_got_a_place_since(school: School, client: AsyncTestClient[Litestar]) -> None:
    room = await school.room()
    placed_since, waits = [await school.request() for _ in range(2)]
    version_id = await draft(school, [])
    for detail in (placed_since, waits):
        await leave_out(school, version_id, detail, room)
    await release(school, version_id)
    await book(school, placed_since, at(1, 14), room)
    await sign_in(client, await school.account("organiser"))
    client.cookies.set("locale", "zh-CN")
    version = (await client.get(f"/versions/{version_id}", headers={"Accept": "text/html"})).text
    assert "另有1份申请后来已排上。" in version
    assert version.count(f"/requests/{placed_since.request.id}") == 1
    board = (await client.get(f"/seasons/{school.season.code}/board", headers={"Accept": "text/html"})).text
    assert "另有1份申请后来已排上。" in board
    assert f"/requests/{waits.request.id}" in board


async def test_a_version_that_does_not_exist_is_not_found(school: School) -> None:
    async with school.database.read() as connection:
        with pytest.raises(VersionNotFound):
            await read_additions(connection, actor().account_id)
