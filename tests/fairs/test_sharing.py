"""Two entries of one legal entity in one booth: what becomes of the one when the other goes."""

from typing import Any

import pytest

from tests.fairs.conftest import Faculty
from tests.school import at
from tests.signing_in import sign_in

YES = {"starts_at": at(8, 10).isoformat()}


async def applied_to_share(faculty: Faculty, *, booths: int = 1) -> tuple[dict[str, Any], str, str]:
    """A fair, who applied for a booth there, and who applied to share it."""
    client, employer = faculty.client, await faculty.school.employer()
    fair = await faculty.open(booths=booths)
    await sign_in(client, await faculty.person_of(employer))
    host = await client.post(f"/api/fairs/{fair['id']}/applications", json={})
    assert host.status_code == 201, host.text
    share = {"entry": "share", "division": "武汉分公司"}
    sharer = await client.post(f"/api/fairs/{fair['id']}/applications", json=share)
    assert sharer.status_code == 201, sharer.text
    return fair, host.json()["id"], sharer.json()["id"]


async def decide(faculty: Faculty, fair: dict[str, Any], exhibitor: str, act: str, **body: Any) -> Any:
    await faculty.as_staff()
    path = f"/api/fairs/{fair['id']}/exhibitors/{exhibitor}/{act}"
    return await faculty.client.post(path, json=body, headers={"If-Match": "*"})


async def entry_of(faculty: Faculty, fair: dict[str, Any], exhibitor: str) -> dict[str, Any]:
    return next(one for one in (await faculty.look(fair))["exhibitors"] if one["id"] == exhibitor)


async def test_a_booth_is_shared_once_somebody_has_it(faculty: Faculty) -> None:
    fair, host, sharer = await applied_to_share(faculty)
    early = await decide(faculty, fair, sharer, "accept")
    assert (early.status_code, early.json()["type"].rsplit("/", 1)[-1]) == (409, "nothing-to-share")
    for one in (host, sharer):
        assert (await decide(faculty, fair, one, "accept")).status_code == 200


@pytest.mark.parametrize("act", ["applied", "refused"])
async def test_a_booth_goes_to_nobody_who_only_asked_to_share_it(faculty: Faculty, act: str) -> None:
    fair, host, sharer = await applied_to_share(faculty)
    assert (await decide(faculty, fair, host, "accept")).status_code == 200
    if act == "refused":
        assert (await decide(faculty, fair, sharer, "refuse", note="x")).status_code == 200
    plan = await faculty.client.put(
        f"/api/fairs/{fair['id']}/halls/{faculty.hall.id}", json={"cells": "B.D"}, headers={"If-Match": '"0"'}
    )
    move = {"hall_id": plan.json()["id"], "booth": "A01"}
    put = f"/api/fairs/{fair['id']}/exhibitors/{host}/booth"
    placed = await faculty.client.put(put, json=move, headers={"If-Match": "*"})
    assert placed.status_code == 200, placed.text
    assert (await decide(faculty, fair, host, "refuse", note="x")).status_code == 200
    after = await entry_of(faculty, fair, sharer)
    assert (after["state"], after["booth"], after["shares_with"]) == (act, None, None)


async def test_who_withdrew_and_asks_again_shares_only_if_it_says_so(faculty: Faculty) -> None:
    fair, host, sharer = await applied_to_share(faculty, booths=2)
    for one in (host, sharer):
        assert (await decide(faculty, fair, one, "accept")).status_code == 200
    again = f"/api/fairs/{fair['id']}/applications"
    employer_id = (await entry_of(faculty, fair, host))["employer_id"]
    await sign_in(faculty.client, await faculty.school.account("employer_contact", employer_id=employer_id))
    for entry, shares in (("division", None), ("share", host)):
        assert (await faculty.client.post(f"/api/exhibitors/{sharer}/withdraw", json={})).status_code == 200
        said = await faculty.client.post(again, json={"entry": entry, "division": "武汉分公司"})
        assert (said.status_code, said.json()["shares_with"]) == (201, shares), said.text
