"""An employer's people: invited, joined, let go, the owner handed over, and who may do which."""

from typing import Any
from uuid import UUID

import pytest

from app.accounts.domain import Account
from app.employers.domain import Employer
from tests.people.mails import mails_since, newest_event
from tests.school import PASSWORD, School
from tests.signing_in import sign_in
from tests.web.page_parts import PageParts


async def post(client: Any, path: str, **body: Any) -> Any:
    return await client.post(path, json=body)


async def owner_of(school: School) -> tuple[Employer, Account]:
    employer = await school.employer()
    return employer, await school.account("employer_contact", employer_id=employer.id)


async def names_of(client: Any, employer: Employer) -> list[tuple[str, bool]]:
    answer = await client.get(f"/api/employers/{employer.id}/people")
    assert answer.status_code == 200, answer.text
    return [(person["display_name"], person["is_owner"]) for person in answer.json()["people"]]


async def invited(school: School, client: Any, employer: Employer, email: str) -> str:
    """The path of the invitation's link."""
    before = await newest_event(school)
    answer = await post(client, f"/api/employers/{employer.id}/invitations", email=email)
    assert answer.status_code == 201, answer.text
    (mail,) = await mails_since(school, before)
    assert (mail.to, mail.purpose) == (email.lower(), "person_invited")
    return mail.link


