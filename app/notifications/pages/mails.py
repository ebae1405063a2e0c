"""Mails as organisers see them."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.http.guards import May
from app.layout.page import Answer, Page, see_other
from app.notifications import repository, service
from app.notifications.domain import DeliveryState
from app.seasons.domain import Season

TABS: dict[str, list[DeliveryState]] = {"failed": ["failed"], "due": ["due"], "sent": ["sent"]}
_SHOWN = 100


class MailPages(Controller):
    """For organisers."""

    include_in_schema = False

    @get("/seasons/{code:str}/mails", guards=[May("see_mails")])
    async def mails(
        self,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        tab: str = "",
    ) -> Answer:
        """List refused mails first, then those that wait, then those that were sent."""
        async with database.read() as connection:
            counts = await repository.count_deliveries(connection)
            chosen = tab if tab in TABS else "failed" if counts.failed else "due" if counts.due else "sent"
            items = await repository.list_deliveries(connection, states=TABS[chosen], batch=_SHOWN)
        return page.render("mails.html", season=season, counts=counts, items=items, tab=chosen)

    @post("/mails/{delivery_id:uuid}/resend", guards=[May("resend_mails")])
    async def resend(
        self,
        delivery_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Send a refused mail again."""
        await database.transact(service.resend, delivery_id, actor=actor, clock=clock)
        season = page.current_season
        return see_other(f"/seasons/{season.code}/mails" if season else "/")
