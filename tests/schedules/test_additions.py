"""What more would help most: asked for, worked out by the engine, kept until the draft is corrected."""

from typing import Any
from uuid import UUID

import pytest

from app.schedules import additions_repository, repository, versions
from app.schedules.additions import ask_additions, run_additions
from app.schedules.domain import Additions, AlreadyAdding, CorrectPlacement, NothingToAdd
from tests.schedules.test_solve import solved
from tests.school import School, talk, window
from tests.signing_in import sign_in
from tests.web.page_parts import PageParts


async def two_for_one_room(school: School) -> UUID:
    """A draft that places one of two talks of an evening."""
    await school.room(100)
    evening = (window(15, from_hour=19, until_hour=21),)
    for _ in range(2):
        await school.request(talk(windows=evening))
    run = await solved(school)
    assert run.version_id is not None
    return run.version_id


async def ask(school: School, version_id: UUID) -> Additions:
    now = school.clock.now()
    return await school.database.transact(ask_additions, version_id, actor=school.organiser, now=now)


async def found(school: School, version_id: UUID) -> Additions | None:
    async with school.database.read() as connection:
        return await additions_repository.find_additions(connection, version_id)


async def test_a_second_room_lets_the_other_in_and_pages_say_so(school: School, client: Any) -> None:
    version_id = await two_for_one_room(school)
    await sign_in(client, await school.account("organiser"))
    client.cookies.set("locale", "en")
    api, page = f"/api/versions/{version_id}/additions", f"/versions/{version_id}"
    assert (await client.get(api)).json()["type"] == "/problems/additions-not-asked"
    answer = await client.post(f"{page}/additions", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page}#additions-found")
    assert "Being worked out" in PageParts((await client.get(page)).text).text
    assert (await client.post(api)).json()["type"] == "/problems/already-adding"
    await run_additions(school.database, version_id, clock=school.clock)
    best = (await client.get(api)).json()["found"][0]
    assert (best["kind"], best["campus_id"], best["placed"]) == ("room", str(school.campus.id), 1)
    assert best["gain"] > 0
    for path in (page, f"{page}/additions"):
        text = PageParts((await client.get(path)).text).text
        assert f"+{best['gain']}" in text
        assert f"One more room for {best['capacity']} on Main campus" in text
        assert "1 more request has a place" in text
        assert "on Wednesday evenings" in text
    assert (await client.post(api)).status_code == 202


async def test_a_corrected_draft_forgets_it_even_while_it_is_worked_out(school: School) -> None:
    version_id = await two_for_one_room(school)
    await ask(school, version_id)
    async with school.database.pool.acquire() as connection:
        claimed = await additions_repository.claim_additions(connection, version_id)
    assert claimed is not None
    async with school.database.read() as connection:
        [placement] = await repository.list_placements(connection, version_id)
    pin = CorrectPlacement(act="pin")
    await school.database.transact(
        versions.correct_placement,
        version_id,
        placement.activity_id,
        pin,
        expected_version=None,
        actor=school.organiser,
        clock=school.clock,
    )
    assert await found(school, version_id) is None
    again = await ask(school, version_id)
    async with school.database.pool.acquire() as connection:
        await additions_repository.finish_additions(connection, claimed, "failed", now=school.clock.now())
    assert await found(school, version_id) == again


async def test_what_fails_is_said_and_can_be_asked_for_again(school: School) -> None:
    version_id = await two_for_one_room(school)
    await ask(school, version_id)
    await school.database.pool.execute(
        "UPDATE schedule_version SET problem = substr(problem, 1, 99) WHERE id = $1", version_id
    )
    with pytest.raises(EOFError):
        await run_additions(school.database, version_id, clock=school.clock)
    failed = await found(school, version_id)
    assert failed is not None
    assert (failed.state, failed.found, failed.error.partition(":")[0]) == ("failed", [], "EOFError")
    await run_additions(school.database, version_id, clock=school.clock)  # it is over: nothing happens
    assert (await ask(school, version_id)).state == "queued"
    with pytest.raises(AlreadyAdding):
        await ask(school, version_id)


async def test_where_all_are_placed_nothing_is_needed(school: School) -> None:
    await school.room(100)
    await school.request(talk(windows=(window(15),)))
    run = await solved(school)
    assert run.version_id is not None
    with pytest.raises(NothingToAdd):
        await ask(school, run.version_id)
