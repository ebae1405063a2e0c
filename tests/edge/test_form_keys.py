"""One intent, one write: a form that creates is carried out once, however often its button is pressed."""

import asyncio
import re
from typing import Any

import pytest

from tests.school import School
from tests.signing_in import sign_in

TOLD = "nothing was done a second time"
KEY = re.compile(r'name="form_key" value="([0-9a-f]{32})"')
COUNTS = {
    "account": "SELECT count(*) FROM account",
    "campus": "SELECT count(*) FROM campus",
    "department": "SELECT count(*) FROM department",
    "request": "SELECT count(*) FROM request",
    "season": "SELECT count(*) FROM season",
}
REQUEST = {
    "title": "就业指导",
    "a0_kind": "guidance_event",
    "a0_attendance": "30",
    "a0_duration_minutes": "60",
    "contact_name": "周岚",
    "contact_email": "zhou@jiangcheng.example",
}


@pytest.fixture(scope="module")
async def department_staff(school: School, client: Any) -> Any:
    """A client of somebody who may ask."""
    department = await school.department("FK")
    await sign_in(client, await school.account("department_staff", department_id=department.id))
    client.cookies.set("locale", "en")
    return client


async def count(school: School, table: str) -> int:
    """Rows of a table."""
    rows: int = await school.database.pool.fetchval(COUNTS[table])
    return rows


def place_of(answer: Any) -> str:
    """Where a form led, without the word that it did so before."""
    return re.sub("[?&]sent=before", "", answer.headers["location"])


async def key_of(client: Any, path: str) -> str:
    """The key of a page's form, new each time."""
    found = KEY.search((await client.get(path)).text)
    assert found is not None
    return found[1]


async def test_pressed_twice_together_or_later_it_is_one_request(school: School, department_staff: Any) -> None:
    client, path = department_staff, "/my/requests/new"
    key = await key_of(client, path)
    assert key != await key_of(client, path)
    before = await count(school, "request")
    sent = {**REQUEST, "form_key": key}
    answers = await asyncio.gather(*[client.post(path, data=sent, follow_redirects=False) for _ in range(6)])
    answers.append(await client.post(path, data=sent, follow_redirects=False))
    assert {answer.status_code for answer in answers} == {303}, answers[0].text
    assert len({place_of(answer) for answer in answers}) == 1
    # Who comes back to it later is told.
    assert answers[-1].headers["location"].endswith("?sent=before")
    assert TOLD in (await client.get(answers[-1].headers["location"])).text
    assert TOLD not in (await client.get(place_of(answers[-1]))).text
    assert await count(school, "request") == before + 1


async def test_what_was_wrong_is_mended_and_sent_again(school: School, department_staff: Any) -> None:
    client, path = department_staff, "/my/requests/new"
    before = await count(school, "request")
    sent = {**REQUEST, "title": "简历指导", "form_key": await key_of(client, path)}
    refused = await client.post(path, data={**sent, "a0_attendance": "0"}, follow_redirects=False)
    assert (refused.status_code, await count(school, "request")) == (422, before)
    # The form that is shown again is the same one: also by the browser's way back it is sent once.
    assert KEY.search(refused.text)[1] == sent["form_key"]  # type: ignore[index]
    first, again = [await client.post(path, data=sent, follow_redirects=False) for _ in range(2)]
    assert (first.status_code, place_of(again)) == (303, first.headers["location"])
    assert await count(school, "request") == before + 1


async def test_a_form_without_a_key_or_with_a_strange_one_is_carried_out(school: School, department_staff: Any) -> None:
    before = await count(school, "request")
    for given in ({}, {"form_key": "x"}, {"form_key": "0" * 33}):
        answer = await department_staff.post("/my/requests/new", data={**REQUEST, **given}, follow_redirects=False)
        assert answer.status_code == 303
    assert await count(school, "request") == before + 3


CREATING = [
    ("/venues/campuses/new", "campus", {"code": "FK", "name_zh": "新校区", "name_en": "New", "ordinal": "3"}),
    ("/venues/departments/new", "department", {"code": "FK2", "name_zh": "新院", "name_en": "New"}),
    (
        "/seasons/new",
        "season",
        {
            "code": "fk",
            "name_zh": "季",
            "name_en": "Season",
            "first_day": "2024-02-01",
            "last_day": "2024-04-30",
            "day_opens": "08:00",
            "day_closes": "22:00",
            "grid_minutes": "30",
        },
    ),
    (
        "/accounts/new",
        "account",
        {
            "email": "fk@jiangcheng.example",
            "display_name": "新人",
            "role": "organiser",
            "password": "a long enough one",
        },
    ),
]


@pytest.mark.parametrize(("path", "table", "values"), CREATING, ids=[table for _, table, _ in CREATING])
async def test_each_creating_form_answers_both_presses_alike(
    school: School, client: Any, path: str, table: str, values: dict[str, str]
) -> None:
    await sign_in(client, await school.account("administrator"))
    before = await count(school, table)
    sent = {**values, "form_key": await key_of(client, path)}
    first, second = await asyncio.gather(*[client.post(path, data=sent, follow_redirects=False) for _ in range(2)])
    assert (first.status_code, second.status_code) == (303, 303), first.text
    assert place_of(first) == place_of(second)
    assert await count(school, table) == before + 1
