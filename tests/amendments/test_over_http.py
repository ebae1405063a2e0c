"""A change over HTTP and on pages: asked for by a form, chosen with one press, approved on the request's page."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.accounts.domain import Account
from app.pages.request_form import form_of_detail
from app.requests.domain import RequestDetail
from tests.amendments.test_amendments import booked_talk, now_is, standing
from tests.school import School, at
from tests.signing_in import sign_in

Client = AsyncTestClient[Litestar]
HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
async def people(school: School, client: AsyncTestClient[Litestar]) -> tuple[RequestDetail, Account, Account]:
    """A booked request, somebody of its employer, and an organiser."""
    made, _ = await booked_talk(school)
    detail = await now_is(school, made)
    contact = await school.account("employer_contact", employer_id=detail.request.employer_id)
    client.cookies.set("locale", "en")
    return detail, contact, await school.account("organiser")


def fields(detail: RequestDetail, **changes: str) -> dict[str, Any]:
    """The form as it is shown, with what somebody types."""
    shown = {name: value for name, value in form_of_detail(detail).items() if value not in ("", None, [])}
    return {**shown, "row_version": str(detail.request.row_version), **changes}


async def test_a_form_that_nobody_touched_changes_nothing(school: School, client: Client, people: Any) -> None:
    detail, contact, _ = people
    await sign_in(client, contact)
    form = await client.get(f"/requests/{detail.request.id}/amend", headers=HTML)
    assert form.status_code == 200
    assert f'name="a0_id" value="{detail.activities[0].id}"' in form.text
    answer = await client.post(f"/requests/{detail.request.id}/amend", data=fields(detail), headers=HTML)
    assert answer.status_code == 422
    assert "Nothing is different" in answer.text


async def test_more_time_is_asked_for_and_approved(school: School, client: Client, people: Any) -> None:
    detail, contact, organiser = people
    path = f"/requests/{detail.request.id}"
    await sign_in(client, contact)
    sent = fields(detail, a0_duration_minutes="180", note="嘉宾较多")
    answer = await client.post(f"{path}/amend", data=sent, headers=HTML, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    page = await client.get(path, headers=HTML)
    assert "A change waits for approval" in page.text
    assert "Take the change back" in page.text
    assert "Approve the change" not in page.text
    (waiting,) = (await client.get(f"/api{path}/amendments")).json()
    assert (waiting["state"], waiting["outcome"]) == ("awaiting_approval", "fits")
    press = f"{path}/amendments/{waiting['id']}/accept"
    refused = await client.post(press, data={"row_version": waiting["row_version"]}, headers=HTML)
    assert refused.status_code == 403, "an owner does not approve"
    await sign_in(client, organiser)
    inbox = await client.get(f"/seasons/{school.season.code}/inbox", headers=HTML)
    assert "1 change waits for approval" in inbox.text
    assert (await client.get(f"/api/amendments?season_id={school.season.id}")).json()[0]["id"] == waiting["id"]
    page = await client.get(path, headers=HTML)
    assert "嘉宾较多" in page.text
    done = await client.post(press, data={"row_version": waiting["row_version"]}, headers=HTML, follow_redirects=False)
    assert done.status_code == 303
    assert [booking.ends_at for booking in await standing(school, detail)] == [at(15, 17)]


async def test_another_place_is_chosen_by_api(school: School, client: Client, people: Any) -> None:
    detail, contact, organiser = people
    await school.room(300)
    await sign_in(client, contact)
    activity = detail.activities[0]
    wish = {
        "title": detail.request.title,
        "activities": [
            {"id": str(activity.id), "kind": activity.kind, "attendance": 250, "duration_minutes": 120},
        ],
    }
    path = f"/api/requests/{detail.request.id}/amendment"
    assert (await client.put(path, json=wish)).status_code == 428
    stale = await client.put(path, json=wish, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    answer = await client.put(path, json=wish, headers={"If-Match": f'"{detail.request.row_version}"'})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["amendment"]["outcome"], len(told["offers"])) == ("placements", 3)
    page = await client.get(f"/requests/{detail.request.id}", headers=HTML)
    assert "Choose a place for your change" in page.text
    first = told["offers"][0]
    chosen = await client.post(f"/api/offers/{first['id']}/accept", headers={"If-Match": f'"{first["row_version"]}"'})
    assert chosen.status_code == 200, chosen.text
    assert (await now_is(school, detail)).activities[0].attendance == 80, "until it is approved"
    await sign_in(client, organiser)
    accept = f"/api/amendments/{told['amendment']['id']}/accept"
    approved = await client.post(accept, headers={"If-Match": "*"})
    assert approved.json()["state"] == "accepted"
    assert (await now_is(school, detail)).activities[0].attendance == 250
