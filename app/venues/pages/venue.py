"""Forms of one room or livestream channel: add, change. Nobody overwrites what they have not seen."""

from datetime import datetime
from functools import partial
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.database import Database
from app.facts.writing import FactWriter
from app.http.guards import May
from app.layout.forms import Form, author_of, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.venues import repository, room_repository, rooms
from app.venues.commands import AddChannel, AddRoom, ChangeChannel, ChangeRoom
from app.venues.pages.venue_form import TURNOVER_FIELDS, as_venue, at_list_fields, shown_form


class VenueFormPages(Controller):
    """For organisers."""

    include_in_schema = False
    guards = [May("change_venues")]

    @get("/venues/rooms/new")
    async def new_room(self, page: NamedDependency[Page], database: NamedDependency[Database]) -> Answer:
        """Show an empty form."""
        return await _form_page(page, database, "rooms", None, Form(values={"turnover_minutes": 30, "booths": 0}))

    @post("/venues/rooms/new")
    async def add_room(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Add a room, then show it in the list."""
        values = await submitted_values(request)

        async def add() -> Answer:
            room = await database.transact(rooms.add_room, as_venue(values, AddRoom), actor=actor, now=now)
            return see_other(f"/venues?q={quote(room.code)}")

        again = partial(_form_page, page, database, "rooms", None)
        return await carry_out(add, page=page, values=values, again=again)

    @get("/venues/rooms/{room_id:uuid}")
    async def room(
        self, room_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show a room as a form."""
        async with database.read() as connection:
            room = await room_repository.get_room(connection, room_id)
        return await _form_page(page, database, "rooms", room_id, shown_form(room, page.translate.locale))

    @post("/venues/rooms/{room_id:uuid}")
    async def change_room(
        self,
        request: AnyRequest,
        room_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        facts: NamedDependency[FactWriter],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Change all fields of a room."""
        values = await submitted_values(request)

        async def change() -> Answer:
            command = ChangeRoom(**msgspec.structs.asdict(as_venue(values, AddRoom)))
            room = await facts.write(
                lambda connection: rooms.change_room(
                    connection, room_id, command, expected_version=seen_version(values), actor=actor, now=now
                ),
                author_of(page, values),
            )
            return see_other(f"/venues?q={quote(room.code)}")

        again = partial(_form_page, page, database, "rooms", room_id)
        return await carry_out(change, page=page, values=values, again=again)

    @get("/venues/channels/new")
    async def new_channel(self, page: NamedDependency[Page], database: NamedDependency[Database]) -> Answer:
        """Show an empty form."""
        return await _form_page(page, database, "channels", None, Form(values={"turnover_minutes": 30}))

    @post("/venues/channels/new")
    async def add_channel(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Add a channel, then show the list."""
        values = await submitted_values(request)

        async def add() -> Answer:
            await database.transact(rooms.add_channel, as_venue(values, AddChannel), actor=actor, now=now)
            return see_other("/venues?tab=channels")

        again = partial(_form_page, page, database, "channels", None)
        return await carry_out(add, page=page, values=values, again=again)

    @get("/venues/channels/{channel_id:uuid}")
    async def channel(
        self, channel_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show a channel as a form."""
        async with database.read() as connection:
            channel = await room_repository.get_channel(connection, channel_id)
        return await _form_page(page, database, "channels", channel_id, shown_form(channel, page.translate.locale))

    @post("/venues/channels/{channel_id:uuid}")
    async def change_channel(
        self,
        request: AnyRequest,
        channel_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        facts: NamedDependency[FactWriter],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Change all fields of a channel."""
        values = await submitted_values(request)

        async def change() -> Answer:
            command = ChangeChannel(**msgspec.structs.asdict(as_venue(values, AddChannel)))
            await facts.write(
                lambda connection: rooms.change_channel(
                    connection, channel_id, command, expected_version=seen_version(values), actor=actor, now=now
                ),
                author_of(page, values),
            )
            return see_other("/venues?tab=channels")

        again = partial(_form_page, page, database, "channels", channel_id)
        return await carry_out(change, page=page, values=values, again=again)


async def _form_page(page: Page, database: Database, what: str, venue_id: UUID | None, form: Form) -> Answer:
    async with database.read() as connection:
        context = {
            "campuses": await repository.list_campuses(connection),
            "departments": await repository.list_departments(connection),
            "features": await repository.list_code_entries(connection, "feature"),
        }
    return page.render(
        "venue_form.html",
        what=what,
        venue_id=venue_id,
        form=at_list_fields(form),
        turnover_fields=TURNOVER_FIELDS,
        status_code=form.status_code,
        **context,
    )
