"""The table of moves, cell by cell: whatever it does not have is impossible, over the use cases too."""

from typing import get_args
from uuid import UUID

import pytest

from app.actors import Actor
from app.decisions import decide, endings
from app.errors import Forbidden
from app.requests import service
from app.requests.domain import CancelRequest, Decision, RequestNotFound, RequestWish, SubmitRequest
from app.requests.states import MOVES, Act, MoveImpossible, Party, RequestState, must_be_possible, possible_acts
from tests.school import School, talk

STATES, ACTS, PARTIES = get_args(RequestState), get_args(Act), get_args(Party)
# Written out a second time, so that a slip in the table is seen.
EXPECTED: dict[str, tuple[str, str | None, str]] = {
    "edit": ("draft submitted returned", None, "owner organiser"),
    "agree": ("approved waitlisted", None, "owner organiser"),
    "submit": ("draft returned", "submitted", "owner organiser"),
    "return": ("submitted", "returned", "organiser approver"),
    "approve": ("submitted waitlisted", "approved", "organiser approver"),
    "refuse": ("submitted approved waitlisted", "refused", "organiser approver"),
    "withdraw": ("draft submitted returned approved waitlisted", "withdrawn", "owner organiser"),
    "waitlist": ("submitted approved", "waitlisted", "organiser approver"),
    "schedule": ("approved waitlisted scheduled", "scheduled", "system"),
    "unschedule": ("scheduled", "approved", "system"),
    "accept": ("refused waitlisted approved scheduled", "scheduled", "owner organiser"),
    "decline": ("scheduled", None, "owner organiser"),
    "amend": ("approved waitlisted scheduled", None, "owner organiser"),
    "cancel": ("scheduled", "cancelled", "owner organiser"),
    "stop": ("approved scheduled", "stopped", "organiser"),
    "finish": ("scheduled", "took_place", "system"),
    "lapse": ("submitted returned waitlisted", "expired", "system"),
    "miss": ("scheduled took_place", "no_show", "organiser"),
    "object": ("scheduled", "approved", "organiser"),
}


def test_the_table_knows_every_act() -> None:
    assert set(MOVES) == set(ACTS) == set(EXPECTED)


@pytest.mark.parametrize("party", PARTIES)
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", STATES)
def test_an_act_is_carried_out_or_impossible_as_the_table_says(state: RequestState, act: Act, party: Party) -> None:
    before, after, by = EXPECTED[act]
    if state in before.split() and party in by.split():
        assert must_be_possible(act, state, party).after == after
        assert act in possible_acts(state, party)
    else:
        with pytest.raises(MoveImpossible) as refused:
            must_be_possible(act, state, party)
        assert refused.value.extra == {"state": state, "act": act}
        assert act not in possible_acts(state, party)


CARRIED_OUT: tuple[Act, ...] = (
    "edit",
    "submit",
    "return",
    "approve",
    "refuse",
    "withdraw",
    "waitlist",
    "cancel",
    "stop",
)


@pytest.mark.parametrize("act", CARRIED_OUT)
async def test_the_use_cases_follow_the_table(school: School, act: Act) -> None:
    department = await school.department(f"T-{act}")
    owner = (await school.account("department_staff", department_id=department.id)).actor()
    stranger = (await school.account("employer_contact")).actor()
    request_id = (await school.request(talk(), department=department, approved=False)).request.id
    put = "UPDATE request SET state = $2 WHERE id = $1"
    for state in STATES:
        for party, person in (("owner", owner), ("organiser", school.organiser)):
            await school.database.pool.execute(put, request_id, state)
            possible = act in possible_acts(state, "owner" if party == "owner" else "organiser")
            try:
                await _act(school, act, request_id, person)
            except (MoveImpossible, Forbidden):
                assert not possible, (state, act, party)
            else:
                assert possible, (state, act, party)
            now = await school.database.pool.fetchval("SELECT state FROM request WHERE id = $1", request_id)
            assert now == ((MOVES[act].after or state) if possible else state)
        with pytest.raises((RequestNotFound, Forbidden)):
            await _act(school, act, request_id, stranger)


async def test_a_draft_that_was_never_submitted_can_be_withdrawn(school: School) -> None:
    owner = (await school.account("employer_contact", employer_id=(await school.employer()).id)).actor()
    wish = SubmitRequest(season_id=school.season.id, title="Talk", activities=(talk(),), draft=True)
    drafted = await school.database.transact(service.submit_request, wish, actor=owner, clock=school.clock)
    await _act(school, "withdraw", drafted.request.id, owner)
    async with school.database.read() as connection:
        detail = await service.get_detail(connection, drafted.request.id, actor=owner)
    assert (detail.request.state, detail.request.submitted_at) == ("withdrawn", None)


async def _act(school: School, act: Act, request_id: UUID, actor: Actor) -> None:
    decision, now = Decision(reason_code="other"), school.clock.now()
    wish = RequestWish(title="Anew", activities=(talk(),))
    transact = school.database.transact
    match act:
        case "edit":
            await transact(
                lambda c: service.change_request(
                    c, request_id, wish, expected_version=None, actor=actor, clock=school.clock
                )
            )
        case "submit":
            await transact(lambda c: service.submit_draft(c, request_id, actor=actor, clock=school.clock))
        case "return":
            await transact(lambda c: decide.return_request(c, request_id, decision, seen=None, actor=actor, now=now))
        case "approve":
            await transact(lambda c: decide.approve_request(c, request_id, seen=None, actor=actor, now=now))
        case "refuse":
            await transact(lambda c: decide.refuse_request(c, request_id, decision, seen=None, actor=actor, now=now))
        case "withdraw":
            await transact(lambda c: decide.withdraw_request(c, request_id, actor=actor, now=now))
        case "cancel":
            command = CancelRequest()
            await transact(lambda c: endings.cancel_request(c, request_id, command, actor=actor, clock=school.clock))
        case "stop":
            await transact(lambda c: endings.stop_request(c, request_id, decision, actor=actor, now=now))
        case _:
            await transact(lambda c: decide.waitlist_request(c, request_id, seen=None, actor=actor, now=now))