async def test_a_new_colleague_opens_the_link_presses_and_is_in(school: School, client: Any) -> None:
    employer, owner = await owner_of(school)
    await sign_in(client, owner)
    link = await invited(school, client, employer, "New.Colleague@firm.example")
    assert "@" not in link
    await client.post("/sign-out")
    for _ in range(2):  # looking accepts nothing
        page = await client.get(link)
        assert (page.status_code, employer.legal_name in page.text) == (200, True)
    assert await school.database.pool.fetchval("SELECT count(*) FROM account WHERE employer_id = $1", employer.id) == 1
    before = await newest_event(school)
    answer = await client.post(link, data={"display_name": "刘新", "password": PASSWORD}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/my/requests"), answer.text
    assert await names_of(client, employer) == [(owner.display_name, True), ("刘新", False)]
    told = {(mail.to, mail.purpose) for mail in await mails_since(school, before)}
    assert told == {(owner.email, "person_joined"), ("new.colleague@firm.example", "person_joined")}
    again = await client.post(link, data={}, follow_redirects=False)
    assert again.status_code == 422
    assert "不再有效" in again.text


async def test_an_account_that_exists_joins_by_one_press(school: School, client: Any) -> None:
    employer, owner = await owner_of(school)
    colleague = await school.account("employer_contact")
    await sign_in(client, owner)
    link = await invited(school, client, employer, colleague.email)
    await client.post("/sign-out")
    page = PageParts((await client.get(link)).text)
    (form,) = [form for form in page.forms if form.action == link]
    assert not form.fields  # nothing to fill in
    answer = await client.post(link, data={}, follow_redirects=False)
    assert answer.headers["location"] == "/sign-in?next=/my/requests"
    await sign_in(client, colleague)
    assert (colleague.display_name, False) in await names_of(client, employer)


async def test_whom_somebody_registered_before_is_not_let_in_by_that_password(school: School, client: Any) -> None:
    """Who registers with a stranger's address and waits for the stranger's invitation gets nothing."""
    employer, owner = await owner_of(school)
    stranger = {"email": "target@firm.example", "password": "the stranger's own", "display_name": "Stranger"}
    assert (await client.post("/api/accounts", json=stranger)).status_code == 202
    await sign_in(client, owner)
    link = await invited(school, client, employer, "target@firm.example")
    assert (await client.post(link, data={}, follow_redirects=False)).status_code == 422
    mine = {"display_name": "真人", "password": "what I chose myself"}
    assert (await client.post(link, data=mine, follow_redirects=False)).status_code == 303
    tried = {"email": "target@firm.example", "password": "the stranger's own"}
    assert (await client.post("/api/session", json=tried)).status_code == 401


async def test_links_end_and_are_taken_back(school: School, client: Any) -> None:
    employer, owner = await owner_of(school)
    await sign_in(client, owner)
    link = await invited(school, client, employer, "late@firm.example")
    doubled = await post(client, f"/api/employers/{employer.id}/invitations", email="LATE@firm.example")
    assert (doubled.status_code, doubled.json()["type"].rsplit("/")[-1]) == (409, "invited-already")
    people = (await client.get(f"/api/employers/{employer.id}/people")).json()
    (invitation,) = people["invitations"]
    path = f"/api/employers/{employer.id}/invitations/{invitation['id']}/withdraw"
    assert (await client.post(path, json={})).status_code == 200
    answer = await client.post(f"/api/invitation-links/{link.rpartition('/')[2]}/accept", json={})
    assert (answer.status_code, answer.json()["type"].rsplit("/")[-1]) == (409, "invitation-ended")
    forged = await client.get(link[:-3] + "AAA")
    assert forged.status_code == 404
    # A new one after seven days: the old row is no longer open.
    link = await invited(school, client, employer, "late@firm.example")
    await school.database.pool.execute("UPDATE employer_invitation SET expires_at = '2023-02-01' WHERE state = 'open'")
    assert (await client.post(f"/api/invitation-links/{link.rpartition('/')[2]}/accept", json={})).status_code == 409
    await invited(school, client, employer, "late@firm.example")


async def test_only_the_owner_and_the_centre_invite_and_let_go(school: School, client: Any) -> None:
    employer, owner = await owner_of(school)
    colleague = await school.account("employer_contact", employer_id=employer.id)
    await sign_in(client, colleague)
    base = f"/api/employers/{employer.id}"
    assert (await post(client, f"{base}/invitations", email="x@firm.example")).status_code == 403
    assert (await post(client, f"{base}/people/{owner.id}/remove")).status_code == 403
    assert (await post(client, f"{base}/owner", account_id=str(colleague.id))).status_code == 403
    page = await client.get(f"/employers/{employer.id}/people")
    assert page.status_code == 200
    assert "/people/invite" not in page.text
    other = await school.account("employer_contact", employer_id=(await school.employer()).id)
    await sign_in(client, other)
    assert (await client.get(f"{base}/people")).status_code == 404
    organiser = await school.account("organiser")
    await sign_in(client, organiser)
    before = await newest_event(school)
    assert (await post(client, f"{base}/owner", account_id=str(colleague.id))).status_code == 200
    assert (colleague.display_name, True) in await names_of(client, employer)
    told = {(mail.to, mail.purpose) for mail in await mails_since(school, before)}
    assert told == {(owner.email, "owner_changed"), (colleague.email, "owner_changed")}


async def test_who_leaves_hands_their_requests_to_who_stays(school: School, client: Any) -> None:
    employer, owner = await owner_of(school)
    colleague = await school.account("employer_contact", employer_id=employer.id)
    await sign_in(client, owner)
    season = str(school.season.id)
    wish = {"season_id": season, "title": "Handed on", "activities": [
        {"kind": "info_session", "attendance": 50, "duration_minutes": 60}
    ]}  # fmt: skip
    made = await client.post("/api/requests", json=wish)
    assert made.status_code == 201, made.text
    before = await newest_event(school)
    left = await post(client, f"/api/employers/{employer.id}/people/{owner.id}/remove")
    assert left.status_code == 200, left.text
    assert (await client.get(f"/api/employers/{employer.id}")).status_code == 404  # from the next request on
    await sign_in(client, colleague)
    assert await names_of(client, employer) == [(colleague.display_name, True)]
    seen = (await client.get(f"/api/requests/{made.json()['request']['id']}")).json()["request"]
    assert (seen["contact_email"], seen["contact_name"]) == (colleague.email, colleague.display_name)
    told = {(mail.to, mail.purpose) for mail in await mails_since(school, before)}
    assert {(owner.email, "requests_handed_over"), (owner.email, "person_left")} <= told
    assert {(colleague.email, purpose) for purpose in ("requests_handed_over", "person_left", "owner_changed")} <= told


async def test_the_last_one_says_that_nobody_is_left_and_the_centre_names_another(school: School, client: Any) -> None:
    employer, owner = await owner_of(school)
    await sign_in(client, owner)
    path = f"/api/employers/{employer.id}/people/{owner.id}/remove"
    refused = await post(client, path)
    assert (refused.status_code, refused.json()["type"].rsplit("/")[-1]) == (409, "last-person")
    assert (await post(client, path, nobody_left=True)).status_code == 200
    await sign_in(client, await school.account("organiser"))
    page = await client.get(f"/employers/{employer.id}/people")
    assert "暂无" in page.text
    before = await newest_event(school)
    answer = await post(client, f"/api/employers/{employer.id}/invitations", email=owner.email, as_owner=True)
    assert answer.status_code == 201
    (mail,) = await mails_since(school, before)
    assert (await client.post(mail.link, data={}, follow_redirects=False)).status_code == 303
    assert await names_of(client, employer) == [(owner.display_name, True)]
    history = (await client.get(f"/api/employers/{employer.id}/history")).json()
    assert {"employer.person_invited", "employer.person_left", "employer.person_joined"} <= {x["type"] for x in history}


@pytest.mark.parametrize("role", ["organiser", "department_staff"])
async def test_who_acts_for_others_cannot_be_a_colleague(school: School, client: Any, role: Any) -> None:
    employer, owner = await owner_of(school)
    department: UUID | None = (await school.department(f"X{role[:2]}")).id if role == "department_staff" else None
    person = await school.account(role, department_id=department)
    await sign_in(client, owner)
    link = await invited(school, client, employer, person.email)
    answer = await client.post(f"/api/invitation-links/{link.rpartition('/')[2]}/accept", json={})
    assert (answer.status_code, answer.json()["type"].rsplit("/")[-1]) == (409, "invitation-unsuitable")
