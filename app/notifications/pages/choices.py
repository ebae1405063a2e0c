"""Which messages somebody gets: one's own page, and the page behind the link of a mail, which needs no account."""

from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency

from app.actors import Actor
from app.database import Database
from app.http.guards import signed_in
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.notifications import links
from app.notifications.choices import service
from app.notifications.choices.domain import KIND_NAMES, OPTIONAL, WAY_NAMES, ChooseMessages
from app.signed_links import read_link

# What a mail program sends for its reader, without showing them a page (RFC 8058).
_ONE_CLICK: Final = "List-Unsubscribe"


class MessageChoicePages(Controller):
    """For everybody who is signed in."""

    include_in_schema = False
    guards = [signed_in]

    @get("/my/messages")
    async def messages(
        self,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        told: str = "",
    ) -> Answer:
        """Show what comes how, and what always comes."""
        return await _choices_page(page, database, EMPTY_FORM, told=told)

    @post("/my/messages")
    async def choose(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Choose."""
        values = await submitted_values(request)

        async def choose() -> Answer:
            chosen = {purpose: values[purpose] for purpose in OPTIONAL if purpose in values}
            command = as_command({"choices": chosen}, ChooseMessages)
            await database.transact(service.choose, command, seen=seen_version(values), actor=actor, now=now)
            return see_other(f"{links.MESSAGES}?told=saved")

        return await carry_out(choose, page=page, values=values, again=partial(_choices_page, page, database))

    @post("/my/messages/test")
    async def send_test(
        self,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Send a test message to the reader."""

        async def send() -> Answer:
            await service.send_test(database, actor=actor, now=now)
            return see_other(f"{links.MESSAGES}?told=tested")

        return await carry_out(send, page=page, values={}, again=partial(_choices_page, page, database))


class UnsubscribePages(Controller):
    """For whoever has the link of a mail. Opening it turns nothing off: scanners open links too."""

    include_in_schema = False

    @get("/unsubscribe")
    async def show(self, page: NamedDependency[Page], database: NamedDependency[Database], token: str = "") -> Answer:
        """Show what the link turns off, or that it did, with an undo."""
        return await _unsubscribe_page(page, database, token)

    @post("/unsubscribe")
    async def unsubscribe(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
        token: str = "",
    ) -> Answer:
        """Turn it off: by the press of a reader, or of their mail program, which follows no redirection."""
        values = await submitted_values(request)
        await database.transact(service.unsubscribe, _delivery_of(page, token), now=now)
        if _ONE_CLICK in values:
            return await _unsubscribe_page(page, database, token)
        return see_other(links.unsubscribe_page(token))

    @post("/unsubscribe/undo")
    async def undo(
        self,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
        token: str = "",
    ) -> Answer:
        """Let it come again as before."""
        await database.transact(service.subscribe_again, _delivery_of(page, token), now=now)
        return see_other(links.unsubscribe_page(token))


def _delivery_of(page: Page, token: str) -> UUID:
    keys = page.request.app.state.settings.signing_keys
    return read_link(keys, "unsubscribe", token, now=page.clock.now())


async def _choices_page(page: Page, database: Database, form: Form, *, told: str = "") -> Answer:
    async with database.read() as connection:
        choices = await service.read_choices(connection, page.person)
    return page.render(
        "messages.html",
        choices,
        kind_names=KIND_NAMES,
        way_names=WAY_NAMES,
        told=told,
        form=form,
        status_code=form.status_code,
    )


async def _unsubscribe_page(page: Page, database: Database, token: str) -> Answer:
    async with database.read() as connection:
        link = await service.read_link(connection, _delivery_of(page, token))
    return page.render("unsubscribe.html", link, kind_names=KIND_NAMES, token=token)
