"""What counts against an entry counts against the one into which it goes: merging washes nothing off."""

from datetime import date
from typing import Any

import pytest

from app.employers import suspending
from app.employers.domain import Suspension
from tests.merging.test_merging import double_of, merge, verified
from tests.school import School
from tests.signing_in import sign_in
from tests.strikes.acts import booked, employer_of, holds, miss


async def test_strikes_of_both_count_together(school: School, client: Any) -> None:
    into = await school.employer()
    source = await verified(school, await double_of(school, into, 61_101))
    (ours,) = await booked(school, into, 1)
    theirs = await booked(school, source, 8, 15)
    await miss(school, ours, 1)
    for detail, day in zip(theirs, (8, 15), strict=True):
        await miss(school, detail, day)
    await sign_in(client, await school.account("organiser"))
    answer = await merge(client, into, source)
    assert answer.status_code == 200, answer.text
    assert await holds(school, into, 15) == ("suspended", 3)
    assert (await employer_of(school, into.id)).state == "suspended"


@pytest.mark.parametrize("is_suspended", [True, False])
async def test_who_was_suspended_by_hand_stays_so(school: School, client: Any, is_suspended: bool) -> None:
    into = await school.employer()
    source = await verified(school, await double_of(school, into, 61_102))
    if is_suspended:
        await school.database.transact(
            suspending.suspend_employer,
            source.id,
            Suspension(until=date(2023, 6, 1), reason="Fees asked of students"),
            seen=None,
            actor=school.organiser,
            today=date(2023, 2, 2),
            now=school.clock.now(),
        )
    await sign_in(client, await school.account("organiser"))
    assert (await merge(client, into, source)).status_code == 200
    kept = await employer_of(school, into.id)
    assert (kept.state, kept.suspended_until) == (
        ("suspended", date(2023, 6, 1)) if is_suspended else ("verified", None)
    )
