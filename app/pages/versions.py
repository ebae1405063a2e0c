"""Versions: the list, what a release would change with the mails it sends, and the release."""

from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.http.guards import May, Searches
from app.http.unchanged import answer_unchanged
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, every, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.pages.version_view import VersionView, read_additions, read_version
from app.schedules import repository, versions
from app.schedules.additions import ask_additions
from app.schedules.domain import Difference, DraftConflict, Release, StaleDraft
from app.schedules.pages.unplaced import UnplacedView
from app.schedules.release import release_version
from app.seasons.domain import Season
from app.waitlist.domain import WaitlistLeftOut
from app.waitlist.service import waitlist_left_out


class VersionPages(Controller):
    """For organisers."""

    include_in_schema = False

    @get("/seasons/{code:str}/versions", guards=[May("see_schedules")], before_request=answer_unchanged)
    async def list_versions(
        self, season: NamedDependency[Season], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """List versions, the newest first."""
        async with database.read() as connection:
            listed = await repository.list_versions(connection, season.id)
        return page.render("versions.html", season=season, versions=listed)

    @get("/versions/{version_id:uuid}", guards=[May("see_schedules"), Searches()])
    async def version(
        self,
        version_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
    ) -> Answer:
        """Show what a release would change and who would be told."""
        return await _version_page(page, database, version_id, EMPTY_FORM)

    @post("/versions/{version_id:uuid}/release", guards=[May("release")])
    async def release(
        self,
        request: AnyRequest,
        version_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Release all of a draft or nothing."""
        values = await submitted_values(request)
        values["tell_unplaced"] = every(values, "tell_unplaced")

        async def release() -> Answer:
            command = as_command(values, Release)
            version = await database.transact(
                release_version,
                version_id,
                command,
                expected_version=seen_version(values),
                actor=actor,
                clock=clock,
            )
            return see_other(page.season_path(version.season_id, "board"))

        again = partial(_version_page, page, database, version_id)
        return await carry_out(release, page=page, values=values, again=again)

    @post("/versions/{version_id:uuid}/additions", guards=[May("solve")])
    async def ask_additions(
        self,
        version_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Ask what more would help most; a job works it out."""

        async def ask() -> Answer:
            await database.transact(ask_additions, version_id, actor=actor, now=now)
            return see_other(f"/versions/{version_id}#additions-found")

        return await carry_out(ask, page=page, values={}, again=partial(_version_page, page, database, version_id))

    @get("/versions/{version_id:uuid}/additions", guards=[May("see_schedules")])
    async def additions(
        self, version_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show this part of the page alone, which htmx loads while a job works it out."""
        async with database.read() as connection:
            view = await read_additions(connection, version_id)
        return page.render("additions.html", view)

    @post("/versions/{version_id:uuid}/waitlist", guards=[May("waitlist")])
    async def waitlist(
        self,
        request: AnyRequest,
        version_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Put those that it leaves out on the waitlist."""
        values = await submitted_values(request)
        values["request_ids"] = every(values, "request_ids")

        async def wait() -> Answer:
            command = as_command(values, WaitlistLeftOut)
            await database.transact(waitlist_left_out, version_id, command, actor=actor, now=now)
            async with database.read() as connection:
                version = await repository.get_version(connection, version_id)
            return see_other(page.season_path(version.season_id, "waitlist"))

        return await carry_out(wait, page=page, values=values, again=partial(_version_page, page, database, version_id))

    @post("/versions/{version_id:uuid}/discard", guards=[May("correct_drafts")])
    async def discard(
        self,
        version_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Discard a draft."""
        version = await database.transact(versions.discard_version, version_id, actor=actor, now=now)
        return see_other(page.season_path(version.season_id, "versions"))


def _conflicts(difference: Difference | None, form: Form) -> list[DraftConflict]:
    """Give what a refused release named, else what it would name."""
    if isinstance(form.refusal, StaleDraft):
        return msgspec.convert(form.refusal.extra["difference"]["conflicts"], list[DraftConflict])
    return [] if difference is None else difference.conflicts


def _to_wait(view: VersionView) -> list[UnplacedView]:
    """Give those that a released version leaves out and that nobody decided about yet."""
    if view.version.state != "released":
        return []
    return [line for line in view.unplaced if line.entry.state == "approved"]


async def _version_page(page: Page, database: Database, version_id: UUID, form: Form) -> Answer:
    settings = page.request.app.state.settings
    async with database.read() as connection:
        view = await read_version(connection, version_id, translate=page.translate, settings=settings, clock=page.clock)
    return page.render(
        "version.html",
        view,
        to_wait=_to_wait(view),
        season=page.season_link(view.version.season_id),
        form=form,
        stale=isinstance(form.refusal, StaleDraft),
        conflicts=_conflicts(view.difference, form),
        status_code=form.status_code,
    )
