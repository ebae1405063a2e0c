"""A code that is taken: who claims it says who they are, and is told nothing of who has it."""

from typing import Any

from app.accounts.domain import Account
from app.employers.domain import Employer
from tests.people.mails import mails_since, newest_event
from tests.people.test_people import names_of, owner_of
from tests.school import School, credit_code
from tests.signing_in import sign_in
from tests.web.page_parts import PageParts

NOTE = "人力资源部王明，座机可核实"


async def claimed(school: School, client: Any, employer: Employer) -> tuple[Account, dict[str, Any]]:
    """Somebody new who claims an employer; they stay signed in."""
    claimant = await school.account("employer_contact")
    await sign_in(client, claimant)
    answer = await client.post("/api/employer-claims", json={"credit_code": employer.credit_code, "note": NOTE})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return claimant, found


async def decide(client: Any, employer: Employer, claim: dict[str, Any], act: str, **body: Any) -> Any:
    path = f"/api/employers/{employer.id}/claims/{claim['id']}/{act}"
    return await client.post(path, json=body, headers={"If-Match": "*"})


async def test_a_taken_code_is_no_bare_refusal_and_tells_nothing(school: School, client: Any) -> None:
    employer, owner = await owner_of(school)
    claimant = await school.account("employer_contact")
    await sign_in(client, claimant)
    values = {"legal_name": "冒名有限公司", "credit_code": employer.credit_code, "size_class": "small"}
    page = await client.post("/my/employer", data=values)
    assert page.status_code == 422
    (form,) = [form for form in PageParts(page.text).forms if form.action == "/my/employer/claim"]
    assert form.fields["credit_code"] == employer.credit_code
    before = await newest_event(school)
    sent = {"credit_code": employer.credit_code, "note": NOTE}
    answer = await client.post("/my/employer/claim", data=sent, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    pages = page.text + (await client.get("/my/employer")).text + (await client.get("/api/employer-claims")).text
    for secret in (employer.legal_name, owner.email, owner.display_name, str(employer.id), str(owner.id)):
        assert secret not in pages
    (mail,) = await mails_since(school, before)
    assert (mail.to, mail.purpose) == (owner.email, "claim_made")
    assert claimant.email not in mail.text  # it is read where one signs in
    assert (await client.get(f"/api/employers/{employer.id}/people")).status_code == 404


async def test_the_owner_accepts_a_colleague(school: School, client: Any) -> None:
    employer, owner = await owner_of(school)
    claimant, claim = await claimed(school, client, employer)
    again = await client.post("/api/employer-claims", json={"credit_code": employer.credit_code, "note": NOTE})
    assert (again.status_code, again.json()["type"].rsplit("/")[-1]) == (409, "claim-open")
    assert (await decide(client, employer, claim, "accept")).status_code == 404  # nobody lets themselves in
    await sign_in(client, owner)
    assert NOTE in (await client.get(f"/employers/{employer.id}/people")).text
    before = await newest_event(school)
    accepted = await decide(client, employer, claim, "accept", as_owner=True)  # only the centre makes owners
    assert accepted.status_code == 200, accepted.text
    assert await names_of(client, employer) == [(owner.display_name, True), (claimant.display_name, False)]
    told = {(mail.to, mail.purpose) for mail in await mails_since(school, before)}
    assert told == {(owner.email, "person_joined"), (claimant.email, "person_joined")}
    twice = await decide(client, employer, claim, "decline", note="zu spät")
    assert (twice.status_code, twice.json()["type"].rsplit("/")[-1]) == (409, "claim-decided")


async def test_the_centre_declines_with_a_reason_that_is_told(school: School, client: Any) -> None:
    employer, _ = await owner_of(school)
    claimant, claim = await claimed(school, client, employer)
    organiser = await school.account("organiser")
    await sign_in(client, organiser)
    assert employer.legal_name in (await client.get("/employers")).text
    assert (await decide(client, employer, claim, "decline")).status_code == 422  # never without a reason
    before = await newest_event(school)
    assert (await decide(client, employer, claim, "decline", note="电话核实不符")).status_code == 200
    (mail,) = await mails_since(school, before)
    assert (mail.to, mail.purpose, "电话核实不符" in mail.text) == (claimant.email, "claim_declined", True)
    assert employer.legal_name not in mail.text
    await sign_in(client, claimant)
    assert "电话核实不符" in (await client.get("/my/employer")).text


async def test_of_an_employer_without_people_the_centre_makes_an_owner(school: School, client: Any) -> None:
    employer = await school.employer()
    claimant, claim = await claimed(school, client, employer)
    await sign_in(client, await school.account("organiser"))
    page = {"claim_id": claim["id"], "row_version": "1", "as_owner": "true"}
    answer = await client.post(f"/employers/{employer.id}/people/accept", data=page, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    assert await names_of(client, employer) == [(claimant.display_name, True)]


async def test_claims_are_taken_back_and_counted(school: School, client: Any) -> None:
    employer, _ = await owner_of(school)
    claimant, claim = await claimed(school, client, employer)
    path = f"/api/employer-claims/{claim['id']}/withdraw"
    stranger = await school.account("employer_contact")
    await sign_in(client, stranger)
    assert (await client.post(path, json={})).status_code == 404
    await sign_in(client, claimant)
    assert (await client.post(path, json={})).status_code == 201
    unknown = {"credit_code": credit_code(88_001), "note": NOTE}
    statuses = [(await client.post("/api/employer-claims", json=unknown)).status_code for _ in range(5)]
    assert statuses == [404, 404, 404, 404, 429]  # codes are not tried out
