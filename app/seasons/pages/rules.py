"""A season's rules and its working calendar: shown with what they mean, changed one at a time."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.database import Database
from app.errors import Invalid
from app.facts.writing import FactWriter
from app.http.guards import May
from app.http.shape_errors import invalid_shape
from app.layout.forms import EMPTY_FORM, Form, as_command, author_of, carry_out, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.seasons import repository, service
from app.seasons.calendar import CalendarDay, Weekday
from app.seasons.domain import Season
from app.seasons.pages.policy_form import INPUTS, as_text, as_value, in_words
from app.seasons.pages.policy_words import POLICIES, POLICY_GROUPS, TICKS
from app.seasons.policies import Policies, UnknownPolicy
from app.texts import Command


class NamedDay(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day that the school sets itself, as its form sends it."""

    day: date
    is_working: bool
    name_zh: Annotated[str, msgspec.Meta(max_length=60)] = ""
    name_en: Annotated[str, msgspec.Meta(max_length=60)] = ""
    follows_weekday: Weekday | None = None


class RulePages(Controller):
    """For organisers."""

    include_in_schema = False
    guards = [May("change_seasons")]

    @get("/seasons/{code:str}/rules")
    async def rules(
        self, season: NamedDependency[Season], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show every rule with its meaning, its value, who changed it and why."""
        return await _rules_page(page, database, season, EMPTY_FORM)

    @post("/seasons/{code:str}/rules/{name:str}")
    async def set_rule(
        self,
        request: AnyRequest,
        season: NamedDependency[Season],
        name: FromPath[str],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        facts: NamedDependency[FactWriter],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Set one rule; refused if somebody changed it since it was shown."""
        values = await submitted_values(request)
        if name not in POLICIES:
            raise UnknownPolicy(name=name)
        reason = str(values.get("reason", ""))[:500]

        async def change() -> Answer:
            value, seen = as_value(name, values.get("value", "")), _seen(values)
            try:
                await facts.write(
                    lambda connection: service.set_policy(
                        connection, season.id, name, value, reason=reason, actor=actor, now=now, seen=seen
                    ),
                    author_of(page, values, reason),
                    season_id=season.id,
                )
            except msgspec.ValidationError as error:
                raise invalid_shape(error, at="value") from error
            return see_other(f"/seasons/{season.code}/rules#{name}")

        again = partial(_rules_page, page, database, season, wrong=name)
        return await carry_out(change, page=page, values=values, again=again)

    @get("/seasons/{code:str}/working-days")
    async def calendar(
        self,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        day: str = "",
    ) -> Answer:
        """Show holidays and make-up days; `day` is the one to change."""
        return await _calendar_page(page, database, season, EMPTY_FORM, chosen=day)

    @post("/seasons/{code:str}/working-days")
    async def set_day(
        self,
        request: AnyRequest,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        facts: NamedDependency[FactWriter],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Set whether a day is worked, and like which weekday."""
        values = await submitted_values(request)

        async def change() -> Answer:
            named = as_command(values, NamedDay)
            entry = CalendarDay(**msgspec.structs.asdict(named), source="school")
            await facts.write(
                lambda connection: service.set_calendar_day(connection, entry, actor=actor, now=now),
                author_of(page, values),
            )
            return see_other(f"/seasons/{season.code}/working-days")

        return await carry_out(change, page=page, values=values, again=partial(_calendar_page, page, database, season))


def _seen(values: Mapping[str, Any]) -> Any:
    """Give the value that a rule's form was filled in on. Raises Invalid."""
    try:
        return msgspec.json.decode(values.get("seen", "null"))
    except msgspec.DecodeError as error:
        raise Invalid from error


async def _rules_page(page: Page, database: Database, season: Season, form: Form, *, wrong: str = "") -> Answer:
    async with database.read() as connection:
        policies = await repository.get_policies(connection, season.id)
        changed = {line.name: line for line in await repository.list_policies(connection, season.id)}
        calendar = await repository.get_calendar(connection, season.first_day, season.last_day)
    kept = msgspec.to_builtins(policies)
    defaults = Policies()
    return page.render(
        "rules.html",
        season=season,
        groups=POLICY_GROUPS,
        inputs=INPUTS,
        seen={name: msgspec.json.encode(kept[name]).decode() for name in POLICIES},
        entered={name: as_text(name, getattr(policies, name)) for name in POLICIES},
        shown={name: in_words(name, getattr(policies, name), page.translate) for name in POLICIES},
        usual={name: in_words(name, getattr(defaults, name), page.translate) for name in POLICIES},
        changed=changed,
        ticks=TICKS,
        unknown_years=calendar.unknown_years,
        form=form,
        wrong=wrong,
        wrong_name=POLICIES[wrong].name if wrong else "",
        status_code=form.status_code,
    )


async def _calendar_page(page: Page, database: Database, season: Season, form: Form, *, chosen: str = "") -> Answer:
    async with database.read() as connection:
        calendar = await repository.get_calendar(connection, season.first_day, season.last_day)
    entry = next((entry for day, entry in calendar.days.items() if day.isoformat() == chosen), None)
    if entry is not None:
        form = Form(values={**msgspec.to_builtins(entry), "is_working": "true" if entry.is_working else "false"})
    return page.render(
        "working_days.html",
        season=season,
        days=sorted(calendar.days.values(), key=lambda entry: entry.day),
        weekdays=[(weekday, page.writing.weekday_long(weekday)) for weekday in range(1, 8)],
        unknown_years=calendar.unknown_years,
        form=form,
        status_code=form.status_code,
    )
