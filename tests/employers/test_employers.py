"""Employers: the review and its clock in working days, what a reviewer is shown, what a suspension forbids."""

from datetime import date, datetime
from typing import Any

import msgspec
import pytest

from app.clock import Clock
from app.decisions import decide
from app.employers import service, suspending
from app.employers.domain import (
    MOVES,
    ChangeEmployer,
    CreditCodeTaken,
    Decision,
    Employer,
    EmployerMoveImpossible,
    EmployerNotFound,
    RegisterEmployer,
    Suspension,
    checked_credit_code,
    findings,
)
from app.errors import Forbidden, Invalid, PreconditionFailed
from app.requests import service as requests
from app.requests.domain import EmployerMayNotAsk, EmployerNotVerified, SubmitRequest
from tests.school import ZONE, School, clock_at, credit_code, talk
from tests.signing_in import sign_in
from tests.web.page_parts import PageParts


async def ask_review(school: School, employer: Employer, clock: Clock) -> Employer:
    return await school.database.transact(service.ask_review, employer.id, actor=school.organiser, clock=clock)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        # Qingming, Wednesday 5 April, is not worked.
        (datetime(2023, 3, 31, 14, tzinfo=ZONE), datetime(2023, 4, 6, 17, tzinfo=ZONE)),
        # Sunday 23 April is worked for Labour Day, 29 April to 3 May are not.
        (datetime(2023, 4, 21, 9, tzinfo=ZONE), datetime(2023, 4, 25, 17, tzinfo=ZONE)),
        (datetime(2023, 4, 28, 18, tzinfo=ZONE), datetime(2023, 5, 6, 17, tzinfo=ZONE)),
        # Half past midnight in Beijing is the evening before in UTC.
        (datetime(2023, 3, 6, 0, 30, tzinfo=ZONE), datetime(2023, 3, 9, 17, tzinfo=ZONE)),
    ],
)
async def test_a_review_is_due_after_three_working_days(school: School, asked: datetime, due: datetime) -> None:
    employer = await school.employer(verified=False)
    waiting = await ask_review(school, employer, clock_at(asked))
    assert (waiting.state, waiting.review_due_at) == ("under_review", due)


async def test_an_employer_makes_every_move_of_the_table_and_no_other(school: School) -> None:
    now, today = school.clock.now(), date(2023, 2, 2)
    employer = await school.employer(verified=False)
    suspension = Suspension(until=date(2023, 3, 1), reason="no-shows")
    transact, person = school.database.transact, school.organiser
    decision = Decision(reasons=("name_differs",))
    for state in ("registered", "under_review", "verified", "refused", "suspended"):
        for act in ("ask_review", "verify", "refuse", "suspend"):
            until = suspension.until if state == "suspended" else None
            put = "UPDATE employer SET state = $2, suspended_until = $3 WHERE id = $1"
            await school.database.pool.execute(put, employer.id, state, until)
            name = "reinstate" if (act, state) == ("verify", "suspended") else act
            before, after = MOVES[name]
            try:
                if act == "ask_review":
                    moved = await ask_review(school, employer, school.clock)
                elif act == "verify":
                    moved = await transact(
                        lambda c: service.verify_employer(c, employer.id, seen=None, actor=person, clock=school.clock)
                    )
                elif act == "refuse":
                    moved = await transact(
                        lambda c: service.refuse_employer(c, employer.id, decision, seen=None, actor=person, now=now)
                    )
                else:
                    moved = await transact(
                        lambda c: suspending.suspend_employer(
                            c, employer.id, suspension, seen=None, actor=person, today=today, now=now
                        )
                    )
            except EmployerMoveImpossible:
                assert state not in before, (state, act)
            else:
                assert (state in before, moved.state) == (True, after), (state, act)


