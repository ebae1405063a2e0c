"""Where students apply, and the files of a notice, on one page for its owner and for organisers."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.attached_files import MAX_BODY_BYTES
from app.database import Database
from app.errors import N_, Invalid
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.notices import service
from app.notices.domain import CLOSED, MOST_FILES, Notice, PutNotice
from app.requests import repository as requests


class NoticePages(Controller):
    """For owners and organisers."""

    include_in_schema = False
    guards = [May("change_notice")]

    @get("/requests/{request_id:uuid}/notice")
    async def notice(
        self, request_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show them."""
        return await _notice_page(page, database, request_id, EMPTY_FORM)

    @post("/requests/{request_id:uuid}/notice")
    async def put_link(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
    ) -> Answer:
        """Say where students apply."""
        values = await submitted_values(request)

        async def put() -> Notice:
            command = as_command(values, PutNotice)
            seen, now = seen_version(values), page.clock.now()
            return await database.transact(service.put_notice, request_id, command, seen=seen, actor=actor, now=now)

        return await _carry_out(put, page, database, request_id, values)

    @post("/requests/{request_id:uuid}/attachments", request_max_body_size=MAX_BODY_BYTES)
    async def add_file(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
    ) -> Answer:
        """Add a file."""
        values = await submitted_values(request)
        file = values.pop("file", None)

        async def add() -> Notice:
            content = await file.read() if isinstance(file, UploadFile) else b""
            if not isinstance(file, UploadFile) or not content:
                raise Invalid.at("file", N_("Choose a file."), "no-file")
            return await database.transact(
                service.add_file, request_id, name=file.filename, content=content, actor=actor, now=page.clock.now()
            )

        return await _carry_out(add, page, database, request_id, values)

    @post("/requests/{request_id:uuid}/attachments/{attachment_id:uuid}/remove")
    async def remove_file(
        self,
        request_id: FromPath[UUID],
        attachment_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
    ) -> Answer:
        """Take a file out."""

        async def remove() -> Notice:
            return await database.transact(service.remove_file, attachment_id, actor=actor, now=page.clock.now())

        return await _carry_out(remove, page, database, request_id, {})


async def _carry_out(
    act: Callable[[], Awaitable[Notice]], page: Page, database: Database, request_id: UUID, values: dict[str, Any]
) -> Answer:
    async def carry() -> Answer:
        await act()
        return see_other(f"/requests/{request_id}/notice")

    again = partial(_notice_page, page, database, request_id)
    return await carry_out(carry, page=page, values=values, again=again)


async def _notice_page(page: Page, database: Database, request_id: UUID, form: Form) -> Answer:
    async with database.read() as connection:
        notice = await service.read_notice(connection, request_id, actor=page.person)
        asked = await requests.get_request(connection, request_id)
    return page.render(
        "notice.html",
        season=page.season_link(asked.season_id),
        asked=asked,
        notice=notice,
        is_open=asked.state not in CLOSED,
        most_files=MOST_FILES,
        form=form,
        status_code=form.status_code,
    )
