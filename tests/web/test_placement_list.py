"""The board as a list: the same placements, narrowed by an address, each leading to its activity."""

from typing import Any
from urllib.parse import urlencode

from app.schedules.domain import Release
from app.schedules.pages.placement_list_view import ROWS_SHOWN
from app.schedules.release import release_version
from tests.schedules.drafts import draft, placed
from tests.school import School, at, talk
from tests.signing_in import sign_in
from tests.web.page_parts import PageParts


async def rows(client: Any, **wanted: object) -> list[str]:
    """The titles that a list shows, in its order."""
    answer = await client.get(f"/seasons/spring-2023/list?{urlencode(wanted)}")
    assert answer.status_code == 200
    page = PageParts(answer.text)
    return [text for text in page.texts if text.startswith("Request ")]


async def test_a_draft_is_listed_with_what_it_does_and_narrowed(school: School, client: Any) -> None:
    await sign_in(client, await school.account("organiser"))
    client.cookies.set("locale", "en")
    room, other = await school.room(100), await school.room(100, campus=await school.add_campus("east", "东", "East"))
    kept, moved, lost, new = [await school.request(talk()) for _ in range(4)]
    first = await draft(
        school,
        [
            placed(kept.activities[0], at(14, 9), room.id),
            placed(moved.activities[0], at(15, 9), room.id),
            placed(lost.activities[0], at(16, 9), room.id),
        ],
    )
    await school.database.transact(
        release_version, first, Release(), expected_version=None, actor=school.organiser, clock=school.clock
    )
    second = await draft(
        school,
        [
            placed(kept.activities[0], at(14, 9), room.id),
            placed(moved.activities[0], at(15, 14), other.id),
            placed(new.activities[0], at(17, 9), room.id),
        ],
    )
    titles = {name: detail.request.title for name, detail in zip("kmln", (kept, moved, lost, new), strict=True)}
    assert await rows(client) == [titles[name] for name in "kmln"]
    assert await rows(client, state="move") == [titles["m"]]
    assert await rows(client, state="new") == [titles["n"]]
    assert await rows(client, state="lost") == [titles["l"]]
    assert await rows(client, state="confirmed") == [titles["k"], titles["l"]]
    assert await rows(client, campus="east") == [titles["m"]]
    assert await rows(client, day="2023-03-14") == [titles["k"]]
    assert await rows(client, q=new.request.reference) == [titles["n"]]
    assert await rows(client, kind="livestream") == []
    assert await rows(client, kind="no such kind", day="yesterday", state="odd") == [titles[name] for name in "kmln"]
    links = PageParts((await client.get("/seasons/spring-2023/list")).text).links
    assert f"/versions/{second}/activities/{moved.activities[0].id}" in links
    assert "/seasons/spring-2023/list" in PageParts((await client.get("/seasons/spring-2023/board")).text).links


async def test_a_long_list_comes_in_parts(school: School, client: Any) -> None:
    await sign_in(client, await school.account("organiser"))
    room = await school.room(100)
    details = [await school.request(*[talk()] * 20) for _ in range(11)]
    placements = [
        placed(activity, at(3 + day, 9 + number % 8), room.id)
        for day, detail in enumerate(details)
        for number, activity in enumerate(detail.activities)
    ]
    await draft(school, placements)
    counts = [len(await rows(client, part=part)) for part in (1, 2, 3, 9, -3)]
    assert counts == [ROWS_SHOWN, ROWS_SHOWN, 220 - 2 * ROWS_SHOWN, 220 - 2 * ROWS_SHOWN, ROWS_SHOWN]
