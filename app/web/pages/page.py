"""What every page knows: who reads, in which language, of which school and season."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.response import Redirect, Template

from app.accounts import repository as accounts
from app.accounts.domain import School
from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.errors import Forbidden, Unauthenticated
from app.locales import Translator
from app.requests.kinds import KINDS, MODE_NAMES
from app.requests.states import STATE_NAMES
from app.seasons import repository as seasons
from app.seasons.domain import Season, SeasonNotFound
from app.web.pages.writing import Writing
from app.web.reader import reader_translator

AnyRequest = Request[Any, Any, Any]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One reader's page in the making."""

    request: AnyRequest
    translate: Translator
    actor: Actor | None
    school: School | None
    seasons: list[Season]
    clock: Clock

    def render(self, name: str, *, status_code: int = 200, **context: Any) -> Template:
        """A whole page; `context` is the template's own."""
        writing = Writing(self.translate, self.clock.zone)
        common = {
            "_": self.translate,
            "plural": self.translate.plural,
            "locale": self.translate.locale,
            "w": writing,
            "actor": self.actor,
            "school": self.school,
            "seasons": self.seasons,
            "now": self.clock.now(),
            "path": self.request.url.path,
            "here": self.request.url.path + (f"?{self.request.url.query}" if self.request.url.query else ""),
            "KINDS": KINDS,
            "MODE_NAMES": MODE_NAMES,
            "STATE_NAMES": STATE_NAMES,
        }
        headers = {"Cache-Control": "no-store" if self.actor else "no-cache", "Vary": "Accept-Language, Cookie"}
        return Template(name, context={**common, **context}, status_code=status_code, headers=headers)

    def season(self, code: str) -> Season:
        """The season of a code. Raises SeasonNotFound."""
        for season in self.seasons:
            if season.code == code:
                return season
        raise SeasonNotFound

    @property
    def current_season(self) -> Season | None:
        """The season that runs, else the next one, else the latest."""
        today = self.clock.local(self.clock.now()).date()
        running = [season for season in self.seasons if season.first_day <= today <= season.last_day]
        coming = [season for season in self.seasons if season.first_day > today]
        if running:
            return running[0]
        return min(coming, key=lambda season: season.first_day) if coming else next(iter(self.seasons), None)

    def must_be(self, *roles: str) -> Actor:
        """The signed-in person, if of one of these roles (any, if none is named). Raises Unauthenticated, Forbidden."""
        if self.actor is None:
            raise Unauthenticated
        if roles and self.actor.role not in roles:
            raise Forbidden
        return self.actor

    def must_organise(self) -> Actor:
        """The signed-in organiser or administrator."""
        return self.must_be("organiser", "administrator")


async def provide_page(request: AnyRequest, database: Database, clock: Clock) -> Page:
    """Read what every page shows."""
    async with database.read() as connection:
        school = await accounts.find_school(connection)
        listed = await seasons.list_seasons(connection)
    user = request.scope.get("user")
    return Page(
        request=request,
        translate=reader_translator(request),
        actor=user if isinstance(user, Actor) else None,
        school=school,
        seasons=listed,
        clock=clock,
    )


def see_other(path: str) -> Redirect:
    """After a form was carried out: a reload repeats nothing."""
    return Redirect(path, status_code=303)


def safe_next(path: str | None) -> str:
    """Where to go after signing in: only to our own pages."""
    if path and path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path:
        return path
    return "/"


Answer = Template | Redirect | Response[Any]
