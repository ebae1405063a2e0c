"""Use cases of notices: say where students apply, add and remove files, read one. Possible at every stage."""

from datetime import datetime
from uuid import UUID

from app.actors import Actor
from app.attached_files import harmless_name, must_be_small, type_of
from app.database import Connection
from app.database.rows import must_be_seen
from app.employers.keeping import must_have_room
from app.events import NoticeFileAdded, NoticeFileRemoved, NoticeLinked
from app.notices import repository
from app.notices.domain import (
    MOST_FILES,
    AttachmentNotFound,
    Notice,
    PutNotice,
    TooManyFiles,
    checked_url,
    must_be_open,
)
from app.notices.repository import File
from app.outbox import append
from app.permissions import must
from app.requests import repository as requests
from app.requests.access import must_see, parts_in
from app.requests.domain import Request, RequestNotFound


async def read_notice(connection: Connection, request_id: UUID, *, actor: Actor) -> Notice:
    """Give the link and the files of a request's notice. Raises RequestNotFound."""
    must_see(actor, await requests.get_request(connection, request_id))
    return await repository.get_notice(connection, request_id)


async def put_notice(
    connection: Connection, request_id: UUID, command: PutNotice, *, seen: int | None, actor: Actor, now: datetime
) -> Notice:
    """Say where students apply. Raises RequestNotFound, NoticeClosed, PreconditionFailed, Invalid."""
    request = await _lock(connection, request_id, actor)
    before = await repository.get_notice(connection, request_id)
    must_be_seen(before.row_version, seen)
    url = checked_url(command.application_url)
    if url != before.application_url:
        await repository.upsert_link(connection, request_id, url)
        event = NoticeLinked(subject_id=request_id, season_id=request.season_id, application_url=url)
        await append(connection, event, actor_id=actor.account_id, now=now)
    return await repository.get_notice(connection, request_id)


async def add_file(
    connection: Connection, request_id: UUID, *, name: str, content: bytes, actor: Actor, now: datetime
) -> Notice:
    """Add a file to a notice. Raises RequestNotFound, NoticeClosed, TooLarge, Invalid, TooManyFiles, KeepsTooMuch."""
    must_be_small(content)
    request = await _lock(connection, request_id, actor)
    content_type = type_of(content)
    if len((await repository.get_notice(connection, request_id)).attachments) >= MOST_FILES:
        raise TooManyFiles(limit=MOST_FILES)
    added = await repository.insert_attachment(
        connection,
        request_id,
        name=harmless_name(name, content_type),
        content_type=content_type,
        content=content,
        now=now,
    )
    await must_have_room(connection, request.employer_id or request.department_id, actor=actor)
    event = NoticeFileAdded(subject_id=request_id, season_id=request.season_id, attachment_id=added.id)
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await repository.get_notice(connection, request_id)


async def remove_file(connection: Connection, attachment_id: UUID, *, actor: Actor, now: datetime) -> Notice:
    """Take a file out of its notice. Raises AttachmentNotFound, NoticeClosed."""
    owner = await repository.get_file_owner(connection, attachment_id)
    request = await _lock(connection, owner.request_id, actor, hidden=AttachmentNotFound)
    # Somebody else may have been quicker.
    await repository.get_file_owner(connection, attachment_id)
    await repository.delete_attachment(connection, attachment_id)
    event = NoticeFileRemoved(subject_id=request.id, season_id=request.season_id, attachment_id=attachment_id)
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await repository.get_notice(connection, request.id)


async def read_file(connection: Connection, attachment_id: UUID, *, actor: Actor | None) -> File:
    """Give a file: to who may see its request always, to everybody while its notice is on the programme.

    Raises AttachmentNotFound.
    """
    file = await repository.get_file(connection, attachment_id)
    if not file.is_public:
        if actor is None:
            raise AttachmentNotFound
        parts_in(actor, await requests.get_request(connection, file.request_id), hidden=AttachmentNotFound)
    return file


async def _lock(
    connection: Connection,
    request_id: UUID,
    actor: Actor,
    *,
    hidden: type[RequestNotFound | AttachmentNotFound] = RequestNotFound,
) -> Request:
    request = await requests.lock_request(connection, request_id)
    must_see(actor, request, hidden=hidden)
    must(actor, "change_notice", own=True)
    must_be_open(request.state)
    return request
