"""Accounts on their page: administrators open them for colleagues, close them and open them again; nobody else may."""

from typing import Any

import pytest

from app.accounts import repository
from app.accounts.domain import Account
from tests.school import PASSWORD, School
from tests.signing_in import sign_in
from tests.web.hostile import HOSTILE
from tests.web.page_parts import PageParts

COLLEAGUE = {
    "display_name": "Colleague",
    "email": "colleague@school.example",
    "role": "organiser",
    "locale": "en",
    "password": "another long password",
}


@pytest.fixture
async def administrator(school: School, client: Any) -> Account:
    """The administrator who reads English with the client."""
    account = await school.account("administrator")
    await sign_in(client, account)
    client.cookies.set("locale", "en")
    return account


async def accounts_of(school: School) -> dict[str, Account]:
    async with school.database.read() as connection:
        return {account.email: account for account in await repository.list_accounts(connection)}


async def test_a_department_gets_an_account_that_signs_in(school: School, client: Any, administrator: Account) -> None:
    department = await school.department()
    sent = {**COLLEAGUE, "role": "department_staff", "department_id": str(department.id)}
    answer = await client.post("/accounts/new", data=sent, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/accounts?tab=departments")
    made = (await accounts_of(school))["colleague@school.example"]
    assert (made.role, made.department_id) == ("department_staff", department.id)
    shown = PageParts((await client.get("/accounts?tab=departments")).text).text
    assert "Colleague" in shown
    assert department.name_en in shown
    wanted = {"email": sent["email"], "password": sent["password"]}
    assert (await client.post("/api/session", json=wanted)).status_code == 201


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"role": "department_staff"}, "department_id", "Department staff belong to a department, nobody else does."),
        ({"role": "employer_contact"}, "role", "Choose one of the list."),
        ({"role": "king"}, "role", "Choose one of the list."),
        ({"password": "short"}, "password", "Characters needed here: at least 10."),
        ({"email": "nobody"}, "email", "“nobody” is not an address that mail can be sent to."),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_opened(
    school: School, client: Any, administrator: Account, changed: dict[str, str], field: str, sentence: str
) -> None:
    before = await accounts_of(school)
    answer = await client.post("/accounts/new", data={**COLLEAGUE, **changed})
    page = PageParts(answer.text)
    assert answer.status_code == 422
    assert sentence in page.text
    assert f"#f-{field}" in page.links
    assert "another long password" not in answer.text
    assert await accounts_of(school) == before


async def test_closed_accounts_are_signed_out_and_can_be_reopened(
    school: School, client: Any, administrator: Account
) -> None:
    other = await school.account("organiser")
    answer = await client.post(f"/accounts/{other.id}/close", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/accounts?tab=centre")
    wrong = await client.post("/api/session", json={"email": other.email, "password": PASSWORD})
    assert wrong.status_code == 401
    page = PageParts((await client.get("/accounts")).text)
    assert f"/accounts/{other.id}/reopen" in [form.action for form in page.forms]
    await client.post(f"/accounts/{other.id}/reopen")
    assert (await accounts_of(school))[other.email].disabled_at is None


async def test_nobody_closes_their_own_account(school: School, client: Any, administrator: Account) -> None:
    page = PageParts((await client.get("/accounts")).text)
    assert not [form for form in page.forms if str(administrator.id) in form.action]
    answer = await client.post(f"/accounts/{administrator.id}/close")
    assert "You cannot close your own account" in PageParts(answer.text).text
    assert (await accounts_of(school))[administrator.email].disabled_at is None


async def test_people_are_found_by_name_address_and_employer(
    school: School, client: Any, administrator: Account
) -> None:
    employer = await school.employer()
    contact = await school.account("employer_contact", employer_id=employer.id)
    other = await school.account("employer_contact")
    for words in (contact.display_name, contact.email.upper(), employer.legal_name):
        shown = PageParts((await client.post("/accounts", data={"tab": "employers", "q": words})).text).text
        assert contact.email in shown
        assert other.email not in shown
    assert "q=" not in "".join(PageParts((await client.get("/accounts")).text).links)


async def test_hostile_names_stay_text(school: School, client: Any, administrator: Account) -> None:
    await client.post("/accounts/new", data={**COLLEAGUE, "display_name": HOSTILE})
    assert HOSTILE in {account.display_name for account in (await accounts_of(school)).values()}
    found = [await client.get("/accounts"), await client.post("/accounts", data={"tab": HOSTILE, "q": HOSTILE})]
    found.append(await client.post("/accounts/new", data={**COLLEAGUE, "display_name": HOSTILE}))
    for answer in found:
        assert PageParts(answer.text).faults == []
        assert "1337" not in answer.text


@pytest.mark.parametrize("role", ["organiser", "department_staff", "employer_contact"])
async def test_only_administrators_manage_accounts(school: School, client: Any, role: Any) -> None:
    department = (await school.department()).id if role == "department_staff" else None
    await sign_in(client, await school.account(role, department_id=department))
    other = await school.account("organiser")
    assert "/accounts" not in PageParts((await client.get("/seasons/spring-2023")).text).links
    for path in ("/accounts", "/accounts/new"):
        assert (await client.get(path)).status_code == 403
    for path in ("/accounts", "/accounts/new", f"/accounts/{other.id}/close"):
        assert (await client.post(path, data=COLLEAGUE)).status_code == 403
    assert (await accounts_of(school))[other.email].disabled_at is None
    assert COLLEAGUE["email"] not in await accounts_of(school)
