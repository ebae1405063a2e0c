"""Booths of a fair: assigned by the engine, kept after a look, moved by hand, told to those who do not know."""

from typing import Any

import pytest

from app.fairs.booth_plans.assigning import run_booths
from tests.fairs.conftest import Faculty, mails_of
from tests.people.mails import newest_event
from tests.school import at
from tests.signing_in import sign_in

PLAN = "BBBBBB.\n......D\nPPPPPP."


@pytest.fixture
async def hall_fair(faculty: Faculty) -> dict[str, Any]:
    """A fair of twelve booths with eight exhibitors, two of which need power."""
    fair = await faculty.open()
    drawn = await faculty.client.put(
        f"/api/fairs/{fair['id']}/halls/{faculty.hall.id}", json={"cells": PLAN}, headers={"If-Match": '"0"'}
    )
    assert drawn.status_code == 200, drawn.text
    employers = [await faculty.school.employer() for _ in range(8)]
    ids = [str(employer.id) for employer in employers]
    answer = await faculty.client.post(
        f"/api/fairs/{fair['id']}/invitations", json={"employer_ids": ids, "accepted": True}
    )
    assert answer.status_code == 200, answer.text
    await faculty.school.database.pool.execute(
        "UPDATE exhibitor SET needs_power = true WHERE id = ANY(ARRAY(SELECT id FROM exhibitor ORDER BY id LIMIT 2))"
    )
    return fair