async def test_a_suspended_employer_cannot_ask_until_the_day(school: School) -> None:
    employer = await school.employer()
    contact = (await school.account("employer_contact", employer_id=employer.id)).actor()
    suspension = Suspension(until=date(2023, 2, 20), reason="no-shows")
    await school.database.transact(
        suspending.suspend_employer,
        employer.id,
        suspension,
        seen=None,
        actor=school.organiser,
        today=date(2023, 2, 2),
        now=school.clock.now(),
    )
    wish = SubmitRequest(season_id=school.season.id, title="Talk", activities=(talk(),))
    with pytest.raises(EmployerMayNotAsk):
        await school.database.transact(requests.submit_request, wish, actor=contact, clock=school.clock)
    later = clock_at(datetime(2023, 2, 20, 9, tzinfo=ZONE))
    asked = await school.database.transact(requests.submit_request, wish, actor=contact, clock=later)
    assert asked.request.state == "submitted"
    with pytest.raises(EmployerNotVerified):
        await school.database.transact(
            decide.approve_request, asked.request.id, seen=None, actor=school.organiser, now=later.now()
        )


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"licence_name": "江城第一有限公可"}, ["name_differs"]),
        ({"licence_name": " 江城第一有限公司 "}, []),
        ({"licence_code": credit_code(70_002)}, ["code_differs"]),
        ({"licence_valid_until": date(2023, 2, 1)}, ["licence_expired"]),
        ({"licence_valid_until": date(2023, 2, 2)}, []),
        ({"licence_name": ""}, ["licence_missing"]),
        ({"licence_name": "", "has_scan": True}, []),
        ({"licence_name": "别的", "licence_valid_until": date(2020, 1, 1)}, ["name_differs", "licence_expired"]),
    ],
)
async def test_a_reviewer_is_shown_where_entry_and_licence_disagree(
    school: School, changes: dict[str, object], codes: list[str]
) -> None:
    employer = msgspec.structs.replace(
        await school.employer(verified=False), legal_name="江城第一有限公司", licence_name="江城第一有限公司"
    )
    found = findings(msgspec.structs.replace(employer, **changes), date(2023, 2, 2))
    assert [finding.code for finding in found] == codes


def test_every_wrong_character_of_a_code_is_found() -> None:
    code = credit_code(70_001)
    assert checked_credit_code(f" {code} ") == code
    for position, character in enumerate(code):
        for other in "0123456789ABCDEFGHJKLMNPQRTUWXY":
            if other != character:
                with pytest.raises(Invalid):
                    checked_credit_code(code[:position] + other + code[position + 1 :])


async def test_a_contact_speaks_for_one_employer_and_sees_no_other(school: School) -> None:
    transact, now = school.database.transact, school.clock.now()
    contact = (await school.account("employer_contact")).actor()
    command = RegisterEmployer(legal_name="新来有限公司", credit_code=credit_code(70_003), size_class="micro")
    made = await transact(lambda c: service.register_employer(c, command, actor=contact, now=now))
    speaks_for = await school.database.pool.fetchval(
        "SELECT employer_id FROM account WHERE id = $1", contact.account_id
    )
    assert (made.state, speaks_for) == ("registered", made.id)
    with pytest.raises(CreditCodeTaken):
        await transact(lambda c: service.register_employer(c, command, actor=school.organiser, now=now))
    other = await school.employer()
    mine = msgspec.structs.replace(contact, employer_id=made.id)
    change = ChangeEmployer(legal_name="改名有限公司")
    with pytest.raises(EmployerNotFound):
        await transact(
            lambda c: service.change_employer(
                c, other.id, change, expected_version=None, actor=mine, clock=school.clock
            )
        )
    with pytest.raises(Forbidden):
        await transact(lambda c: service.verify_employer(c, made.id, seen=None, actor=mine, clock=school.clock))


async def test_a_change_of_what_was_verified_goes_back_to_review(school: School) -> None:
    employer = await school.employer()

    async def change(version: int | None, **values: object) -> Employer:
        command = msgspec.convert(values, ChangeEmployer)
        return await school.database.transact(
            service.change_employer,
            employer.id,
            command,
            expected_version=version,
            actor=school.organiser,
            clock=school.clock,
        )

    harmless = await change(None, introduction="We build bridges.")
    assert harmless.state == "verified"
    with pytest.raises(PreconditionFailed):
        await change(harmless.row_version - 1, city="江城")
    assert (await change(harmless.row_version, legal_name="改名有限公司")).state == "under_review"


async def test_the_form_asks_once_for_what_the_licence_says(school: School, client: Any) -> None:
    await sign_in(client, await school.account("employer_contact"))
    page = PageParts((await client.get("/my/employer")).text)
    assert not any({"licence_name", "licence_code"} & set(form.fields) for form in page.forms)
    code = credit_code(70_903)
    values = {"legal_name": "江城第三有限公司", "credit_code": code, "size_class": "small"}
    answer = await client.post("/my/employer", data=values, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    (row,) = await school.database.pool.fetch(
        "SELECT licence_name, licence_code FROM employer WHERE credit_code = $1", code
    )
    assert tuple(row) == (values["legal_name"], values["credit_code"])
