"""Rules and calendar on their page: changed one at a time, a wrong value named at its field, nobody overwritten."""

from datetime import date
from typing import Any

import msgspec
import pytest

from app.seasons import repository
from app.seasons.pages.policy_form import INPUTS, as_text, as_value
from app.seasons.pages.policy_words import POLICIES
from app.seasons.policies import Policies, check_policy
from tests.school import School
from tests.signing_in import sign_in
from tests.web.page_parts import PageParts

RULES = "/seasons/spring-2023/rules"


@pytest.fixture
async def organiser(school: School, client: Any) -> Any:
    """A client of an organiser who reads English."""
    await sign_in(client, await school.account("organiser"))
    client.cookies.set("locale", "en")
    return client


async def policies(school: School) -> Policies:
    async with school.database.read() as connection:
        return await repository.get_policies(connection, school.season.id)


async def set_rule(client: Any, name: str, value: Any, *, seen: str, reason: str = "") -> Any:
    """As its form is sent."""
    values = {"value": value, "seen": seen, "reason": reason}
    return await client.post(f"{RULES}/{name}", data=values, follow_redirects=False)


def test_every_rule_has_words_and_an_input() -> None:
    names = {field.name for field in msgspec.structs.fields(Policies)}
    assert set(POLICIES) == set(INPUTS) == names


@pytest.mark.parametrize("name", [field.name for field in msgspec.structs.fields(Policies)])
def test_what_a_form_shows_is_read_back_as_it_was(name: str) -> None:
    value = getattr(Policies(), name)
    assert check_policy(name, as_value(name, as_text(name, value))) == msgspec.to_builtins(value)


async def test_a_rule_is_changed_with_who_and_why(school: School, organiser: Any) -> None:
    answer = await set_rule(organiser, "lead_time_working_days", "7", seen="5", reason="many fairs")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{RULES}#lead_time_working_days")
    assert (await policies(school)).lead_time_working_days == 7
    shown = PageParts((await organiser.get(RULES)).text).text
    assert "many fairs" in shown
    assert "(usually 5)" in shown


@pytest.mark.parametrize(
    ("name", "value", "seen", "sentence"),
    [
        ("lead_time_working_days", "soon", "5", "Lead time: Enter a whole number."),
        ("lead_time_working_days", "-1", "5", "Lead time: This must be at least 0."),
        ("tolerance_preference", "140", "0.05", "Wishes may give way by: Enter a number from 0 to 100."),
        ("evening_from", "25:00", '"18:00"', "The evening starts at: This is not in the expected form."),
    ],
)
async def test_a_wrong_value_is_named_and_kept(organiser: Any, name: str, value: str, seen: str, sentence: str) -> None:
    answer = await set_rule(organiser, name, value, seen=seen)
    page = PageParts(answer.text)
    assert answer.status_code == 422
    assert sentence in page.text
    assert f"#f-{name}" in page.links
    assert f'value="{value}"' in answer.text


async def test_a_rule_that_somebody_else_changed_is_not_overwritten(school: School, organiser: Any) -> None:
    await set_rule(organiser, "move_budget", "20", seen="10")
    answer = await set_rule(organiser, "move_budget", "30", seen="10")
    assert answer.status_code == 422
    assert "Somebody changed this after you opened it." in PageParts(answer.text).text
    assert (await policies(school)).move_budget == 20


async def test_a_day_of_the_school_makes_an_unknown_year_known(school: School, organiser: Any) -> None:
    sent = {"name_zh": "远", "name_en": "Far", "code": "far", "first_day": "2090-02-01", "last_day": "2090-04-30"}
    await organiser.post("/seasons/new", data=sent)
    days = "/seasons/far/working-days"
    assert "2090 is not known here yet" in PageParts((await organiser.get(days)).text).text
    entered = {"day": "2090-04-05", "is_working": "false", "name_zh": "清明", "name_en": "Qingming"}
    assert (await organiser.post(days, data=entered, follow_redirects=False)).status_code == 303
    shown = PageParts((await organiser.get(days)).text).text
    assert "not known here yet" not in shown
    assert "Qingming" in shown
    async with school.database.read() as connection:
        calendar = await repository.get_calendar(connection, date(2090, 2, 1), date(2090, 4, 30))
    assert not calendar.is_working(date(2090, 4, 5))


async def test_the_seasons_own_dates_are_not_overwritten_either(school: School, organiser: Any) -> None:
    path = "/seasons/spring-2023/edit"
    [form] = [form for form in PageParts((await organiser.get(path)).text).forms if form.action == path]
    sent = {
        "name_zh": "2023春招",
        "name_en": "Spring 2023",
        "first_day": "2023-02-02",
        "last_day": "2023-05-10",
        "grid_minutes": "30",
        "day_opens": "08:00",
        "day_closes": "21:00",
        "row_version": form.fields["row_version"],
    }
    assert (await organiser.post(path, data=sent, follow_redirects=False)).status_code == 303
    answer = await organiser.post(path, data={**sent, "last_day": "2023-05-20"}, follow_redirects=False)
    assert answer.status_code == 422
    assert "Somebody changed this after you opened it." in PageParts(answer.text).text
    async with school.database.read() as connection:
        assert (await repository.get_season(connection, school.season.id)).last_day == date(2023, 5, 10)
