"""Five hundred invitations in one go, with a mail server that fails in the middle: each arrives once."""

import pytest

from app.fairs.domain import Invite, Invited, OpenFair
from app.fairs.inviting import invite
from app.fairs.opening import open_fair
from tests.mail_sink import MailSink
from tests.notifications.school import CLOCK, Opened
from tests.school import credit_code
from tests.workers.conftest import Running

INVITED = 500


@pytest.mark.slow
async def test_five_hundred_invitations_arrive_once_though_the_server_fails_meanwhile(
    school: Opened, running: Running, sink: MailSink
) -> None:
    command = OpenFair(season_id=school.season.id, title="双选会", kind="two_way_fair", booths=600)
    fair = await school.database.transact(open_fair, command, actor=school.organiser, clock=CLOCK)
    addresses = [f"hr{number}@listed.test" for number in range(INVITED)]
    entities = tuple(
        Invited(credit_code=credit_code(30_000 + number), legal_name=f"名录第{number}有限公司", contact_email=address)
        for number, address in enumerate(addresses)
    )
    # A fifth of them is put off in the middle, and two are refused for good.
    for address in addresses[100:200]:
        sink.put_off[address] = 1
    sink.refused = set(addresses[300:302])
    wanted = Invite(entities=entities)
    report = await school.database.transact(invite, fair.id, wanted, actor=school.organiser, clock=CLOCK)
    assert len(report.invited) == INVITED
    again = await school.database.transact(invite, fair.id, wanted, actor=school.organiser, clock=CLOCK)
    assert (again.invited, len(again.already)) == ((), INVITED)
    await running.until_idle()
    told = [one for one in sink.received if one.message["X-Chunzhao-Purpose"] == "exhibitor_invited"]
    arrived = [one.recipient for one in told]
    assert sorted(arrived) == sorted(set(addresses) - sink.refused)
    assert set(sink.counts().values()) == {1}
    states = await school.database.pool.fetch(
        "SELECT state, count(*) AS messages FROM delivery WHERE purpose = 'exhibitor_invited' GROUP BY state"
    )
    assert {row["state"]: row["messages"] for row in states} == {"sent": INVITED - 2, "failed": 2}
