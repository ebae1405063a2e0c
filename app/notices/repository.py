"""Links and files of notices in PostgreSQL."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_one
from app.notices.domain import Attachment, AttachmentNotFound, Notice
from app.requests.domain import RequestNotFound

_queries = load_queries(__file__)


class FileOwner(msgspec.Struct, frozen=True, kw_only=True):
    """Of which request a file is."""

    request_id: UUID


class File(FileOwner, frozen=True, kw_only=True):
    """A file with its bytes; `is_public`: everybody may read it."""

    name: str
    content_type: str
    content: bytes
    is_public: bool


async def get_notice(connection: Connection, request_id: UUID) -> Notice:
    """Give the link and the files of a request's notice. Raises RequestNotFound."""
    return await fetch_one(Notice, _queries.find_notice(connection, request_id=request_id), missing=RequestNotFound)


async def upsert_link(connection: Connection, request_id: UUID, application_url: str) -> None:
    """Keep where students apply."""
    await _queries.upsert_link(connection, request_id=request_id, application_url=application_url)


async def insert_attachment(
    connection: Connection, request_id: UUID, *, name: str, content_type: str, content: bytes, now: datetime
) -> Attachment:
    """Add a file to a notice."""
    row = _queries.insert_attachment(
        connection, request_id=request_id, name=name, content_type=content_type, content=content, now=now
    )
    return await fetch_one(Attachment, row)


async def delete_attachment(connection: Connection, attachment_id: UUID) -> None:
    """Delete a file."""
    await _queries.delete_attachment(connection, attachment_id=attachment_id)


async def get_file_owner(connection: Connection, attachment_id: UUID) -> FileOwner:
    """Give of which request a file is. Raises AttachmentNotFound."""
    row = _queries.find_owner(connection, attachment_id=attachment_id)
    return await fetch_one(FileOwner, row, missing=AttachmentNotFound)


async def get_file(connection: Connection, attachment_id: UUID) -> File:
    """Give a file with its bytes. Raises AttachmentNotFound."""
    row = _queries.find_file(connection, attachment_id=attachment_id)
    return await fetch_one(File, row, missing=AttachmentNotFound)
