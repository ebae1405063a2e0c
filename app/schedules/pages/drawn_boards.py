"""Keeps the boards that were drawn last, so that one that many people open is drawn once."""

from datetime import date
from typing import Final
from uuid import UUID

from litestar.datastructures import State

from app.clock import Clock
from app.database import Connection
from app.locales import Translator
from app.schedules.pages.board_view import BoardView, read_board
from app.seasons.domain import Season

# A megabyte each for a season of 2,000 activities.
_KEPT: Final = 6


class DrawnBoards:
    """Boards by season, language, date and the revision of the facts that they show."""

    def __init__(self) -> None:
        self._boards: dict[tuple[UUID, str, date, int], BoardView] = {}

    async def read(
        self, connection: Connection, season: Season, revision: int, translate: Translator, clock: Clock
    ) -> BoardView:
        """Give the board of a revision that was read before; drawn now where it was not yet."""
        key = (season.id, translate.locale, clock.local(clock.now()).date(), revision)
        board = self._boards.pop(key, None)
        if board is None:
            board = await read_board(connection, season, translate=translate, clock=clock)
        self._boards[key] = board
        if len(self._boards) > _KEPT:
            del self._boards[next(iter(self._boards))]
        return board


async def provide_drawn_boards(state: State) -> DrawnBoards:
    """Give the boards of this process."""
    return state.drawn_boards  # type: ignore[no-any-return]
