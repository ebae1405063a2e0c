"""What every page knows: its reader, their language, the school and its seasons."""

from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.errors import Unauthenticated
from app.http.form_keys import SENT_BEFORE, account_mark, form_key
from app.http.reader import reader_theme, reader_translator
from app.http.unchanged import page_headers
from app.layout.frame import Frame, SchoolName, SeasonLink, read_frame
from app.layout.whereabouts import here
from app.layout.writing import Writing
from app.locales import Translator
from app.permissions import may_at_all

AnyRequest = Request[Any, Any, Any]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page while it is made for one reader."""

    request: AnyRequest
    translate: Translator
    actor: Actor | None
    frame: Frame
    clock: Clock

    def render(
        self, name: str, *views: msgspec.Struct | None, status_code: int = HTTPStatus.OK, **context: Any
    ) -> Template:
        """Render a whole page; its template knows the fields of `views` (read models) and the `context`."""
        common = {
            "_": self.translate,
            "plural": self.translate.plural,
            "locale": self.translate.locale,
            "w": self.writing,
            "actor": self.actor,
            "may": partial(may_at_all, self.actor),
            "new_form_key": partial(form_key, self.request, self.actor),
            "account_mark": account_mark(self.actor),
            # A page that answers a form by itself has not carried it out.
            "form_status": status_code if self.request.method == "POST" else None,
            "sent_before": SENT_BEFORE in self.request.url.query.split("&"),
            "school": self.school,
            "seasons": self.frame.seasons,
            "now": self.clock.now(),
            "theme": reader_theme(self.request),
            "path": self.request.url.path,
            "here": here(self.request),
        }
        headers = page_headers(self.request)
        found = {field: value for view in views if view for field, value in msgspec.structs.asdict(view).items()}
        return Template(name, context={**common, **found, **context}, status_code=status_code, headers=headers)

    @property
    def writing(self) -> Writing:
        """Give the writer of dates and names for this reader."""
        return Writing(self.translate, self.clock.zone)

    @property
    def school(self) -> SchoolName | None:
        """Give the school's name; None before it is set up."""
        return self.frame.school

    def season_link(self, season_id: UUID) -> SeasonLink:
        """Give the link of the season that a thing of this page belongs to."""
        return next(season for season in self.frame.seasons if season.id == season_id)

    def season_path(self, season_id: UUID, rest: str) -> str:
        """Give the path of a page of that season."""
        return f"/seasons/{self.season_link(season_id).code}/{rest}"

    @property
    def current_season(self) -> SeasonLink | None:
        """Give the current season, else the next one, else the latest."""
        today = self.clock.local(self.clock.now()).date()
        running = [season for season in self.frame.seasons if season.first_day <= today <= season.last_day]
        coming = [season for season in self.frame.seasons if season.first_day > today]
        if running:
            return running[0]
        return min(coming, key=lambda season: season.first_day) if coming else next(iter(self.frame.seasons), None)

    @property
    def person(self) -> Actor:
        """Who reads; Unauthenticated where nobody is signed in."""
        if self.actor is None:
            raise Unauthenticated
        return self.actor


async def provide_page(request: AnyRequest, database: NamedDependency[Database], clock: NamedDependency[Clock]) -> Page:
    """Read what every page shows."""
    async with database.pool.acquire() as connection:
        frame = await read_frame(connection)
    user = request.scope.get("user")
    return Page(
        request=request,
        translate=reader_translator(request),
        actor=user if isinstance(user, Actor) else None,
        frame=frame,
        clock=clock,
    )


def see_other(path: str) -> Redirect:
    """Redirect after a form was carried out, so that a reload repeats nothing."""
    return Redirect(path, status_code=303)


def safe_next(path: str | None) -> str:
    """Give where to go after signing in: only one of our own pages."""
    if path and path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path:
        return path
    return "/"


Answer = Template | Redirect | Response[Any]
