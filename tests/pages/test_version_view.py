"""A version's page: what a release would change, the mails that it would send, what is unplaced."""

from uuid import UUID

import pytest

from app.locales import translator
from app.pages.version_view import VersionView, read_additions, read_version
from app.schedules.domain import VersionNotFound
from tests.pages.booking import book, leave_out, release
from tests.schedules.drafts import draft, placed
from tests.school import School, actor, app_of, at


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


async def test_a_version_that_does_not_exist_is_not_found(school: School) -> None:
    async with school.database.read() as connection:
        with pytest.raises(VersionNotFound):
            await read_additions(connection, actor().account_id)
