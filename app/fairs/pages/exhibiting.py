"""Exhibitors' pages: an invitation by its link, an employer's fairs, applying for a booth."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.clock import Clock
from app.database import Connection, Database
from app.entries.domain import Visitor, visitors_of_text
from app.errors import NotFound
from app.fairs import answering, reading, repository
from app.fairs.controllers.exhibiting import exhibitor_of_link
from app.fairs.domain import STATE_NAMES, AcceptInvitation, Apply, Exhibitor, Participation
from app.fairs.errors import FairNotFound
from app.fairs.typed import names_of_text, posts_of_text, text_of_posts
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.texts import visible
from app.venues import repository as venues

_OF_PARTICIPATION = ("needs_power", "own_team", "contact_name", "contact_email", "contact_phone", "remark")


class ExhibitorPages(Controller):
    """For an employer's people."""

    include_in_schema = False
    guards = [May("own_employer")]

    @get("/my/fairs")
    async def my_fairs(
        self, page: NamedDependency[Page], database: NamedDependency[Database], clock: NamedDependency[Clock]
    ) -> Answer:
        """Show where the employer exhibits, and where it can apply."""
        season = page.current_season
        async with database.read() as connection:
            own = [] if season is None else await reading.list_own(connection, season.id, actor=page.person)
            fairs = [] if season is None else await reading.list_open(connection, season.id, clock=clock)
        known = {one.fair.id for one in own}
        return page.render(
            "my_fairs.html",
            season=season,
            own=own,
            open_fairs=[fair for fair in fairs if fair.id not in known],
            EXHIBITOR_STATES=STATE_NAMES,
        )

    @get("/my/fairs/{fair_id:uuid}/apply")
    async def apply_form(
        self, fair_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show the form that asks for a booth."""
        return await _apply_page(page, database, fair_id, EMPTY_FORM)

    @post("/my/fairs/{fair_id:uuid}/apply")
    async def apply(
        self,
        request: AnyRequest,
        fair_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Ask for a booth."""
        values = await submitted_values(request)

        async def apply() -> Answer:
            given = await _participation(database, values)
            given |= {name: values[name] for name in ("entry", "division") if name in values}
            command = as_command(given, Apply)
            entry = await database.transact(answering.apply, fair_id, command, actor=actor, clock=clock)
            return see_other(f"/my/fairs/{entry.id}")

        return await carry_out(apply, page=page, values=values, again=partial(_apply_page, page, database, fair_id))

    @get("/my/fairs/{exhibitor_id:uuid}")
    async def entry(
        self, exhibitor_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show an entry, and what can be done with it."""
        return await _entry_page(page, database, exhibitor_id, EMPTY_FORM, path=f"/my/fairs/{exhibitor_id}")

    @post("/my/fairs/{exhibitor_id:uuid}/{act:str}")
    async def answer(
        self,
        request: AnyRequest,
        exhibitor_id: FromPath[UUID],
        act: FromPath[str],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
    ) -> Answer:
        """Accept, decline, withdraw, agree to another time, bring something else."""
        return await _answer(request, page, database, exhibitor_id, act, path=f"/my/fairs/{exhibitor_id}")


class ExhibitorLinkPages(Controller):
    """For whoever has the link of a mail."""

    include_in_schema = False

    @get("/exhibitors/{token:str}")
    async def entry(
        self, token: FromPath[str], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show the fair and the entry; looking decides nothing."""
        exhibitor_id = exhibitor_of_link(page.request.app.state, token, page.clock.now())
        return await _entry_page(page, database, exhibitor_id, EMPTY_FORM, path=f"/exhibitors/{token}", by_link=True)

    @post("/exhibitors/{token:str}/{act:str}")
    async def answer(
        self,
        request: AnyRequest,
        token: FromPath[str],
        act: FromPath[str],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
    ) -> Answer:
        """Accept, decline, withdraw, agree to another time, bring something else: one press decides."""
        exhibitor_id = exhibitor_of_link(request.app.state, token, page.clock.now())
        return await _answer(request, page, database, exhibitor_id, act, path=f"/exhibitors/{token}", by_link=True)


async def _answer(
    request: AnyRequest,
    page: Page,
    database: Database,
    exhibitor_id: UUID,
    act: str,
    *,
    path: str,
    by_link: bool = False,
) -> Answer:
    values = await submitted_values(request)
    actor = None if by_link else page.person
    clock = page.clock

    async def answer() -> Answer:
        note = str(values.get("note", ""))
        match act:
            case "accept":
                given = await _participation(database, values) | {"starts_at": _moment(values)}
                command = as_command(given, AcceptInvitation)
                await database.transact(answering.accept, exhibitor_id, command, actor=actor, clock=clock)
            case "decline":
                await database.transact(answering.decline, exhibitor_id, note=note, actor=actor, clock=clock)
            case "withdraw":
                await database.transact(answering.withdraw, exhibitor_id, note=note, actor=actor, clock=clock)
            case "agree":
                starts_at = _moment(values)
                await database.transact(answering.agree, exhibitor_id, starts_at=starts_at, actor=actor, clock=clock)
            case "change":
                changed = as_command(await _participation(database, values), Participation)
                await database.transact(
                    answering.change, exhibitor_id, changed, seen=seen_version(values), actor=actor, clock=clock
                )
            case _:
                raise NotFound
        return see_other(path)

    again = partial(_entry_page, page, database, exhibitor_id, path=path, by_link=by_link, of=act)
    return await carry_out(answer, page=page, values=values, again=again)


async def _participation(database: Database, values: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a form says that an exhibitor brings. Raises Invalid."""
    async with database.read() as connection:
        majors = await venues.list_majors(connection)
    words = {word: major.code for major in majors for word in (major.code, major.name_zh, major.name_en) if word}
    given: dict[str, Any] = {name: values[name] for name in _OF_PARTICIPATION if name in values}
    given["posts"] = posts_of_text(str(values.get("posts", "")), words)
    given["people"] = visitors_of_text(str(values.get("visitors", ""))).visitors
    given["wishes"] = names_of_text(visible(str(values.get("wishes", ""))))
    return given


def _moment(values: Mapping[str, Any]) -> datetime | None:
    """Give the time that was looked at; whatever is none was no time of the fair."""
    try:
        return datetime.fromisoformat(str(values.get("starts_at", "")))
    except ValueError:
        return None


async def _entry_page(
    page: Page,
    database: Database,
    exhibitor_id: UUID,
    form: Form,
    *,
    path: str,
    by_link: bool = False,
    of: str = "",
) -> Answer:
    async with database.read() as connection:
        own = await reading.get_own(connection, exhibitor_id, actor=None if by_link else page.person)
        names = await _major_names(connection, page)
    (entry,) = own.exhibitors
    return page.render(
        "exhibitor.html",
        fair=own.fair,
        entry=entry,
        season=page.season_link(own.fair.season_id),
        entry_path=path,
        of=of,
        open=own.fair.is_open(page.clock.now()),
        asked_again=entry.is_asked_again(own.fair),
        typed=_as_typed(entry, names, page),
        EXHIBITOR_STATES=STATE_NAMES,
        form=form,
        status_code=form.status_code,
    )


async def _apply_page(page: Page, database: Database, fair_id: UUID, form: Form) -> Answer:
    season = page.current_season
    async with database.read() as connection:
        fair = await repository.get_fair(connection, fair_id)
        own = await reading.list_own(connection, fair.season_id, actor=page.person)
        known = [entry for one in own if one.fair.id == fair_id for entry in one.exhibitors]
        if season is None or (not known and not fair.is_public):
            raise FairNotFound
    return page.render(
        "fair_apply.html",
        fair=fair,
        season=page.season_link(fair.season_id),
        known=known,
        form=form,
        status_code=form.status_code,
    )


async def _major_names(connection: Connection, page: Page) -> dict[str, str]:
    return {major.code: page.translate.name(major) for major in await venues.list_majors(connection)}


def _as_typed(entry: Exhibitor, names: Mapping[str, str], page: Page) -> dict[str, str]:
    comma = ", " if page.translate.locale == "en" else "，"
    return {
        "posts": text_of_posts(entry.posts, names, comma),
        "visitors": "\n".join(_line(person) for person in entry.people),
        "wishes": comma.join(entry.wishes),
    }


def _line(person: Visitor) -> str:
    return " ".join(part for part in (person.name, person.phone, person.plate) if part)
