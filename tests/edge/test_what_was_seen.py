"""What was looked at is what is decided: on pages and over the API, a decision carries the version that was seen."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.accounts.domain import Account
from app.employers import service as employers
from app.employers.domain import ChangeEmployer, Employer, Suspension
from app.employers.suspending import suspend_employer
from app.errors import PreconditionFailed
from app.requests import repository as requests
from app.requests import service
from app.requests.domain import RequestDetail, RequestWish
from tests.school import School, actor, talk
from tests.signing_in import sign_in

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
REQUEST_DECISIONS = ("approve", "return", "refuse", "waitlist")


async def rewritten(school: School, detail: RequestDetail) -> None:
    """The owner swaps the notice after the organiser has opened the request."""
    wish = RequestWish(title="另一个标题", activities=(talk(),), notice_text="换了内容")
    owner = actor("employer_contact", employer_id=detail.request.employer_id)
    await school.database.transact(
        service.change_request, detail.request.id, wish, expected_version=None, actor=owner, clock=school.clock
    )


async def state_of(school: School, request_id: UUID) -> str:
    async with school.database.read() as connection:
        return (await requests.get_request(connection, request_id)).state


@pytest.fixture
async def organiser(school: School, client: Any) -> Account:
    """Signed in."""
    account = await school.account("organiser")
    await sign_in(client, account)
    return account


@pytest.mark.parametrize("act", REQUEST_DECISIONS)
async def test_a_request_that_was_rewritten_meanwhile_is_not_decided(
    school: School, client: Any, organiser: Account, act: str
) -> None:
    detail = await school.request(talk(), approved=act == "waitlist")
    seen = detail.request.row_version
    body = {"reason_code": "other", "note": ""} if act in ("return", "refuse") else None
    if act != "waitlist":
        await rewritten(school, detail)
    else:
        await school.database.pool.execute("UPDATE request SET row_version = row_version + 1")
    path = f"/api/requests/{detail.request.id}/{act}"
    before = await state_of(school, detail.request.id)
    for headers, status in (({}, 428), ({"If-Match": f'"{seen}"'}, 412), ({"If-Match": "9" * 5000}, 412)):
        answer = await client.post(path, json=body, headers=headers)
        assert (answer.status_code, await state_of(school, detail.request.id)) == (status, before)
    page = f"/requests/{detail.request.id}/{act}"
    for given in ({}, {"row_version": str(seen)}, {"row_version": "9" * 5000}):
        answer = await client.post(page, data={**(body or {}), **given}, follow_redirects=False)
        assert (answer.status_code, await state_of(school, detail.request.id)) == (422, before)
    # Who looks again decides.
    answer = await client.post(page, data={**(body or {}), "row_version": str(seen + 1)}, follow_redirects=False)
    assert (answer.status_code, await state_of(school, detail.request.id) != before) == (303, True)


async def under_review(school: School) -> Employer:
    """An employer that waits for its review."""
    employer = await school.employer(verified=False)
    return await school.database.transact(employers.ask_review, employer.id, actor=school.organiser, clock=school.clock)


async def renamed(school: School, employer: Employer) -> Employer:
    """By its contact."""
    return await school.database.transact(
        employers.change_employer,
        employer.id,
        ChangeEmployer(legal_name="无人见过的公司"),
        expected_version=None,
        actor=actor("employer_contact", employer_id=employer.id),
        clock=school.clock,
    )


async def scanned(school: School, employer: Employer) -> Employer:
    """A new scan of the licence."""
    return await school.database.transact(
        employers.store_scan,
        employer.id,
        PDF,
        actor=actor("employer_contact", employer_id=employer.id),
        clock=school.clock,
    )


@pytest.mark.parametrize("change", [renamed, scanned])
async def test_an_employer_that_changed_during_its_review_is_not_verified_unseen(school: School, change: Any) -> None:
    employer = await under_review(school)
    await change(school, employer)
    with pytest.raises(PreconditionFailed):
        await school.database.transact(
            employers.verify_employer,
            employer.id,
            seen=employer.row_version,
            actor=school.organiser,
            clock=school.clock,
        )


@pytest.mark.parametrize("change", [renamed, scanned])
async def test_a_verified_employer_that_changes_what_was_reviewed_is_reviewed_again(
    school: School, change: Any
) -> None:
    employer = await school.employer()
    assert (await change(school, employer)).state == "under_review"


@pytest.mark.parametrize("change", [renamed, scanned])
async def test_the_end_of_a_suspension_does_not_verify_what_nobody_saw(school: School, change: Any) -> None:
    employer = await school.employer()
    suspension = Suspension(until=school.clock.local(school.clock.now()).date() + timedelta(days=30), reason="投诉")
    today = school.clock.local(school.clock.now()).date()
    given: dict[str, Any] = {"seen": None, "actor": school.organiser}
    await school.database.transact(
        suspend_employer, employer.id, suspension, today=today, now=school.clock.now(), **given
    )
    assert (await change(school, employer)).state == "suspended"
    ended = await school.database.transact(employers.verify_employer, employer.id, clock=school.clock, **given)
    assert ended.state == "under_review"
    verified = await school.database.transact(employers.verify_employer, employer.id, clock=school.clock, **given)
    assert (verified.state, verified.needs_review) == ("verified", False)


@pytest.mark.parametrize("act", ["verify", "refuse", "suspend"])
async def test_pages_and_programs_say_which_employer_they_saw(
    school: School, client: Any, organiser: Account, act: str
) -> None:
    employer = await (school.employer() if act == "suspend" else under_review(school))
    body: Any = {"refuse": {"reasons": ["other"]}, "suspend": {"until": "2023-12-01", "reason": "投诉"}}.get(act)
    seen = employer.row_version
    await school.database.pool.execute("UPDATE employer SET row_version = row_version + 1")
    path = f"/employers/{employer.id}/{act}"
    for headers, status in (({}, 428), ({"If-Match": f'"{seen}"'}, 412)):
        assert (await client.post(f"/api{path}", json=body, headers=headers)).status_code == status
    for given in ({}, {"row_version": str(seen)}):
        answer = await client.post(path, data={**(body or {}), **given}, follow_redirects=False)
        assert answer.status_code == 422
    answer = await client.post(path, data={**(body or {}), "row_version": str(seen + 1)}, follow_redirects=False)
    assert answer.status_code == 303


async def test_a_contact_who_edits_an_old_copy_of_the_entry_is_told(school: School, client: Any) -> None:
    employer = await school.employer()
    await sign_in(client, await school.account("employer_contact", employer_id=employer.id))
    values = {"legal_name": employer.legal_name, "size_class": "small", "introduction": "新介绍"}
    for given, status in (({}, 422), ({"row_version": "1"}, 422), ({"row_version": str(employer.row_version)}, 303)):
        answer = await client.post("/my/employer", data={**values, **given}, follow_redirects=False)
        assert answer.status_code == status
