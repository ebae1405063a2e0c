"""Links and files of notices over HTTP."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from app.actors import Actor
from app.attached_files import MAX_BODY_BYTES
from app.database import Database
from app.http.attached import sent_file
from app.http.guards import May
from app.http.preconditions import IfMatch, etag, expected_version
from app.notices import service
from app.notices.domain import Notice, PutNotice


class NoticeController(Controller):
    """What a request's notice has beside its text."""

    path = "/api"
    tags = ("Notices",)

    @get("/requests/{request_id:uuid}/notice", summary="Link and files of a notice", guards=[May("change_notice")])
    async def notice(
        self, request_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> Response[Notice]:
        """For the request's owner and organisers."""
        async with database.read() as connection:
            found = await service.read_notice(connection, request_id, actor=actor)
        return Response(found, headers={"ETag": etag(found.row_version)})

    @put("/requests/{request_id:uuid}/notice", summary="Say where students apply", guards=[May("change_notice")])
    async def put_notice(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[PutNotice],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Response[Notice]:
        """Needs If-Match. At every stage, for the owner and organisers; the address is checked for its form only."""
        seen = expected_version(if_match)
        found = await database.transact(service.put_notice, request_id, data, seen=seen, actor=actor, now=now)
        return Response(found, headers={"ETag": etag(found.row_version)})

    @post(
        "/requests/{request_id:uuid}/attachments",
        summary="Add a file to a notice",
        guards=[May("change_notice")],
        request_max_body_size=MAX_BODY_BYTES,
    )
    async def add_file(
        self,
        request: Request[Any, Any, Any],
        request_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        name: Annotated[str, QueryParameter(max_length=300)] = "",
    ) -> Notice:
        """The body is the file: PDF, PNG or JPEG up to 10 MB, five at most; its type is found by its content."""
        content = await request.body()
        return await database.transact(service.add_file, request_id, name=name, content=content, actor=actor, now=now)

    @delete(
        "/attachments/{attachment_id:uuid}",
        summary="Take a file out of a notice",
        guards=[May("change_notice")],
        status_code=200,
    )
    async def remove_file(
        self,
        attachment_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Notice:
        """For the owner and organisers."""
        return await database.transact(service.remove_file, attachment_id, actor=actor, now=now)

    @get("/attachments/{attachment_id:uuid}", summary="A file of a notice", sent_as_it_is=True)
    async def file(
        self, request: Request[Any, Any, Any], attachment_id: FromPath[UUID], database: NamedDependency[Database]
    ) -> Response[bytes]:
        """For everybody while its notice is on the programme; before that for the owner and organisers."""
        user = request.scope.get("user")
        async with database.read() as connection:
            found = await service.read_file(connection, attachment_id, actor=user if isinstance(user, Actor) else None)
        return sent_file(name=found.name, content_type=found.content_type, content=found.content)
