"""The link of an offer shows first and decides only by a press; whatever is wrong with it is said with the way on."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.settings import load_settings
from app.signed_links import LinkExpired, LinkNotValid, read_link, sign_link
from tests.offers.acts import accept, booking_states, event_types, offer, states
from tests.school import School, at, talk

KEYS = ["the newest key of these, thirty-two characters", "an older key that is still believed, long enough"]
WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 MicroMessenger/8.0.50"
Client = AsyncTestClient[Litestar]


def token_of(client: Client, offer_id: UUID, *, days: float = 30, school: School) -> str:
    """The token that a mail has."""
    keys = client.app.state.settings.signing_keys
    return sign_link(keys, "offer", offer_id, expires_at=school.clock.now() + timedelta(days=days))


async def offered(school: School) -> tuple[UUID, UUID, UUID]:
    """An offer; its id, its request's and its activity's."""
    room = await school.room(100)
    detail = await school.request(talk())
    made = await offer(school, detail.request.id, detail.activities[0].id, at(15, 14), room)
    return made.id, detail.request.id, detail.activities[0].id


async def press(client: Client, token: str, act: str, **values: Any) -> httpx.Response:
    """As a browser's form does."""
    return await client.post(f"/offers/{token}/{act}", data={"row_version": "1", **values}, follow_redirects=False)


def test_old_keys_are_believed_and_strangers_are_not() -> None:
    subject, end = UUID(int=7), datetime(2023, 3, 1, tzinfo=UTC)
    old = sign_link(KEYS[1:], "offer", subject, expires_at=end)
    new = sign_link(KEYS, "offer", subject, expires_at=end)
    before = end - timedelta(seconds=1)
    assert read_link(KEYS, "offer", old, now=before) == read_link(KEYS, "offer", new, now=before) == subject
    assert read_link(KEYS[:1], "offer", new, now=before) == subject, "the newest signs"
    with pytest.raises(LinkExpired):
        read_link(KEYS, "offer", new, now=end)
    for forged in (
        "",
        "x",
        new[:-2],
        new + "A",
        sign_link(["another key, made up by a stranger, long"], "offer", subject, expires_at=end),
    ):
        with pytest.raises(LinkNotValid):
            read_link(KEYS, "offer", forged, now=before)


def test_without_keys_a_folder_keeps_one(tmp_path: Any) -> None:
    settings = load_settings({"DATA_DIR": str(tmp_path)})
    (key,) = settings.signing_keys
    assert len(key) >= 32
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert load_settings({"DATA_DIR": str(tmp_path)}).signing_keys == [key]


async def test_looking_decides_nothing(school: School, client: Client) -> None:
    offer_id, request_id, activity_id = await offered(school)
    token = token_of(client, offer_id, school=school)
    for headers in ({}, {"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch"}, {"User-Agent": WECHAT}):
        for method in ("GET", "HEAD"):
            answer = await client.request(method, f"/offers/{token}", headers=headers)
            assert answer.status_code in (200, 405), (method, answer.status_code)
    for act in ("accept", "decline"):
        assert (await client.get(f"/offers/{token}/{act}")).status_code in (404, 405)
    assert await states(school, request_id) == {1: "open"}
    assert await booking_states(school, activity_id) == ["held"]


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "为您保留到"), ("en", "Kept for you until")])
async def test_one_press_accepts_without_an_account(school: School, client: Client, language: str, words: str) -> None:
    offer_id, request_id, activity_id = await offered(school)
    token = token_of(client, offer_id, school=school)
    page = await client.get(f"/offers/{token}", headers={"Accept-Language": language, "User-Agent": WECHAT})
    assert page.status_code == 200
    assert words in page.text
    assert (await press(client, token, "accept")).status_code == 303
    assert await booking_states(school, activity_id) == ["confirmed"]
    again = await press(client, token, "accept")
    assert again.status_code == 422
    assert await booking_states(school, activity_id) == ["confirmed"]
    async with school.database.read() as connection:
        payload = await connection.fetchval("SELECT payload FROM event WHERE type = 'offer.accepted'")
    assert payload["by_link"] is True
    assert await states(school, request_id) == {1: "accepted"}


async def test_one_press_declines_with_a_reason(school: School, client: Client) -> None:
    offer_id, request_id, activity_id = await offered(school)
    token = token_of(client, offer_id, school=school)
    assert (await press(client, token, "decline", note="当天有校园开放日")).status_code == 303
    assert await states(school, request_id) == {1: "declined"}
    assert await booking_states(school, activity_id) == ["released"]
    assert (await event_types(school))[-1] == "offer.declined"


async def test_two_presses_at_once_have_one_outcome(school: School, client: Client) -> None:
    offer_id, _, activity_id = await offered(school)
    token = token_of(client, offer_id, school=school)
    answers = await asyncio.gather(*(press(client, token, "accept") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [303, 422, 422, 422]
    assert await booking_states(school, activity_id) == ["confirmed"]


@pytest.mark.parametrize(("language", "sign_in"), [("zh-CN", "登录"), ("en", "Sign in")])
async def test_what_is_wrong_with_a_link_is_said(school: School, client: Client, language: str, sign_in: str) -> None:
    offer_id, _, _ = await offered(school)
    spoken = {"Accept-Language": language, "Accept": "text/html"}
    expired = token_of(client, offer_id, days=-1, school=school)
    seen = {}
    for name, token in (("forged", "not-one-of-ours"), ("expired", expired)):
        page = await client.get(f"/offers/{token}", headers=spoken)
        assert page.status_code == 404
        assert sign_in in page.text
        seen[name] = page.text
    assert seen["forged"] != seen["expired"]
    await accept(school, offer_id)
    used = await client.get(f"/offers/{token_of(client, offer_id, school=school)}", headers=spoken)
    assert used.status_code == 200
    assert "/accept" not in used.text
