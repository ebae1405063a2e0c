"""The list of venues: rooms that fit the filters, every list with its length."""

import msgspec
import pytest

from app.venues.pages.venues_view import VenuesView, Wanted, read_venues
from tests.school import School


async def read(school: School, **wanted: object) -> VenuesView:
    """The lists as the page reads them."""
    async with school.database.read() as connection:
        return await read_venues(connection, msgspec.convert(wanted, Wanted), now=school.clock.now())


@pytest.fixture(scope="module")
async def furnished(school: School) -> School:
    """A hall of the school, a department's room on another campus, a channel."""
    east = await school.add_campus("east", "东校区", "East campus")
    await school.room(300)
    await school.room(40, campus=east, department=await school.department("CS"))
    await school.channel()
    return school


@pytest.mark.parametrize(
    ("wanted", "seats"),
    [
        ({}, 340),
        ({"campus": "east"}, 40),
        ({"owner": "-"}, 300),
        ({"owner": "CS"}, 40),
        ({"seats": 41}, 300),
        ({"q": "nowhere"}, 0),
        ({"campus": "nowhere"}, 0),
    ],
)
async def test_the_filters_pick_rooms_and_their_seats_are_added_up(
    furnished: School, wanted: dict[str, object], seats: int
) -> None:
    view = await read(furnished, **wanted)
    assert view.seats == sum(room.capacity for room in view.rooms) == seats
    assert view.counts == {"rooms": 2, "channels": 1, "campuses": 2, "departments": 1}
