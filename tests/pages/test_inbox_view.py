"""The inbox counts every state once and shows the tab that was asked for."""

from app.pages.inbox_view import InboxView, read_inbox
from tests.school import School


async def read(school: School, tab: str, search: str = "") -> InboxView:
    """The inbox as the page reads it."""
    async with school.database.read() as connection:
        return await read_inbox(connection, school.season.id, tab=tab, search=search, clock=school.clock)


async def test_a_tab_holds_its_requests_with_their_activities_and_every_tab_its_count(school: School) -> None:
    employer = await school.employer()
    waiting = [await school.request(employer=employer, approved=False) for _ in range(2)]
    approved = await school.request(employer=employer)
    view = await read(school, "waiting")
    assert {request.id for request in view.rows} == {detail.request.id for detail in waiting}
    assert view.activities[waiting[0].request.id] == list(waiting[0].activities)
    assert (view.totals, view.parts) == ({"waiting": 2, "approved": 1, "scheduled": 0, "settled": 0}, 1)
    assert [request.id for request in (await read(school, "approved")).rows] == [approved.request.id]
    assert (view.latest, view.run, view.agreed) == (None, None, set())


async def test_a_tab_that_does_not_exist_is_the_first_one(school: School) -> None:
    assert (await read(school, "nonsense")).tab == "waiting"


async def test_a_search_narrows_the_list_but_not_the_counts(school: School) -> None:
    detail = await school.request(approved=False)
    view = await read(school, "waiting", detail.request.title)
    assert [request.id for request in view.rows] == [detail.request.id]
    assert view.totals["waiting"] > 1


async def test_employers_to_verify_stand_beside_the_requests(school: School) -> None:
    assert (await read(school, "waiting")).reviews == []
