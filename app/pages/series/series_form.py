"""The part of a request's form that says on which days it repeats, and asking for these days."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import msgspec

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.errors import DomainError
from app.layout.forms import Form, as_command, every, refused
from app.layout.page import Answer, Page, see_other
from app.pages.answers.sent_before import is_draft
from app.pages.request_form import wish_of_form
from app.requests.domain import RequestDetail
from app.seasons.domain import Season
from app.series.asking import create_series, preview_series
from app.series.domain import CreateSeries, DayOfSeries
from app.series.wording import in_words

_FIELDS: Final = ("first_day", "last_day", "count", "every_weeks", "from_time", "until_time")
_BETWEEN: Final = re.compile(r"[\s,，、;；]+")
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


class ShowForm(Protocol):
    """Shows the form again, with what was found about each day."""

    async def __call__(self, form: Form, *, looked: Sequence[DayOfSeries] = ()) -> Answer:
        """Answer with the page."""


def repeats(values: Mapping[str, Any]) -> bool:
    """Whether a request's form asks for several days."""
    return "repeats" in values


def repeat_of_form(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the builtins of a Repeat."""
    found: dict[str, Any] = {name: values[f"repeat_{name}"] for name in _FIELDS if f"repeat_{name}" in values}
    found["weekdays"] = every(values, "repeat_weekdays")
    found["days"] = [_iso(text) for text in _BETWEEN.split(str(values.get("repeat_days", "")).strip()) if text]
    return found


def _iso(text: str) -> str:
    written = _DAY.fullmatch(text)
    return text if written is None else f"{written[1]}-{int(written[2]):02}-{int(written[3]):02}"


def seen_days(values: Mapping[str, Any]) -> list[str] | None:
    """Give the days that stood beside the button which sends them; None where none were shown."""
    return str(values["seen_days"]).split() if "seen_days" in values else None


def days_of_refusal(error: DomainError) -> list[DayOfSeries]:
    """Give the days of a refusal that says why they drop out."""
    return msgspec.convert(error.extra.get("days", []), list[DayOfSeries])


def wish_of_series(
    values: Mapping[str, Any], season: Season | None, *, stored: RequestDetail | None = None
) -> dict[str, Any]:
    """Give the builtins of what each day asks for; days and hours of the steps themselves count for nothing."""
    wish = wish_of_form(values, season, stored=stored)
    wish["activities"] = [{**step, "windows": []} for step in wish["activities"]]
    return wish


async def ask_for_series(
    page: Page,
    database: Database,
    season: Season | None,
    values: Mapping[str, Any],
    *,
    show: ShowForm,
    actor: Actor,
    clock: Clock,
) -> Answer:
    """Show which days are possible, then ask for exactly those; a draft is kept at once."""
    wish = {
        **wish_of_series(values, season),
        "season_id": "" if season is None else str(season.id),
        "draft": is_draft(values),
        "contact_locale": page.translate.locale,
        "repeat": repeat_of_form(values),
        "expected_days": seen_days(values),
    }
    try:
        command = as_command(wish, CreateSeries)
        if command.expected_days is None and not command.draft:
            async with database.read() as connection:
                looked = await preview_series(connection, command, actor=actor, clock=clock)
            return await show(Form(values=values), looked=in_words(looked, page.translate))
        detail = await database.transact(create_series, command, actor=actor, clock=clock)
    except DomainError as error:
        looked = in_words(days_of_refusal(error), page.translate)
        return await show(refused(error, values, page.translate), looked=looked)
    return see_other(f"/series/{detail.id}")
