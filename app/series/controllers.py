"""Series over HTTP."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.http.guards import May, Searches, signed_in
from app.http.preconditions import IfMatch, etag, expected_version, named_version
from app.locales import Translator
from app.offers.finding import Finder
from app.outbox.repository import HistoryLine
from app.series import asking, changing, deciding, reading
from app.series.domain import (
    AddDays,
    CancelSeries,
    ChangeSeries,
    CreateSeries,
    DayOfSeries,
    DecideSeries,
    SeriesChange,
    SeriesDetail,
)
from app.series.wording import in_words


class SeriesController(Controller):
    """Ask for one wish on several days; decide, change and cancel it whole. Each date is a request of its own."""

    path = "/api/series"
    tags = ("Series",)
    guards = (signed_in,)

    @post("/", summary="Ask for a series", guards=[May("ask"), Searches()])
    async def create(
        self,
        data: JSONBody[CreateSeries],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        translate: NamedDependency[Translator],
        clock: NamedDependency[Clock],
    ) -> Response[SeriesDetail]:
        """One request a day; days that cannot be drop out with their reason, and where none is left nothing is sent.

        With `expected_days` only if exactly these days are possible, as a preview has shown them.
        """
        detail = await database.transact(asking.create_series, data, actor=actor, clock=clock)
        return _answer(detail, translate, status_code=201)

    @post("/preview", summary="Which days would be possible", guards=[May("ask"), Searches()], status_code=200)
    async def preview(
        self,
        data: JSONBody[CreateSeries],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        translate: NamedDependency[Translator],
        clock: NamedDependency[Clock],
    ) -> list[DayOfSeries]:
        """Each day, and why it would drop out; nothing is stored."""
        async with database.read() as connection:
            days = await asking.preview_series(connection, data, actor=actor, clock=clock)
        return in_words(days, translate)

    @get("/{series_id:uuid}", summary="A series with its dates")
    async def get_series(
        self,
        series_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        translate: NamedDependency[Translator],
        now: NamedDependency[datetime],
    ) -> Response[SeriesDetail]:
        """For its owner and organisers. The ETag changes with the series and with each of its requests."""
        async with database.read() as connection:
            return _answer(await reading.get_detail(connection, series_id, actor=actor, now=now), translate)

    @get("/{series_id:uuid}/history", summary="What happened to a series as a whole")
    async def history(
        self,
        series_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> list[HistoryLine]:
        """For its owner and organisers; its requests have histories of their own."""
        async with database.read() as connection:
            return await reading.list_visible_history(connection, series_id, actor=actor, now=now)

    @put("/{series_id:uuid}", summary="Change what is still to come", guards=[May("amend"), Searches()])
    async def change(
        self,
        series_id: FromPath[UUID],
        data: JSONBody[ChangeSeries],
        database: NamedDependency[Database],
        finder: NamedDependency[Finder],
        actor: NamedDependency[Actor],
        translate: NamedDependency[Translator],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> SeriesChange:
        """Needs If-Match. What is over stays; a place is kept until its change is certain. Says for each date what came
        of it.
        """
        seen = expected_version(if_match)
        change = await changing.change_series(database, finder, series_id, data, seen=seen, actor=actor, clock=clock)
        return msgspec.structs.replace(change, series=_worded(change.series, translate))

    @post("/{series_id:uuid}/days/preview", summary="Which more days would be possible")
    async def preview_days(
        self,
        series_id: FromPath[UUID],
        data: JSONBody[AddDays],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        translate: NamedDependency[Translator],
        clock: NamedDependency[Clock],
    ) -> Response[list[DayOfSeries]]:
        """Each day, and why it would drop out; nothing is stored."""
        async with database.read() as connection:
            days = await asking.preview_days(connection, series_id, data, actor=actor, clock=clock)
        return Response(in_words(days, translate), status_code=200)

    @post("/{series_id:uuid}/days", summary="Ask for more days")
    async def add_days(
        self,
        series_id: FromPath[UUID],
        data: JSONBody[AddDays],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        translate: NamedDependency[Translator],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Response[SeriesDetail]:
        """As what is still to come of it asks for."""
        seen = named_version(if_match)
        detail = await database.transact(asking.add_days, series_id, data, seen=seen, actor=actor, clock=clock)
        return _answer(detail, translate, status_code=201)

    @post("/{series_id:uuid}/submit", summary="Send its drafts", status_code=200)
    async def submit(
        self,
        series_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        translate: NamedDependency[Translator],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Response[SeriesDetail]:
        """Drafts and what was returned; dates that are impossible by now are withdrawn, with the reason."""
        seen = named_version(if_match)
        detail = await database.transact(asking.submit_series, series_id, seen=seen, actor=actor, clock=clock)
        return _answer(detail, translate)

    @post("/{series_id:uuid}/approve", summary="Approve all", guards=[May("approve")], status_code=200)
    async def approve(
        self,
        series_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        translate: NamedDependency[Translator],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Response[SeriesDetail]:
        """Needs If-Match. Every date that waits for a decision; one message tells it."""
        seen = expected_version(if_match)
        detail = await database.transact(deciding.approve_series, series_id, seen=seen, actor=actor, clock=clock)
        return _answer(detail, translate)

    @post("/{series_id:uuid}/return", summary="Return all for changes", guards=[May("return")], status_code=200)
    async def return_(
        self,
        series_id: FromPath[UUID],
        data: JSONBody[DecideSeries],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        translate: NamedDependency[Translator],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Response[SeriesDetail]:
        """Needs If-Match. Every date that waits for a decision, with the reason; one message tells it."""
        seen = expected_version(if_match)
        detail = await database.transact(
            deciding.send_back_series, series_id, data, act="return", seen=seen, actor=actor, now=now
        )
        return _answer(detail, translate)

    @post("/{series_id:uuid}/refuse", summary="Refuse all", guards=[May("refuse")], status_code=200)
    async def refuse(
        self,
        series_id: FromPath[UUID],
        data: JSONBody[DecideSeries],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        translate: NamedDependency[Translator],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Response[SeriesDetail]:
        """Needs If-Match. Every date that waits for a decision, with the reason; one message tells it."""
        seen = expected_version(if_match)
        detail = await database.transact(
            deciding.send_back_series, series_id, data, act="refuse", seen=seen, actor=actor, now=now
        )
        return _answer(detail, translate)

    @post("/{series_id:uuid}/cancel", summary="Give up what is still to come", status_code=200)
    async def cancel(
        self,
        series_id: FromPath[UUID],
        data: JSONBody[CancelSeries],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        translate: NamedDependency[Translator],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Response[SeriesDetail]:
        """For its owner and organisers, from a day on. One date alone is withdrawn or cancelled as a request."""
        seen = named_version(if_match)
        detail = await database.transact(deciding.cancel_series, series_id, data, seen=seen, actor=actor, clock=clock)
        return _answer(detail, translate)


def _answer(detail: SeriesDetail, translate: Translator, *, status_code: int = 200) -> Response[SeriesDetail]:
    headers = {"ETag": etag(detail.row_version)}
    return Response(_worded(detail, translate), status_code=status_code, headers=headers)


def _worded(detail: SeriesDetail, translate: Translator) -> SeriesDetail:
    dropped: Sequence[DayOfSeries] = in_words(detail.dropped, translate)
    return msgspec.structs.replace(detail, dropped=tuple(dropped))
