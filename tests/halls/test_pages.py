"""The page of a plan without its script: started, drawn as text, questioned, kept, named anew, removed."""

import pytest

from tests.behaviours.people import Client, Person
from tests.blockings.places import Places
from tests.school import School
from tests.web.page_parts import PageParts
from tests.web.sent_form import SentForm

FORM = {"content-type": "application/x-www-form-urlencoded", "Accept": "text/html"}


@pytest.fixture
async def places(school: School, client: Client) -> Places:
    return await Places.of(school, client)


async def send(person: Person, html: str, action: str, **changed: str) -> tuple[int, str]:
    """Send a form of a page that was looked at."""
    body = SentForm(html, action).body(**changed)
    answer = await person.client.post(action, content=body, headers={**person.headers, **FORM}, follow_redirects=False)
    return answer.status_code, answer.text


async def test_two_presses_make_a_plan(places: Places) -> None:
    address = f"/venues/{places.hall.id}/hall-plan"
    start = (await places.staff.page(address)).text
    assert 'name="booths" type="number" value="80"' in " ".join(start.split()), "as many as the room has"
    drawn = (await places.staff.page(f"{address}/start?booths=24&powered=6&side_cm=200")).text
    assert drawn.count("data-booth=") == 24
    assert (await send(places.staff, drawn, address))[0] == 303
    kept = (await places.staff.page(address)).text
    assert "24 booths" in PageParts(kept).text
    assert "Hall plan saved, 24 booths" in PageParts(kept).text
    assert "The room is entered with 80 booths, the plan has 24." in PageParts(kept).text


async def test_wrong_numbers_to_start_from_are_told_by_field(places: Places) -> None:
    address = f"/venues/{places.hall.id}/hall-plan"
    for query, sentence in (
        ("booths=many", "whole number"),
        ("booths=5&powered=6", "Between 0 and 5 booths."),
        ("booths=100000", "1000"),
        ("rows=5", "Say how many booths"),
    ):
        page = await places.centre.page(f"{address}/start?{query}")
        assert page.status_code == 422, query
        assert sentence in PageParts(page.text).text, query


async def test_what_is_found_is_shown_marked_and_kept_with_a_yes(places: Places) -> None:
    address = f"/venues/{places.hall.id}/hall-plan"
    page = (await places.centre.page(f"{address}/start?rows=3&columns=3")).text
    status, asked = await send(places.centre, page, address, cells="BBB\n###\n.D.")
    assert status == 422
    parts = PageParts(asked).text
    assert "Nobody can reach these booths from a door: A01, A02, A03." in parts
    assert asked.count('class="hall-marked"') == 3
    assert "A01 A02 A03" in asked, "names are given already"
    status, _ = await send(places.centre, asked, address, accept_findings="unreachable_booth")
    assert status == 303
    assert "Nobody can reach" in (await places.centre.page(address)).text


async def test_a_sheet_whose_first_cell_is_empty_stays_in_its_place(places: Places) -> None:
    address = f"/venues/{places.hall.id}/hall-plan"
    page = (await places.centre.page(f"{address}/start?rows=3&columns=3")).text
    assert (await send(places.centre, page, address, cells="\t\tA01\r\n\tD\t\t"))[0] == 303
    told = (await places.centre.send("GET", f"/api{address}")).json()
    assert told["cells"] == "..B.\n.D.."


async def test_what_is_no_plan_is_shown_again_as_it_was_typed(places: Places) -> None:
    address = f"/venues/{places.hall.id}/hall-plan"
    page = (await places.centre.page(f"{address}/start?rows=3&columns=3")).text
    status, again = await send(places.centre, page, address, cells="A01 <b>\n. D", cell_cm="90")
    assert status == 422
    assert "Row 1, column 2: “&lt;b&gt;” is neither" in again
    assert "A01 &lt;b&gt;" in again
    assert 'value="90"' in again
    assert (await send(places.centre, page, address, cells=" \t\n"))[0] == 422


async def test_somebody_elses_change_is_not_overwritten(places: Places) -> None:
    address = f"/venues/{places.hall.id}/hall-plan"
    page = (await places.centre.page(f"{address}/start?booths=4")).text
    assert (await send(places.staff, (await places.staff.page(f"{address}/start?booths=6")).text, address))[0] == 303
    status, again = await send(places.centre, page, address)
    assert status == 422
    assert "Somebody changed this after you opened it." in PageParts(again).text


async def test_all_booths_are_named_anew_and_the_plan_is_removed(places: Places) -> None:
    address = f"/venues/{places.hall.id}/hall-plan"
    await send(places.centre, (await places.centre.page(f"{address}/start?booths=4")).text, address)
    page = (await places.centre.page(address)).text
    assert (await send(places.centre, page, address, naming="serpentine", keep_names="false"))[0] == 303
    page = (await places.centre.page(address)).text
    assert 'data-booth="01"' in page
    assert (await send(places.centre, page, f"{address}/remove", row_version="1"))[0] == 422
    assert (await send(places.centre, page, f"{address}/remove"))[0] == 303
    parts = PageParts((await places.centre.page(address)).text).text
    assert "There is no plan yet." in parts
    assert "Hall plan removed" in parts


async def test_a_room_leads_to_its_plan(places: Places) -> None:
    address = f"/venues/{places.hall.id}/hall-plan"
    assert address in PageParts((await places.centre.page(f"/venues/rooms/{places.hall.id}")).text).links
    assert address in PageParts((await places.staff.page("/my/rooms")).text).links
    assert (await places.staff.page(f"/venues/{places.room.id}/hall-plan")).status_code == 403