async def assigned(faculty: Faculty, fair: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An assignment that was asked for, worked out and kept."""
    run = await worked_out(faculty, fair, **more)
    kept = await faculty.client.post(f"/api/fairs/{fair['id']}/booth-runs/{run['id']}/keep")
    assert kept.status_code == 200, kept.text
    answer: dict[str, Any] = kept.json()
    return answer


async def worked_out(faculty: Faculty, fair: dict[str, Any], **more: Any) -> dict[str, Any]:
    await faculty.as_staff()
    asked = await faculty.client.post(f"/api/fairs/{fair['id']}/booth-runs", json={"seconds": 1, **more})
    assert asked.status_code == 202, asked.text
    await run_booths(faculty.school.database, asked.json()["id"], clock=faculty.school.clock)
    run: dict[str, Any] = (await booths_of(faculty, fair))["run"]
    return run


async def booths_of(faculty: Faculty, fair: dict[str, Any]) -> dict[str, Any]:
    await faculty.as_staff()
    answer = await faculty.client.get(f"/api/fairs/{fair['id']}/booths")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def standing(faculty: Faculty, fair: dict[str, Any]) -> dict[str, Any]:
    return {one["id"]: one["booth"] for one in (await faculty.look(fair))["exhibitors"]}


async def test_a_plan_gives_a_fair_its_booths_and_an_assignment_gives_them_away(
    faculty: Faculty, hall_fair: dict[str, Any]
) -> None:
    assert (await faculty.look(hall_fair))["fair"]["booths"] == 12
    run = await worked_out(faculty, hall_fair)
    assert (run["state"], run["score"] <= run["bound"]) == ("finished", True)
    assert set((await standing(faculty, hall_fair)).values()) == {None}  # proposed, not kept
    kept = await faculty.client.post(f"/api/fairs/{hall_fair['id']}/booth-runs/{run['id']}/keep")
    assert kept.json()["state"] == "kept"
    where = await standing(faculty, hall_fair)
    assert len(set(where.values())) == 8
    powered = {one["booth"] for one in (await faculty.look(hall_fair))["exhibitors"] if one["needs_power"]}
    assert all(name.startswith("B") for name in powered)  # the row with power
    again = await faculty.client.post(f"/api/fairs/{hall_fair['id']}/booth-runs/{run['id']}/keep")
    assert again.status_code == 409


async def test_what_changed_since_is_not_kept(faculty: Faculty, hall_fair: dict[str, Any]) -> None:
    run = await worked_out(faculty, hall_fair)
    late = await faculty.school.employer()
    await faculty.client.post(
        f"/api/fairs/{hall_fair['id']}/invitations", json={"employer_ids": [str(late.id)], "accepted": True}
    )
    stale = await faculty.client.post(f"/api/fairs/{hall_fair['id']}/booth-runs/{run['id']}/keep")
    assert (stale.status_code, stale.json()["type"].rsplit("/", 1)[-1]) == (409, "booth-run-stale")


async def test_only_who_moves_is_told_anew(faculty: Faculty, hall_fair: dict[str, Any]) -> None:
    await assigned(faculty, hall_fair)
    tell = f"/api/fairs/{hall_fair['id']}/booths/tell"
    before = await newest_event(faculty.school)
    assert (await faculty.client.post(tell)).json() == {"told": 8}
    assert (await faculty.client.post(tell)).json() == {"told": 0}
    where = await standing(faculty, hall_fair)
    mover, *_ = where
    hall_id = (await booths_of(faculty, hall_fair))["halls"][0]["id"]
    free = next(f"B{n:02}" for n in range(1, 7) if f"B{n:02}" not in where.values())
    version = next(one for one in (await faculty.look(hall_fair))["exhibitors"] if one["id"] == mover)["row_version"]
    move = {"hall_id": hall_id, "booth": free, "pinned": True}
    what = await faculty.client.post(f"/api/fairs/{hall_fair['id']}/exhibitors/{mover}/what-if", json=move)
    assert what.json()["swaps_with"] is None
    moved = await faculty.client.put(
        f"/api/fairs/{hall_fair['id']}/exhibitors/{mover}/booth", json=move, headers={"If-Match": f'"{version}"'}
    )
    assert (moved.status_code, moved.json()["booth"], moved.json()["pinned"]) == (200, free, True), moved.text
    assert (await faculty.client.post(tell)).json() == {"told": 1}
    kept = await assigned(faculty, hall_fair)
    assert mover not in kept["moved"]
    assert (await standing(faculty, hall_fair))[mover] == free
    assert len(await mails_of(faculty.school, before, "booth_told")) == 0  # none of them has anybody to write to


async def test_a_swap_by_hand_changes_both_and_what_cannot_be_is_refused(
    faculty: Faculty, hall_fair: dict[str, Any]
) -> None:
    await assigned(faculty, hall_fair)
    where = await standing(faculty, hall_fair)
    detail = {one["id"]: one for one in (await faculty.look(hall_fair))["exhibitors"]}
    hall_id = (await booths_of(faculty, hall_fair))["halls"][0]["id"]
    plain = [key for key, one in detail.items() if not one["needs_power"]]
    one, two = plain[:2]
    put = f"/api/fairs/{hall_fair['id']}/exhibitors/{one}/booth"
    seen = {"If-Match": f'"{detail[one]["row_version"]}"'}
    swapped = await faculty.client.put(put, json={"hall_id": hall_id, "booth": where[two]}, headers=seen)
    assert swapped.status_code == 200, swapped.text
    after = await standing(faculty, hall_fair)
    assert (after[one], after[two]) == (where[two], where[one])
    needing = next(key for key, one in detail.items() if one["needs_power"])
    refused = await faculty.client.put(
        f"/api/fairs/{hall_fair['id']}/exhibitors/{needing}/booth",
        json={"hall_id": hall_id, "booth": "A01"},
        headers={"If-Match": "*"},
    )
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[-1]) == (409, "booth-impossible")
    nowhere = await faculty.client.put(put, json={"hall_id": hall_id, "booth": "Z99"}, headers={"If-Match": "*"})
    assert nowhere.status_code == 409


async def test_a_budget_of_moves_is_kept(faculty: Faculty, hall_fair: dict[str, Any]) -> None:
    await assigned(faculty, hall_fair)
    where = await standing(faculty, hall_fair)
    late = await faculty.school.employer()
    await faculty.client.post(
        f"/api/fairs/{hall_fair['id']}/invitations", json={"employer_ids": [str(late.id)], "accepted": True}
    )
    await assigned(faculty, hall_fair, moves=0)
    after = await standing(faculty, hall_fair)
    assert {key: after[key] for key in where} == where
    assert len({*after.values()}) == 9


async def test_why_there_is_no_assignment_is_said(faculty: Faculty, hall_fair: dict[str, Any]) -> None:
    await faculty.school.database.pool.execute("UPDATE exhibitor SET needs_power = true")
    run = await worked_out(faculty, hall_fair)
    assert (run["state"], run["reason"]) == ("finished", "too_few_with_power")
    refused = await faculty.client.post(f"/api/fairs/{hall_fair['id']}/booth-runs/{run['id']}/keep")
    assert refused.status_code == 409


async def test_whoever_goes_leaves_the_booth_and_whoever_shared_it_has_it(
    faculty: Faculty, hall_fair: dict[str, Any]
) -> None:
    await assigned(faculty, hall_fair)
    where = await standing(faculty, hall_fair)
    host, goer, *_ = where
    pool = faculty.school.database.pool
    sharing = await pool.fetchval(
        "INSERT INTO exhibitor (fair_id, credit_code, legal_name, division, shares_with, state) "
        "SELECT fair_id, credit_code, legal_name, '分公司', id, 'accepted' FROM exhibitor WHERE id = $1 RETURNING id",
        host,
    )
    for key in (host, goer):
        refused = await faculty.client.post(
            f"/api/fairs/{hall_fair['id']}/exhibitors/{key}/refuse", json={"note": "x"}, headers={"If-Match": "*"}
        )
        assert refused.status_code == 200, refused.text
    after = await standing(faculty, hall_fair)
    assert (after[host], after[goer], after[str(sharing)]) == (None, None, where[host])


async def test_a_plan_that_takes_booths_away_asks_first(faculty: Faculty, hall_fair: dict[str, Any]) -> None:
    await assigned(faculty, hall_fair)
    taken, *_ = (await standing(faculty, hall_fair)).values()
    rows = PLAN.split("\n")
    row, column = 2 * "AB".index(taken[0]), int(taken[1:]) - 1
    rows[row] = f"{rows[row][:column]}#{rows[row][column + 1 :]}"
    smaller = {"cells": "\n".join(rows)}
    put = f"/api/fairs/{hall_fair['id']}/halls/{faculty.hall.id}"
    asked = await faculty.client.put(put, json=smaller, headers={"If-Match": "*"})
    assert asked.status_code == 409, asked.text
    assert asked.json()["type"].rsplit("/", 1)[-1] == "booth-lost"
    agreed = await faculty.client.put(f"{put}?takes_booths=true", json=smaller, headers={"If-Match": "*"})
    assert agreed.status_code == 200, agreed.text
    assert (await faculty.look(hall_fair))["fair"]["booths"] == 11
    assert list((await standing(faculty, hall_fair)).values()).count(None) == 1
    tiny = {"cells": "BBB\n..D"}
    few = await faculty.client.put(f"{put}?takes_booths=true", json=tiny, headers={"If-Match": "*"})
    assert few.status_code == 409  # eight exhibitors were promised a booth


async def test_without_a_plan_nothing_is_assigned(faculty: Faculty) -> None:
    fair = await faculty.open()
    asked = await faculty.client.post(f"/api/fairs/{fair['id']}/booth-runs", json={})
    assert (asked.status_code, asked.json()["type"].rsplit("/", 1)[-1]) == (409, "no-hall-plan")


async def test_the_rooms_plan_is_the_fairs_to_start_with(faculty: Faculty) -> None:
    await faculty.as_staff()
    put = await faculty.client.put(
        f"/api/venues/{faculty.hall.id}/hall-plan", json={"cells": PLAN}, headers={"If-Match": '"0"'}
    )
    assert put.status_code == 200, put.text
    fair = await faculty.open()
    assert [hall["rows"] for hall in (await booths_of(faculty, fair))["halls"]] == [PLAN.split("\n")]


async def test_an_exhibitor_that_can_be_written_to_is_told_its_booth(faculty: Faculty) -> None:
    fair = await faculty.open()
    await faculty.client.put(
        f"/api/fairs/{fair['id']}/halls/{faculty.hall.id}", json={"cells": PLAN}, headers={"If-Match": '"0"'}
    )
    employer = await faculty.school.employer()
    person = await faculty.person_of(employer)
    (exhibitor,) = await faculty.invite(fair, employer)
    await sign_in(faculty.client, person)
    yes = {"starts_at": at(8, 10).isoformat(), "wishes": ["A03"]}
    assert (await faculty.client.post(f"/api/exhibitors/{exhibitor}/accept", json=yes)).status_code == 200
    await assigned(faculty, fair)
    assert (await standing(faculty, fair))[exhibitor] == "A03"  # its wish
    before = await newest_event(faculty.school)
    await faculty.client.post(f"/api/fairs/{fair['id']}/booths/tell")
    (mail,) = await mails_of(faculty.school, before, "booth_told")
    assert (mail.to, "A03" in mail.subject) == (person.email, True)
