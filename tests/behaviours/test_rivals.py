"""Who loses by an approval: said as it is, decided as it was looked at, and to nobody else."""

from typing import Any

from app.requests.domain import ActivityWish, RequestDetail
from tests.behaviours.people import Client, Person, organiser_of, owner_of
from tests.behaviours.test_near_the_room import Hall, state
from tests.school import School, talk, window
from tests.series.acts import act, asked, contact_of, looked, states

AFTERNOON = (window(16, from_hour=14, until_hour=16),)


async def rivals_of(person: Person, detail: RequestDetail) -> list[tuple[str, bool]]:
    """Who else asks, and whether they lose."""
    answer = await person.send("GET", f"/api/requests/{detail.request.id}/rivals")
    assert answer.status_code == 200, answer.text
    return [(rival["request_id"], rival["loses"]) for rival in answer.json()["rivals"]]


async def approve(person: Person, detail: RequestDetail, *losers: RequestDetail) -> Any:
    """Approve, with a yes to refusing some."""
    settles = [{"request_id": str(loser.request.id), "row_version": loser.request.row_version} for loser in losers]
    return await person.send("POST", f"/api/requests/{detail.request.id}/approve", json={"settles": settles})


async def test_a_yes_is_to_what_was_looked_at(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    first, second = await near.asked(hours=(14, 16)), await near.asked(hours=(14, 16))
    owner = await owner_of(school, client, second)
    wish = {
        "title": "Another talk",
        "activities": [
            {
                "kind": "info_session",
                "attendance": 200,
                "duration_minutes": 120,
                "asked_room_ids": [str(near.hall.id)],
                "windows": [
                    {
                        "first_day": "2023-03-16",
                        "last_day": "2023-03-16",
                        "from_time": "14:00:00",
                        "until_time": "16:00:00",
                    }
                ],
            }
        ],
    }
    changed = await owner.send("PUT", f"/api/requests/{second.request.id}", json=wish)
    assert changed.status_code == 200, changed.text
    refused = await approve(near.approver, first, second)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/rivals-lose")
    assert await state(near.organiser, second) == "submitted"
    (rival,) = refused.json()["rivals"]
    agreed = {"settles": [{"request_id": rival["request_id"], "row_version": rival["row_version"]}]}
    approved = await near.approver.send("POST", f"/api/requests/{first.request.id}/approve", json=agreed)
    assert approved.status_code == 200, approved.text
    assert await state(near.organiser, second) == "refused"


async def test_who_takes_a_channel_too_has_rivals_all_the_same(school: School, client: Client) -> None:
    hall = await school.room(300)
    for _ in range(2):
        await school.channel()
    organiser = await organiser_of(school, client)
    hybrid = talk(asked_room_ids=(hall.id,), windows=AFTERNOON, attendance_mode="hybrid")
    first, second = await school.request(hybrid, approved=False), await school.request(hybrid, approved=False)
    assert await rivals_of(organiser, first) == [(str(second.request.id), True)]
    assert (await approve(organiser, first)).status_code == 409
    assert (await approve(organiser, first, second)).status_code == 200
    assert [await state(organiser, one) for one in (first, second)] == ["scheduled", "refused"]


async def test_who_takes_several_rooms_may_take_the_others(school: School, client: Client) -> None:
    rooms = [await school.room(size) for size in (30, 40, 50)]
    organiser = await organiser_of(school, client)
    ids = tuple(room.id for room in rooms)
    one = ActivityWish(
        kind="interview_block", attendance=10, duration_minutes=120, asked_room_ids=ids[:1], windows=AFTERNOON
    )
    two = ActivityWish(
        kind="interview_block",
        attendance=20,
        duration_minutes=120,
        rooms_needed=2,
        asked_room_ids=ids,
        windows=AFTERNOON,
    )
    first, second = await school.request(one, approved=False), await school.request(two, approved=False)
    assert await rivals_of(organiser, first) == [(str(second.request.id), False)]
    assert (await approve(organiser, first)).status_code == 200


async def test_nobody_else_learns_of_rivals(school: School, client: Client) -> None:
    near = await Hall(school, client).open()
    small = await school.room(10)
    foreign, mine = await near.asked(near.hall, small, hours=(14, 16)), await near.asked(hours=(14, 16))
    assert (await approve(near.approver, foreign)).status_code == 404, mine.request.title
    # Somebody who decides elsewhere asks for this hall themselves.
    other = await school.department("PH")
    account = await school.account("department_staff", department_id=other.id)
    days = {"first_day": "2023-02-02", "last_day": "2023-04-30"}
    duty = {"account_id": str(account.id), "department_id": str(other.id), **days}
    assert (await near.organiser.send("POST", "/api/duties", json=duty)).status_code == 201
    staff = await Person.of(client, account)
    own = await school.request(
        talk(asked_room_ids=(near.hall.id,), windows=AFTERNOON), department=other, approved=False
    )
    assert (await staff.send("GET", f"/api/requests/{own.request.id}/rivals")).status_code == 403
    assert (await approve(staff, own)).status_code == 403
    assert await state(staff, own) == "submitted"


async def test_a_series_is_not_approved_over_the_heads_of_others(school: School, client: Client) -> None:
    room = await school.room(30)
    person, organiser = await contact_of(school, client), await organiser_of(school, client)
    step = {"kind": "interview_block", "attendance": 20, "duration_minutes": 120, "asked_room_ids": [str(room.id)]}
    series = await asked(person, school, 15, 16, activities=[step])
    rival = await school.request(
        ActivityWish(
            kind="interview_block", attendance=20, duration_minutes=120, asked_room_ids=(room.id,), windows=AFTERNOON
        ),
        approved=False,
    )
    refused = await act(organiser, series, "approve")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/date-has-rivals")
    assert "16 Mar" in refused.text
    assert set(states(await looked(person, series)).values()) == {"submitted"}
    yes = {"settles": [{"request_id": str(rival.request.id), "row_version": rival.request.row_version}]}
    one = await organiser.send("POST", f"/api/requests/{refused.json()['request_id']}/approve", json=yes)
    assert one.status_code == 200, one.text
    assert (await act(organiser, series, "approve")).status_code == 200
    assert states(await looked(person, series)) == {15: "approved", 16: "scheduled"}
    assert await state(organiser, rival) == "refused"
