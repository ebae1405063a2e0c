"""Board, list and panel of one season: the same placements, the same changes."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
import pytest

from app.locales import translator
from app.requests.domain import ActivityNotFound, RequestDetail
from app.schedules.pages.board_view import BoardView, read_board
from app.schedules.pages.placement_list_view import PlacementListView, Wanted, read_placement_list
from app.schedules.pages.selection_view import read_selection
from app.venues.domain import Room
from tests.pages.booking import book, leave_out
from tests.schedules.drafts import draft, placed
from tests.school import School, actor, at


class Drafted(msgspec.Struct):
    """A draft that moves a request, places a new one, gives one back and leaves one out."""

    version_id: UUID
    room: Room
    moved: RequestDetail
    gains: RequestDetail
    loses: RequestDetail
    left_out: RequestDetail


@pytest.fixture(scope="module")
async def drafted(school: School) -> Drafted:
    """Made once."""
    room = await school.room()
    moved, gains, loses, left_out = [await school.request() for _ in range(4)]
    await book(school, moved, at(1, 14), room)
    await book(school, loses, at(7, 14), room)
    placements = [placed(moved.activities[0], at(2, 14), room.id), placed(gains.activities[0], at(3, 14), room.id)]
    version_id = await draft(school, placements)
    await leave_out(school, version_id, left_out, room)
    return Drafted(version_id, room, moved, gains, loses, left_out)


async def board(school: School) -> BoardView:
    """As the page reads it, in English."""
    async with school.database.read() as connection:
        return await read_board(connection, school.season, translate=translator("en"), clock=school.clock)


async def listed(school: School, version: str = "", **wanted: object) -> PlacementListView:
    """As the page reads it."""
    async with school.database.read() as connection:
        return await read_placement_list(
            connection, school.season, msgspec.convert(wanted, Wanted), version=version, clock=school.clock
        )


def requests_of(view: PlacementListView) -> Sequence[UUID]:
    """Whose placements are listed."""
    return [row.placement.request_id for row in view.rows]


async def test_the_board_shows_the_draft_what_it_changes_and_what_it_leaves_out(
    school: School, drafted: Drafted
) -> None:
    view = await board(school)
    assert view.version is not None
    assert view.version.id == drafted.version_id
    assert view.counts == {"info_session": 2}
    assert view.changes == {"new": 1, "moved": 1, "lost": 1}
    assert [line.entry.request_id for line in view.unplaced] == [drafted.left_out.request.id]
    assert view.waiting == 2
    assert sorted(view.board.frames) == ["move", "new"]
    assert view.run is None


async def test_the_list_has_the_placements_of_the_draft_by_time_and_those_that_are_lost(
    school: School, drafted: Drafted
) -> None:
    view = await listed(school)
    in_order = [drafted.moved, drafted.gains, drafted.loses]
    assert requests_of(view) == [detail.request.id for detail in in_order]
    assert [row.change for row in view.rows] == ["move", "new", "lost"]
    assert [row.before is not None for row in view.rows] == [True, False, False]
    assert (view.total, view.kinds, view.named) == (3, ["info_session"], None)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"state": "new"}, 1),
        ({"day": "2023-03-02"}, 1),
        ({"kind": "written_test"}, 0),
        ({"campus": "main"}, 3),
        ({"campus": "online"}, 0),
    ],
)
async def test_filters_narrow_the_list_but_not_its_total(
    school: School, drafted: Drafted, wanted: dict[str, str], count: int
) -> None:
    view = await listed(school, **wanted)
    assert (len(view.rows), view.total) == (count, 3)


async def test_words_find_a_request_and_a_room(school: School, drafted: Drafted) -> None:
    assert requests_of(await listed(school, q=drafted.gains.request.title)) == [drafted.gains.request.id]
    assert len(requests_of(await listed(school, q=drafted.room.name_en.upper()))) == 3


async def test_a_version_is_named_by_its_number(school: School, drafted: Drafted) -> None:
    named = (await listed(school, version="1")).named
    assert named is not None
    assert named.id == drafted.version_id


async def test_the_panel_of_an_activity_says_where_it_was_and_where_else_it_fits(
    school: School, drafted: Drafted
) -> None:
    async with school.database.read() as connection:
        moved = (await read_selection(connection, drafted.version_id, drafted.moved.activities[0].id)).selection
        left_out = (await read_selection(connection, drafted.version_id, drafted.left_out.activities[0].id)).selection
    assert moved.placement is not None
    assert moved.before is not None
    assert (moved.placement.starts_at, moved.before.starts_at) == (at(2, 14), at(1, 14))
    assert moved.fitting == [drafted.room]
    assert (left_out.placement, left_out.booking, left_out.before) == (None, None, None)


async def test_an_activity_that_does_not_exist_has_no_panel(school: School, drafted: Drafted) -> None:
    async with school.database.read() as connection:
        with pytest.raises(ActivityNotFound):
            await read_selection(connection, drafted.version_id, actor().account_id)


async def test_what_was_booked_since_the_draft_stays_on_the_board(school: School) -> None:
    room = await school.room()
    planned, hurried = [await school.request() for _ in range(2)]
    version_id = await draft(school, [placed(planned.activities[0], at(15, 14), room.id)])
    await leave_out(school, version_id, hurried, room)
    await book(school, hurried, at(16, 14), room)
    view = await board(school)
    assert view.version is not None
    assert view.version.id == version_id
    assert hurried.request.id not in [line.entry.request_id for line in view.unplaced]
    rows = {row.placement.request_id: (row.state, row.change) for row in (await listed(school)).rows}
    assert rows[hurried.request.id] == ("confirmed", ""), "a release keeps it"
    assert rows[planned.request.id] == ("draft", "new")
