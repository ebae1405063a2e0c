"""An offer of several steps says of each time which step it is."""

import re
from typing import Any

from app.offers.domain import OfferedPlacement, WantedOffer
from app.offers.making import Wishes, make_offers
from app.requests.domain import ActivityWish
from app.seasons.policies import DEFAULT_POLICIES
from tests.offers.acts import offer_nearest
from tests.school import School, at, talk
from tests.signing_in import sign_in
from tests.web.page_parts import PageParts

TEST = ActivityWish(kind="written_test", attendance=40, duration_minutes=90)


async def test_each_step_of_an_offer_is_named(school: School, client: Any) -> None:
    employer = await school.employer()
    room = await school.room(200)
    detail = await school.request(talk(), TEST, employer=employer)
    first, second = (activity.id for activity in detail.activities)
    steps = (
        OfferedPlacement(activity_id=first, starts_at=at(15, 14), ends_at=at(15, 16), room_ids=(room.id,)),
        OfferedPlacement(activity_id=second, starts_at=at(16, 9), ends_at=at(16, 10, 30), room_ids=(room.id,)),
    )
    wishes = Wishes.of(detail.request, [WantedOffer(placements=steps)])
    now = school.clock.now()
    await school.database.transact(
        make_offers, [wishes], origin="counter", policies=DEFAULT_POLICIES, made_by=None, now=now
    )
    await sign_in(client, await school.account("employer_contact", employer_id=employer.id))
    client.cookies.set("locale", "en")
    for path in (f"/requests/{detail.request.id}", "/my/requests"):
        text = PageParts((await client.get(path)).text).text
        assert re.search(r"Info session: \w+ \d+ \w+ [\d:-]+.*Written test: \w+ \d+ \w+ [\d:-]+", text, re.DOTALL), text


async def test_one_step_needs_no_name(school: School, client: Any) -> None:
    employer = await school.employer()
    await school.room(200)
    detail = await school.request(talk(), employer=employer)
    await offer_nearest(school, detail.request.id)
    await sign_in(client, await school.account("employer_contact", employer_id=employer.id))
    client.cookies.set("locale", "en")
    text = PageParts((await client.get(f"/requests/{detail.request.id}")).text).text
    assert "Offered: choose one" in text
    assert "Info session: " not in text
