"""Before a release: who would be told what, and the same as a test to oneself."""

from typing import Any

import pytest

from tests.pages.booking import book
from tests.schedules.drafts import draft, placed
from tests.school import School, at
from tests.signing_in import sign_in


@pytest.fixture
async def organiser(school: School, client: Any) -> Any:
    """A client of an organiser."""
    await sign_in(client, await school.account("organiser"))
    return client


async def test_every_recipient_is_listed_and_whom_mails_do_not_reach(school: School, organiser: Any) -> None:
    room = await school.room()
    moved, gains = [await school.request() for _ in range(2)]
    await book(school, moved, at(1, 14), room)
    version_id = await draft(
        school, [placed(moved.activities[0], at(2, 14), room.id), placed(gains.activities[0], at(3, 14), room.id)]
    )
    listed = (await organiser.get(f"/api/versions/{version_id}/mails")).json()
    told = {(mail["request_id"], mail["purpose"]): mail for mail in listed["mails"]}
    assert set(told) == {
        (str(moved.request.id), "booking_moved"),
        (str(gains.request.id), "booking_confirmed"),
    }
    assert all(mail["recipient"] and mail["refused_at"] is None for mail in told.values())
    assert len({mail["subject"] for mail in listed["previews"]}) == 2
    address = told[str(gains.request.id), "booking_confirmed"]["recipient"]
    await school.database.pool.execute("INSERT INTO mail_address (address, refused_at) VALUES ($1, now())", address)
    page = await organiser.get(f"/versions/{version_id}/mails")
    assert page.status_code == 200
    assert address in page.text
    assert "邮件无法送达" in page.text
    assert await school.database.pool.fetchval("SELECT count(*) FROM delivery") == 0


async def test_a_test_goes_to_oneself_alone_and_releases_nothing(school: School, organiser: Any) -> None:
    room = await school.room()
    gains = await school.request()
    version_id = await draft(school, [placed(gains.activities[0], at(3, 14), room.id)])
    assert (await organiser.post(f"/api/versions/{version_id}/mails/test")).status_code == 202
    row = await school.database.pool.fetchrow("SELECT * FROM event WHERE type = 'release.tested'")
    assert row is not None
    assert row["subject_id"] == row["actor_id"]
    version = await school.database.pool.fetchval("SELECT state FROM schedule_version WHERE id = $1", version_id)
    assert version == "draft"
    page = await organiser.post(f"/versions/{version_id}/mails/test")
    assert "测试邮件已发出" in page.text


async def test_a_version_that_is_no_draft_sends_nothing(school: School, organiser: Any) -> None:
    version_id = await draft(school, [])
    assert (await organiser.post(f"/versions/{version_id}/discard")).status_code == 200
    assert (await organiser.get(f"/api/versions/{version_id}/mails")).json()["mails"] == []
    answer = await organiser.post(f"/api/versions/{version_id}/mails/test")
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("nothing-to-send")
