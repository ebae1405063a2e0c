"""Versions: the list, what a release would change with the mails it sends, and the release itself."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.clock import Clock
from app.database import Connection, Database
from app.events import BookingConfirmed, BookingMoved, BookingReleased, BookingTentative, Event
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.notifications.service import preview
from app.requests import repository as requests
from app.schedules import additions_repository, repository, versions
from app.schedules.additions import ask_additions
from app.schedules.domain import Change, Release, StaleDraft, Version
from app.schedules.pages.unplaced import unplaced_view
from app.schedules.preview import prospective_events
from app.schedules.release import release_version
from app.seasons import repository as seasons
from app.seasons.domain import Season
from app.venues import repository as venues
from app.venues import room_repository


class VersionPages(Controller):
    """For organisers."""

    include_in_schema = False

    @get("/seasons/{code:str}/versions")
    async def list_versions(
        self, season: NamedDependency[Season], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """The newest first."""
        page.must("see_schedules")
        async with database.read() as connection:
            listed = await repository.list_versions(connection, season.id)
        return page.render("versions.html", season=season, versions=listed)

    @get("/versions/{version_id:uuid}")
    async def version(
        self,
        version_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
    ) -> Answer:
        """Before a draft is released: who gains, moves, loses, is told no."""
        return await _version_page(page, database, version_id, EMPTY_FORM)

    @post("/versions/{version_id:uuid}/release")
    async def release(
        self,
        request: AnyRequest,
        version_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """All of it or nothing."""
        actor = page.must("release")
        values = await submitted_values(request)
        told = values.get("tell_unplaced", [])
        values["tell_unplaced"] = told if isinstance(told, list) else [told]

        async def release() -> Answer:
            command = as_command(values, Release)
            version = await database.transact(
                release_version,
                version_id,
                command,
                expected_version=seen_version(values),
                actor=actor,
                now=clock.now(),
            )
            season = page.season_link(version.season_id)
            return see_other(f"/seasons/{season.code}/board")

        again = partial(_version_page, page, database, version_id)
        return await carry_out(release, page=page, values=values, again=again)

    @post("/versions/{version_id:uuid}/additions")
    async def ask_additions(
        self,
        version_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Have it worked out what more would help most."""
        actor = page.must("solve")

        async def ask() -> Answer:
            await database.transact(ask_additions, version_id, actor=actor, now=now)
            return see_other(f"/versions/{version_id}#additions-found")

        return await carry_out(ask, page=page, values={}, again=partial(_version_page, page, database, version_id))

    @get("/versions/{version_id:uuid}/additions")
    async def additions(
        self, version_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """This part of the page, swapped in while it is worked out."""
        page.must("see_schedules")
        async with database.read() as connection:
            version = await repository.get_version(connection, version_id)
            return page.render("additions.html", version=version, **await _additions(connection, version_id))

    @post("/versions/{version_id:uuid}/discard")
    async def discard(
        self,
        version_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Put a draft away."""
        actor = page.must("correct_drafts")
        version = await database.transact(versions.discard_version, version_id, actor=actor, now=now)
        season = page.season_link(version.season_id)
        return see_other(f"/seasons/{season.code}/versions")


async def _additions(connection: Connection, version_id: UUID) -> dict[str, Any]:
    return {
        "additions": await additions_repository.find_additions(connection, version_id),
        "campuses": {campus.id: campus for campus in await venues.list_campuses(connection)},
        "features": await venues.list_code_entries(connection, "feature"),
    }


async def _version_page(
    page: Page,
    database: Database,
    version_id: UUID,
    form: Form,
) -> Answer:
    page.must("see_schedules")
    async with database.read() as connection:
        version = await repository.get_version(connection, version_id)
        season = page.season_link(version.season_id)
        difference = await versions.get_difference(connection, version)
        context = await _names(connection, page, version, [*difference.new, *difference.moved, *difference.cancelled])
        policies = await seasons.get_policies(connection, season.id)
        events = prospective_events(version, difference, confirms=policies.employer_confirms)
        sample = _one_of_each(events)
        previews = await preview(connection, sample, settings=page.request.app.state.settings, now=page.clock.now())
    shown = version.state == "draft"
    return page.render(
        "version.html",
        season=season,
        version=version,
        difference=difference if shown else None,
        form=form,
        stale=isinstance(form.refusal, StaleDraft),
        status_code=form.status_code,
        previews=previews,
        mails=len(difference.new) + len(difference.moved) + len(difference.cancelled),
        **context,
    )


def _one_of_each(events: list[Event]) -> list[Event]:
    """One move, one loss, two gains: what the rest of the mails look like."""
    shown: list[Event] = []
    for kind, most in ((BookingMoved, 1), (BookingReleased, 1), (BookingConfirmed, 2), (BookingTentative, 2)):
        shown.extend([event for event in events if type(event) is kind][:most])
    return shown


async def _names(connection: Connection, page: Page, version: Version, changes: list[Change]) -> dict[str, Any]:
    rooms = await room_repository.list_rooms(connection)
    channels = await room_repository.list_channels(connection)
    by_id: dict[str, Any] = {str(thing.id): thing for thing in rooms} | {str(thing.id): thing for thing in channels}
    unplaced = await repository.list_unplaced(connection, version.id)
    wanted = {change.request_id for change in changes} | {entry.request_id for entry in unplaced}
    listed = await requests.list_requests(connection, version.season_id, request_ids=list(wanted))
    activities = await requests.list_activities(connection, [entry.request_id for entry in unplaced])
    majors = {major.code: major for major in await venues.list_majors(connection)}
    return {
        "rooms": by_id,
        **await _additions(connection, version.id),
        "requests": {request.id: request for request in listed},
        "unplaced": [unplaced_view(entry, activities.get(entry.request_id, []), by_id, page) for entry in unplaced],
        "majors": majors,
    }
