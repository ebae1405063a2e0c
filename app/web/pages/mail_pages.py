"""Mails as organisers see them, and the demo's mailbox."""

from pathlib import Path
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.clock import Clock
from app.database import Database
from app.demo.mailbox import read_message, read_messages
from app.errors import NotFound
from app.notifications import repository, service
from app.notifications.domain import DeliveryState
from app.web.pages.page import Answer, AnyRequest, Page, see_other

TABS: dict[str, list[DeliveryState]] = {"failed": ["failed"], "due": ["due"], "sent": ["sent"]}
_SHOWN = 100


class MailPages(Controller):
    """For organisers."""

    include_in_schema = False

    @get("/seasons/{code:str}/mails")
    async def mails(
        self, code: FromPath[str], page: NamedDependency[Page], database: NamedDependency[Database], tab: str = ""
    ) -> Answer:
        """What was refused comes first, then what waits, then what was sent."""
        page.must_organise()
        season = page.season(code)
        async with database.read() as connection:
            counts = await repository.count_deliveries(connection)
            chosen = tab if tab in TABS else "failed" if counts.failed else "due" if counts.due else "sent"
            items = await repository.list_deliveries(connection, states=TABS[chosen], batch=_SHOWN)
        return page.render("mails.html", season=season, counts=counts, items=items, tab=chosen)

    @post("/mails/{delivery_id:uuid}/resend")
    async def resend(
        self,
        delivery_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Try a refused one again."""
        actor = page.must_organise()
        await database.transact(lambda c: service.resend(c, delivery_id, actor=actor, clock=clock))
        season = page.current_season
        return see_other(f"/seasons/{season.code}/mails" if season else "/")


class DemoMailboxPages(Controller):
    """Every mail of the demo, as its recipients would read it; exists in the demo only."""

    include_in_schema = False

    @get("/demo/mailbox")
    async def mailbox(self, request: AnyRequest, page: NamedDependency[Page], offset: int = 0) -> Answer:
        """The newest first."""
        folder = _folder(request)
        first = max(0, offset)
        messages, count = read_messages(folder, batch=_SHOWN, offset=first)
        following = first + _SHOWN if first + _SHOWN < count else None
        return page.render("mailbox.html", messages=messages, count=count, following=following)

    @get("/demo/mailbox/{key:str}")
    async def message(self, request: AnyRequest, key: FromPath[str], page: NamedDependency[Page]) -> Answer:
        """One mail with its invitation."""
        message = read_message(_folder(request), key)
        if message is None:
            raise NotFound
        return page.render("mailbox_message.html", message=message)


def _folder(request: AnyRequest) -> Path:
    folder: str = request.app.state.settings.demo_mailbox
    if not folder:
        raise NotFound
    return Path(folder)
