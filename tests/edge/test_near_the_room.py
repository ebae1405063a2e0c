"""Duties: on every route about a request, who has one may exactly what the table says, for their rooms only."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from app.accounts import service as accounts
from app.actors import Actor
from app.amendments.domain import ProposeAmendment
from app.amendments.proposing import propose_amendment
from app.decisions.decide import approve_request
from app.duties.domain import DepartmentLimits, GiveDuty
from app.duties.service import give_duty, set_limits
from app.offers.finding import Finder
from app.permissions import MAY
from tests.edge.owners import Things, nothing
from tests.edge.test_own_and_foreign import BODIES, ask, routes
from tests.school import School, talk, window

STATE = "SELECT state || row_version FROM request WHERE id = $1"
CHANGE = "SELECT state || row_version FROM amendment WHERE id = $1"


async def approver_of(school: School, code: str) -> tuple[Any, Any, str]:
    """A department's hall, a room of the school, and the session of who decides about the hall."""
    department = await school.department(code)
    hall, elsewhere = await school.room(300, department=department), await school.room(300)
    person = await school.account("staff")
    given = GiveDuty(
        account_id=person.id,
        department_id=department.id,
        first_day=date(2023, 2, 2),
        last_day=date(2023, 4, 30),
    )
    who: dict[str, Any] = {"actor": school.organiser, "clock": school.clock}
    await school.database.transact(give_duty, given, **who)
    limits = DepartmentLimits(kinds=("info_session",), people=300, booths=0)
    await school.database.transact(set_limits, department.id, limits, seen=None, **who)
    return hall, elsewhere, await school.database.transact(accounts.open_session, person.id)


@pytest.mark.slow
async def test_every_route_of_a_request_lets_in_who_has_the_duty_for_its_rooms(school: School, client: Any) -> None:
    hall, elsewhere, token = await approver_of(school, "NR")

    async def asked(room_id: Any) -> Things:
        detail = await school.request(talk(asked_room_ids=(room_id,), windows=(window(16),)), approved=False)
        ids = {"request_id": str(detail.request.id), "activity_id": str(detail.activities[0].id)}
        return Things({**nothing().ids, **ids}, frozenset())

    wrong, walked = [], 0
    for route in routes(client.app):
        named = set(re.findall(r"\{(\w+)\}", f"{route.path} {BODIES.get(route.name)}"))
        if "request_id" not in named or named - {"request_id", "activity_id"}:
            continue
        walked += 1
        allowed = "approve" in MAY[route.permission].by_duty
        missing = await ask(client, route, nothing(), token)
        foreign = await ask(client, route, await asked(elsewhere.id), token)
        things = await asked(hall.id)
        before = await school.database.pool.fetchval(STATE, UUID(things.ids["request_id"]))
        near = await ask(client, route, things, token)
        is_refused = near.status in (403, 404, 409, 422) and before == await school.database.pool.fetchval(
            STATE, UUID(things.ids["request_id"])
        )
        if (foreign.status, foreign.told) != (missing.status, missing.told):
            wrong.append(f"{route.name}: {foreign.status} for rooms of others, {missing.status} where nothing is")
        is_read = route.method == "GET" and near.status == 404 and "request-not-found" not in near.told
        # A form that is sent without what its page puts in is shown again: behaviours press the buttons.
        is_form = route.method == "POST" and not route.path.startswith("/api/") and near.status == 422
        if is_refused == allowed and not (allowed and (is_read or is_form)):
            wrong.append(f"{route.name}: {near.status} {near.told}, the table says {allowed}")
    assert not wrong, "\n".join(wrong)
    assert walked > 30


async def test_every_route_of_a_change_lets_in_who_has_the_duty_for_its_rooms(school: School, client: Any) -> None:
    hall, elsewhere, token = await approver_of(school, "NC")

    async def changed(room_id: Any) -> Things:
        step = talk(asked_room_ids=(room_id,), windows=(window(16),))
        detail = await school.request(step, approved=False)
        await school.database.transact(
            approve_request, detail.request.id, seen=None, actor=school.organiser, now=school.clock.now()
        )
        contact = await school.account("employer_contact", employer_id=detail.request.employer_id)
        larger = talk(id=detail.activities[0].id, asked_room_ids=(room_id,), windows=(window(16),), attendance=290)
        wish = ProposeAmendment(title=detail.request.title, activities=(larger,))
        actor = Actor(
            account_id=contact.id,
            role="employer_contact",
            display_name="",
            employer_id=detail.request.employer_id,
            email_verified=True,
        )
        finder = Finder(school.database, school.clock)
        answer = await propose_amendment(
            school.database, finder, detail.request.id, wish, seen=None, actor=actor, clock=school.clock
        )
        assert answer.amendment.state == "awaiting_approval"
        ids = {"request_id": str(detail.request.id), "amendment_id": str(answer.amendment.id)}
        return Things({**nothing().ids, **ids}, frozenset())

    wrong, walked = [], 0
    for route in routes(client.app):
        named = set(re.findall(r"\{(\w+)\}", f"{route.path} {BODIES.get(route.name)}"))
        if "amendment_id" not in named:
            continue
        walked += 1
        allowed = "approve" in MAY[route.permission].by_duty
        missing = await ask(client, route, nothing(), token)
        foreign = await ask(client, route, await changed(elsewhere.id), token)
        things = await changed(hall.id)
        before = await school.database.pool.fetchval(CHANGE, UUID(things.ids["amendment_id"]))
        near = await ask(client, route, things, token)
        is_done = before != await school.database.pool.fetchval(CHANGE, UUID(things.ids["amendment_id"]))
        if (foreign.status, foreign.told) != (missing.status, missing.told):
            wrong.append(f"{route.name}: {foreign.status} for rooms of others, {missing.status} where nothing is")
        # A form that is sent without what its page puts in is shown again: behaviours press the buttons.
        is_form = not route.path.startswith("/api/") and near.status == 422
        if is_done != allowed and not (allowed and is_form):
            wrong.append(f"{route.name}: {near.status} {near.told}, the table says {allowed}")
    assert not wrong, "\n".join(wrong)
    assert walked >= 5
