"""Who cancels sees before what is given back, and the centre who may get it; late cancellations are counted."""

from datetime import datetime

from app.requests.domain import ActivityWish
from tests.behaviours.people import Client, organiser_of, owner_of
from tests.school import School, app_of, at, talk, window


async def test_before_cancelling_its_owner_sees_what_is_given_back_and_not_who_waits(
    school: School, client: Client
) -> None:
    room, detail = await school.room(100), await school.request(talk())
    await school.request(talk(attendance=60, windows=(window(15),)))
    organiser, owner = await organiser_of(school, client), await owner_of(school, client, detail)
    booking = (await organiser.book(detail, at(15, 14), room)).json()
    path = f"/requests/{detail.request.id}"
    preview = (await owner.send("GET", f"/api{path}/cancellation")).json()
    assert [entry["id"] for entry in preview["gives_back"]] == [booking["id"]]
    assert (preview["is_late"], preview["may_get_it"]) == (False, None)
    page = (await owner.page(path)).text
    before_the_press = page[page.index("This is given back:") : page.index("Give the places back")]
    assert "14:00-16:00" in before_the_press
    assert room.name_en in before_the_press
    assert "who wait and would fit" not in page


async def test_before_cancelling_the_centre_sees_who_would_fit_there_and_nobody_else(
    school: School, client: Client
) -> None:
    room, detail = await school.room(100, features=[]), await school.request(talk())
    fits = await school.request(talk(attendance=90, windows=(window(15, from_hour=13, until_hour=17),)))
    first = await school.request(talk(windows=(window(14, 16),)))
    any_day = await school.request(talk(attendance=20, minutes=60))
    for other in (
        talk(attendance=101, windows=(window(15),)),  # too many people
        talk(minutes=180, windows=(window(15),)),  # too long
        talk(windows=(window(16),)),  # another day
        talk(windows=(window(15, until_hour=15),)),  # would not end in time
        ActivityWish(kind="interview_block", attendance=10, duration_minutes=60, rooms_needed=2),  # more rooms
    ):
        await school.request(other)
    asked = await school.request(talk(windows=(window(15),)), approved=False)
    organiser = await organiser_of(school, client)
    await organiser.send("POST", f"/api/requests/{first.request.id}/waitlist")
    refusal = {"reason_code": "other"}
    await organiser.send("POST", f"/api/requests/{asked.request.id}/refuse", json=refusal)
    await organiser.book(detail, at(15, 14), room)
    path = f"/requests/{detail.request.id}"
    preview = (await organiser.send("GET", f"/api{path}/cancellation")).json()
    expected = [first, fits, any_day, asked]
    assert [entry["id"] for entry in preview["may_get_it"]] == [str(entry.request.id) for entry in expected]
    page = (await organiser.page(path)).text
    for entry in expected:
        assert f'<a href="/requests/{entry.request.id}">' in page


async def test_a_late_cancellation_is_announced_and_counted_where_the_centre_reviews(
    school: School, client: Client, database_url: str
) -> None:
    room, detail = await school.room(100), await school.request(talk())
    organiser = await organiser_of(school, client)
    await organiser.book(detail, at(15, 14), room)
    await school.go_to(datetime(2023, 3, 15, 9, tzinfo=school.clock.zone))
    async with Client(app_of(school, database_url), base_url=str(client.base_url)) as later:
        organiser, owner = await organiser_of(school, later), await owner_of(school, later, detail)
        path, employer = f"/requests/{detail.request.id}", detail.request.employer_id
        assert (await owner.send("GET", f"/api{path}/cancellation")).json()["is_late"] is True
        assert "this counts as a late cancellation" in (await owner.page(path)).text
        counted = f"/api/employers/{employer}/record"
        assert (await organiser.send("GET", counted)).json() == {"late_cancellations": 0, "no_shows": 0}
        looked_at = str((await owner.send("GET", f"/api{path}")).json()["request"]["row_version"])
        assert (await owner.press(f"{path}/cancel", note="Ill", row_version=looked_at)).status_code == 303
        assert (await organiser.send("GET", counted)).json() == {"late_cancellations": 1, "no_shows": 0}
        assert (await owner.send("GET", counted)).status_code == 403
        page = (await organiser.page(f"/employers/{employer}")).text
        assert "Late cancellations</dt> <dd>1</dd>" in " ".join(page.split())
        again = await owner.send("GET", f"/api{path}/cancellation")
        assert again.status_code == 409
