"""The season board: the solved season, what has no place and why, and a running solve."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from app.actors import Actor
from app.clock import Clock
from app.database import Connection, Database
from app.errors import DomainError, NotFound
from app.http.guards import May
from app.http.unchanged import answer_unchanged, fact_revision
from app.layout.forms import EMPTY_FORM
from app.layout.page import Answer, Page, see_other
from app.schedules import run_repository, solve
from app.schedules.domain import AskSolve, Version
from app.schedules.pages.board_view import read_solve_status
from app.schedules.pages.drawn_boards import DrawnBoards, provide_drawn_boards
from app.schedules.pages.selection_view import SelectionView, read_selection
from app.seasons.domain import Season


class BoardPages(Controller):
    """For organisers."""

    include_in_schema = False
    dependencies = {"drawn": Provide(provide_drawn_boards)}

    @get("/seasons/{code:str}/board", guards=[May("see_schedules")], before_request=answer_unchanged)
    async def board(
        self,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
        drawn: NamedDependency[DrawnBoards],
        selected: str = "",
    ) -> Answer:
        """The newest draft, or what is released; `selected` is the activity that is looked at."""
        async with database.read() as connection:
            board = await drawn.read(connection, season, fact_revision(page.request), page.translate, clock)
            selection = await _selected(connection, board.version, selected)
        return page.render("board.html", board, selection, season=season, form=EMPTY_FORM, broken=[])

    @post("/seasons/{code:str}/solve", guards=[May("solve")])
    async def ask_solve(
        self,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Then the board shows its progress."""
        command = AskSolve(season_id=season.id)
        await database.transact(solve.ask_solve, command, actor=actor, now=now)
        return see_other(f"/seasons/{season.code}/board")

    @post("/solve-runs/{run_id:uuid}/cancel", guards=[May("solve")])
    async def cancel_solve(
        self,
        run_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Stop, keep the best."""
        try:
            run = await database.transact(solve.cancel_solve, run_id, actor=actor, now=now)
        except DomainError:
            # It ended meanwhile: the board shows what came of it.
            async with database.read() as connection:
                run = await run_repository.get_run(connection, run_id)
        return see_other(page.season_path(run.season_id, "board"))

    @get("/seasons/{code:str}/solve-status", guards=[May("see_schedules")])
    async def solve_status(
        self, season: NamedDependency[Season], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """The strip above the board, swapped in while a solve runs; when it has ended, the page loads anew."""
        async with database.read() as connection:
            status = await read_solve_status(connection, season.id)
        if status.run is None or status.run.state not in ("queued", "running"):
            return Response("", headers={"HX-Refresh": "true"})
        return page.render("solve_status.html", status, season=season)


async def _selected(connection: Connection, version: Version | None, selected: str) -> SelectionView | None:
    try:
        return await read_selection(connection, version.id, UUID(selected)) if version and selected else None
    except (ValueError, NotFound):
        return None
