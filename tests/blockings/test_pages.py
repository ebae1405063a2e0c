"""What the API can do, pages do: ask, decide, change, lift, make an exception, book nevertheless."""

from typing import Any

import pytest

from app.notifications.digests.repository import count_inbox
from tests.behaviours.people import Client, Person
from tests.blockings.places import Places
from tests.school import School, at, talk
from tests.web.page_parts import PageParts
from tests.web.sent_form import SentForm

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def places(school: School, client: Client) -> Places:
    return await Places.of(school, client)


async def send(person: Person, page: str, action: str, **changed: str) -> Any:
    """Fill in the form of a page and send it."""
    form = SentForm((await person.page(page)).text, action)
    headers = {**person.headers, **FORM, "Accept": "text/html"}
    return await person.client.post(action, content=form.body(**changed), headers=headers, follow_redirects=False)


async def asked(places: Places) -> str:
    """The page of a blocking that a department asked for on a page."""
    days = {"first_day": "2023-03-15", "last_day": "2023-03-16", "from_time": "08:00", "until_time": "24:00"}
    new = f"/blockings/new?resource_id={places.room.id}"
    made = await send(places.staff, new, "/blockings/new", note="Anniversary", **days)
    assert made.status_code == 303, made.text
    return str(made.headers["location"])


async def test_a_department_asks_and_the_centre_accepts_over_a_booking(places: Places) -> None:
    page = await asked(places)
    detail = await places.school.request(talk())
    await places.centre.book(detail, at(15, 14), places.room)
    inbox = PageParts((await places.centre.page("/seasons/spring-2023/inbox")).text)
    assert page in inbox.links
    async with places.school.database.read() as connection:
        counts = await count_inbox(connection, [places.school.season.id], now=places.school.clock.now())
    assert counts[places.school.season.id].blockings == 1
    assert detail.request.title in (await places.centre.page(page)).text, "what accepting would break"
    first = await send(places.centre, page, f"{page}/accept", note="Agreed")
    assert first.status_code == 422
    assert "1 promise would be broken" in PageParts(first.text).text
    form = SentForm(first.text, f"{page}/accept")
    headers = {**places.centre.headers, **FORM, "Accept": "text/html"}
    body = f"{form.body(note='Agreed')}&take_broken=yes"
    done = await places.centre.client.post(f"{page}/accept", content=body, headers=headers, follow_redirects=False)
    assert done.status_code == 303, done.text
    assert len(await places.closures(places.room)) == 2
    own = PageParts((await places.staff.page("/blockings")).text).text
    assert "Blocked" in own
    assert "Agreed" in own


async def test_a_refusal_leads_to_the_room_that_it_names(places: Places) -> None:
    alike = await places.school.room(120)
    page = await asked(places)
    refused = await send(places.centre, page, f"{page}/refuse", reason="Exams")
    assert refused.status_code == 303, refused.text
    shown = await places.staff.page(page)
    (link,) = [link for link in PageParts(shown.text).links if link.startswith("/blockings/new?")]
    assert f'<option value="{alike.id}" selected>' in (await places.staff.page(link)).text
    assert 'value="2023-03-15"' in (await places.staff.page(link)).text
    assert 'value="08:00"' in (await places.staff.page(link)).text, "not the whole day"


async def test_it_is_changed_and_lifted_on_its_page(places: Places) -> None:
    page = await asked(places)
    changed = await send(
        places.staff, f"{page}?act=change", f"{page}/change", from_time="", until_time="", note="Shorter"
    )
    assert changed.status_code == 303, changed.text
    blocking = (await places.staff.send("GET", f"/api{page}")).json()
    assert (blocking["from_time"], blocking["until_time"], blocking["note"]) == (None, None, "Shorter")
    late = await send(places.staff, f"{page}?act=withdraw", f"{page}/withdraw", row_version="1")
    assert late.status_code == 422, "somebody changed it meanwhile"
    gone = await send(places.staff, f"{page}?act=withdraw", f"{page}/withdraw")
    assert gone.status_code == 303
    assert "Lifted" in (await places.staff.page(page)).text


async def test_an_exception_is_made_and_taken_back_on_its_page(places: Places) -> None:
    blocking = await places.asked(places.staff, places.hall, 15)
    page = f"/blockings/{blocking['id']}"
    detail = await places.school.request(talk(), department=places.department)
    (closure,) = await places.closures(places.hall)
    action = f"{page}/exemptions/{closure['id']}"
    made = await send(
        places.staff, f"{page}?act=exempt", action, reference=detail.request.reference, reason="It is ours"
    )
    assert made.status_code == 303, made.text
    shown = PageParts((await places.staff.page(page)).text).text
    assert detail.request.title in shown
    assert "Something may take place nevertheless" in shown
    assert (await places.staff.book(detail, at(15, 14), places.hall)).status_code == 201
    remove = f"?act=remove-{detail.activities[0].id}"
    taken = await send(places.staff, f"{page}{remove}", f"{action}/{detail.activities[0].id}/remove")
    assert taken.status_code == 422
    assert "1 promise would be broken" in PageParts(taken.text).text


async def test_an_organiser_says_why_it_is_booked_nevertheless(places: Places) -> None:
    await places.asked(places.staff, places.hall, 15, note="Anniversary")
    detail = await places.school.request(talk(), department=places.department)
    page = f"/activities/{detail.activities[0].id}/place"
    wanted = {"day": "2023-03-15", "hour": "14:00", "room_ids": str(places.hall.id)}
    refused = await places.centre.press(page, **wanted)
    assert refused.status_code == 422
    text = PageParts(refused.text).text
    assert "Anniversary, School of CS" in text
    assert "Book nevertheless, and why" in text
    of_staff = await places.staff.press(page, **wanted, despite_closure="We want it")
    assert of_staff.status_code == 422
    assert "Book nevertheless" not in of_staff.text
    booked = await places.centre.press(page, **wanted, despite_closure="The rector wants it")
    assert booked.status_code == 303, booked.text
    assert (
        "May take place although it is closed" in (await places.centre.page(f"/requests/{detail.request.id}")).text
    ), "the history of the request"


async def test_a_room_page_shows_what_waits_and_leads_to_it(places: Places) -> None:
    hall = await places.school.room(50, department=places.department, needs_approval=True)
    made = await send(
        places.staff, f"/venues/{hall.id}/closures", f"/venues/{hall.id}/closures", first_day="2023-03-15"
    )
    assert made.headers["location"].startswith("/blockings/"), "it waits"
    for person in (places.staff, places.centre):
        page = PageParts((await person.page(f"/venues/{hall.id}/closures")).text)
        assert made.headers["location"] in page.links
        assert "Asked for, not decided" in page.text
