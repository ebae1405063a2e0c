"""Seasons over HTTP."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, patch, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.facts.domain import Accepted, changes_of
from app.facts.writing import Author, FactWriter
from app.http.guards import May
from app.http.live import live_stream
from app.http.preconditions import IfMatch, etag, expected_version
from app.http.sessions import find_signed_in
from app.http.shape_errors import invalid_shape
from app.locales import Translator
from app.permissions import may_at_all
from app.seasons import repository, service
from app.seasons.calendar import CalendarDay, Weekday
from app.seasons.domain import ChangeSeason, CreateSeason, PolicyLine, Season
from app.seasons.policies import Policies
from app.texts import Command


class SetPolicy(Command, frozen=True, forbid_unknown_fields=True):
    """A policy's new value and why."""

    value: Any
    reason: str = ""
    accept_broken: Accepted = ()


class SetCalendarDay(Command, frozen=True, forbid_unknown_fields=True):
    """Whether a day is worked, and what it is called."""

    is_working: bool
    name_zh: str = ""
    name_en: str = ""
    follows_weekday: Weekday | None = None
    accept_broken: Accepted = ()


class SeasonPolicies(msgspec.Struct, frozen=True):
    """All policies, and which of them people changed."""

    values: Policies
    changed: list[PolicyLine]


class SeasonCalendar(msgspec.Struct, frozen=True):
    """Days that differ from their weekday; years whose swaps are unknown are named."""

    days: list[CalendarDay]
    unknown_years: tuple[int, ...]


class SeasonController(Controller):
    """Open, look at and change seasons."""

    path = "/api/seasons"
    tags = ("Seasons",)

    @get("/", summary="Every season, the newest first")
    async def list_seasons(self, database: NamedDependency[Database]) -> list[Season]:
        """Public."""
        async with database.read() as connection:
            return await repository.list_seasons(connection)

    @get("/{season_id:uuid}", summary="One season")
    async def get_season(self, season_id: FromPath[UUID], database: NamedDependency[Database]) -> Response[Season]:
        """Public."""
        async with database.read() as connection:
            season = await repository.get_season(connection, season_id)
        return Response(season, headers={"ETag": etag(season.row_version)})

    @post("/", summary="Open a season", guards=[May("change_seasons")])
    async def create_season(
        self,
        data: JSONBody[CreateSeason],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Season:
        """For organisers."""
        return await database.transact(service.create_season, data, actor=actor, now=now)

    @patch("/{season_id:uuid}", summary="Change a season", guards=[May("change_seasons")])
    async def change_season(
        self,
        season_id: FromPath[UUID],
        data: JSONBody[ChangeSeason],
        facts: NamedDependency[FactWriter],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        translate: NamedDependency[Translator],
        if_match: IfMatch = None,
    ) -> Response[Season]:
        """For organisers; needs If-Match. 409 lists the promises that it breaks; `accept_broken` names them."""
        version = expected_version(if_match)
        season = await facts.write(
            lambda connection: service.change_season(
                connection, season_id, data, expected_version=version, actor=actor, now=clock.now()
            ),
            Author(actor=actor, clock=clock, translate=translate, accepted=frozenset(data.accept_broken)),
        )
        return Response(season, headers={"ETag": etag(season.row_version)})

    @get("/{season_id:uuid}/policies", summary="The season's rules", guards=[May("change_seasons")])
    async def get_policies(self, season_id: FromPath[UUID], database: NamedDependency[Database]) -> SeasonPolicies:
        """For organisers."""
        async with database.read() as connection:
            await repository.get_season(connection, season_id)
            changed = await repository.list_policies(connection, season_id)
            return SeasonPolicies(await repository.get_policies(connection, season_id), changed)

    @put("/{season_id:uuid}/policies/{name:str}", summary="Set one rule", guards=[May("change_seasons")])
    async def set_policy(
        self,
        season_id: FromPath[UUID],
        name: FromPath[str],
        data: JSONBody[SetPolicy],
        facts: NamedDependency[FactWriter],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        translate: NamedDependency[Translator],
    ) -> Policies:
        """For organisers; who changed it and why is shown beside it. 409 as for a season."""
        accepted, reason = frozenset(data.accept_broken), data.reason
        try:
            return await facts.write(
                lambda connection: service.set_policy(
                    connection, season_id, name, data.value, reason=reason, actor=actor, now=clock.now()
                ),
                Author(actor=actor, clock=clock, translate=translate, accepted=accepted, reason=reason),
                season_id=season_id,
            )
        except msgspec.ValidationError as error:
            raise invalid_shape(error, at="value") from error

    @get("/{season_id:uuid}/calendar", summary="Days that depart from their weekday")
    async def get_calendar(self, season_id: FromPath[UUID], database: NamedDependency[Database]) -> SeasonCalendar:
        """Public."""
        async with database.read() as connection:
            season = await repository.get_season(connection, season_id)
            calendar = await repository.get_calendar(connection, season.first_day, season.last_day)
        return SeasonCalendar(list(calendar.days.values()), calendar.unknown_years)

    @put(
        "/calendar/{day:date}",
        summary="The school's own word on a day",
        guards=[May("change_seasons")],
        status_code=204,
    )
    async def set_calendar_day(
        self,
        day: FromPath[date],
        data: JSONBody[SetCalendarDay],
        facts: NamedDependency[FactWriter],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        translate: NamedDependency[Translator],
    ) -> None:
        """For organisers. A make-up day may have the hours of another weekday. 409 as for a season."""
        entry = CalendarDay(day=day, source="school", **changes_of(data))
        await facts.write(
            lambda connection: service.set_calendar_day(connection, entry, actor=actor, now=clock.now()),
            Author(actor=actor, clock=clock, translate=translate, accepted=frozenset(data.accept_broken)),
        )


class LiveController(Controller):
    """What happens in a season, as it happens."""

    path = "/api/seasons"
    tags = ("Live",)

    @get(
        "/{season_id:uuid}/live",
        summary="What happens in a season, as server-sent events",
        guards=[May("change_seasons")],
        media_type="text/event-stream",
        sent_as_it_is=True,
    )
    async def live(
        self,
        request: Request[Any, Any, Any],
        season_id: FromPath[UUID],
        database: NamedDependency[Database],
        state: State,
    ) -> Response[Any]:
        """For organisers. Events are `connected`, `resync` and the first word of event types (`booking`, `solve` …)."""
        async with database.read() as connection:
            await repository.get_season(connection, season_id)

        async def may_listen() -> bool:
            return may_at_all(await find_signed_in(request), "change_seasons")

        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        lines = live_stream(state.live, season_id, may_listen=may_listen)
        return Stream(lines, media_type="text/event-stream", headers=headers)
