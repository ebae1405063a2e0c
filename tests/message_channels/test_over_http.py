"""Channels over HTTP: added, changed, tested, resumed, removed; what is secret is in no answer."""

import re
from typing import Any

import pytest

from tests.school import School
from tests.signing_in import sign_in

KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
ROBOT = {
    "kind": "wecom_robot",
    "name": "就业办值班群",
    "address": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
    "topics": ["requests"],
}
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HOOK = {
    "kind": "webhook",
    "name": "Data hub",
    "address": "https://hub.example.edu/in?token=hidden-in-query",
    "topics": ["bookings", "cases"],
    "secret": SECRET,
}
HERE = "/api/message-channels"


@pytest.fixture
async def organiser(school: School, client: Any) -> Any:
    """A client of an organiser, in English."""
    await sign_in(client, await school.account("organiser"))
    client.headers["accept-language"] = "en"
    client.cookies.set("locale", "en")
    return client


async def test_channels_are_added_read_and_removed_and_no_answer_holds_a_secret(organiser: Any) -> None:
    answers = [await organiser.post(HERE, json=new) for new in (ROBOT, HOOK)]
    robot, hook = (answer.json() for answer in answers)
    answers.append(await organiser.get(HERE))
    assert [one["id"] for one in answers[-1].json()] == [robot["id"], hook["id"]]
    read = await organiser.get(f"{HERE}/{hook['id']}")
    answers += [read, await organiser.get("/message-channels"), await organiser.get(f"/message-channels/{robot['id']}")]
    for answer in answers:
        assert answer.status_code in (200, 201), answer.text
        assert not any(secret in answer.text for secret in (KEY, SECRET, "hidden-in-query"))
    assert robot["shown_address"] == "qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…5aaa"
    assert (await organiser.delete(f"{HERE}/{hook['id']}")).status_code == 428
    gone = await organiser.delete(f"{HERE}/{hook['id']}", headers={"If-Match": read.headers["etag"]})
    assert gone.status_code == 204
    assert (await organiser.get(f"{HERE}/{hook['id']}")).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"address": "http://hub.example.edu/in"}, "address"),
        ({"address": "ftp://hub.example.edu/in"}, "address"),
        ({"address": "https://user:pw@hub.example.edu/in"}, "address"),
        ({"address": "https://"}, "address"),
        ({"secret": ""}, "secret"),
        ({"secret": "whsec_c2hvcnQ="}, "secret"),
        ({"secret": "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "secret"),
        ({"topics": []}, "topics"),
        ({"topics": ["gossip"]}, "topics"),
        ({"kind": "wecom_robot", "secret": ""}, "address"),
        ({**ROBOT, "secret": SECRET}, "secret"),
        ({"name": ""}, "name"),
    ],
)
async def test_what_cannot_be_a_channel_is_refused_at_its_field(
    school: School, organiser: Any, change: dict[str, Any], field: str
) -> None:
    answer = await organiser.post(HERE, json={**HOOK, **change})
    assert answer.status_code == 422
    assert any(error["path"].startswith(field) for error in answer.json()["errors"]), answer.text
    assert await school.database.pool.fetchval("SELECT count(*) FROM message_channel") == 0


async def test_a_change_keeps_what_it_does_not_name_and_old_knowledge_is_refused(
    school: School, organiser: Any
) -> None:
    hook = (await organiser.post(HERE, json=HOOK)).json()
    path = f"{HERE}/{hook['id']}"
    change = {"name": "Hub", "topics": ["cases"]}
    changed = await organiser.put(path, json=change, headers={"If-Match": '"1"'})
    assert (changed.json()["name"], changed.json()["topics"]) == ("Hub", ["cases"])
    assert (await organiser.put(path, json=change, headers={"If-Match": '"1"'})).status_code == 412
    stored = await school.database.pool.fetchrow("SELECT address, secret FROM message_channel")
    assert stored is not None
    assert (stored["address"], stored["secret"]) == (HOOK["address"], SECRET)
    wrong = {**change, "address": "http://10.0.0.1/"}
    assert (await organiser.put(path, json=wrong, headers={"If-Match": "*"})).status_code == 422


async def test_the_history_has_every_act_and_only_the_centre_may(school: School, organiser: Any) -> None:
    hook = (await organiser.post(HERE, json=HOOK)).json()
    path = f"{HERE}/{hook['id']}"
    assert (await organiser.post(f"{path}/test")).status_code == 202
    assert (await organiser.post(f"{path}/resume", json={}, headers={"If-Match": "*"})).status_code == 409
    await school.database.pool.execute("UPDATE message_channel SET state = 'paused'")
    resumed = await organiser.post(f"{path}/resume", json={"drop": True}, headers={"If-Match": "*"})
    assert resumed.json()["state"] == "active"
    await organiser.delete(path, headers={"If-Match": "*"})
    rows = await school.database.pool.fetch(
        "SELECT type, payload::text FROM event WHERE type LIKE 'channel.%' ORDER BY 1"
    )
    assert [row["type"] for row in rows] == ["channel.added", "channel.removed", "channel.resumed", "channel.tested"]
    assert not any(SECRET in row["payload"] for row in rows)
    await sign_in(organiser, await school.account("department_staff", department_id=(await school.department()).id))
    assert (await organiser.get(HERE)).status_code == 403


async def test_the_same_key_adds_one_channel(organiser: Any) -> None:
    answers = [await organiser.post(HERE, json=ROBOT, headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert len((await organiser.get(HERE)).json()) == 1


async def test_a_page_adds_changes_and_removes_a_channel(school: School, organiser: Any) -> None:
    page = await organiser.get("/message-channels")
    secret = re.search(r'value="(whsec_[^"]+)"', page.text)
    assert secret is not None
    form = {**HOOK, "secret": secret[1], "topics": ["bookings", "cases"]}
    shown = await organiser.post("/message-channels", data=form)
    assert "Data hub" in shown.text
    assert await school.database.pool.fetchval("SELECT secret FROM message_channel") == secret[1]
    path = str(shown.url.path)
    wrong = await organiser.post(f"{path}/change", data={"name": "Hub", "row_version": "1"})
    assert wrong.status_code == 422
    changed = await organiser.post(f"{path}/change", data={"name": "Hub", "topics": "cases", "row_version": "1"})
    assert "<h1>Hub</h1>" in changed.text
    await organiser.post(f"{path}/remove", data={"row_version": "2"})
    assert await school.database.pool.fetchval("SELECT count(*) FROM message_channel") == 0


async def test_a_robot_needs_no_secret_though_the_form_suggests_one(school: School, organiser: Any) -> None:
    shown = await organiser.post("/message-channels", data={**ROBOT, "secret": SECRET})
    assert ROBOT["name"] in shown.text
    assert KEY not in shown.text
    assert await school.database.pool.fetchval("SELECT secret FROM message_channel") == ""
