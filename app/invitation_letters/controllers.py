"""Invitations over HTTP: issued and printed for owners and organisers, verified by everybody."""

import asyncio
import contextlib
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery

from app.accounts.service import limit
from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.documents.printing import print_document
from app.http.guards import May
from app.http.problems import DISK_FULL
from app.invitation_letters import service
from app.invitation_letters.domain import InvitationLocale, IssuedInvitation, Verified
from app.invitation_letters.letter import TEMPLATE
from app.settings import Settings
from app.signed_links import read_link

_AnyRequest = Request[Any, Any, Any]
# From one address in the network; a whole campus may be one.
LOOKS: Final = 300
_WINDOW_SECONDS: Final = 600


async def counted_look(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard that counts who looks at invitations, so that nobody tries codes by the thousand. Raises TooMany."""
    if not connection.path_params.get("token") and not connection.query_params.get("code", "").strip():
        return
    bucket = f"verify-from:{connection.client.host if connection.client else ''}"
    # While the disk is full nothing can be counted, and everything may still be read.
    with contextlib.suppress(*DISK_FULL):
        await connection.app.state.database.transact(limit, bucket, tries=LOOKS, window_seconds=_WINDOW_SECONDS)


class InvitationLetterController(Controller):
    """The invitation of a confirmed activity."""

    path = "/api/activities/{activity_id:uuid}"
    tags = ("Invitations",)
    guards = [May("print_invitation")]

    @post("/invitation", summary="Issue the invitation", status_code=200)
    async def issue(
        self,
        request: _AnyRequest,
        activity_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> IssuedInvitation:
        """For its owner and organisers; asked for again while the place is the same it is the same one."""
        return await database.transact(
            service.issue_invitation, activity_id, actor=actor, settings=settings_of(request), clock=clock
        )

    @get("/invitation.pdf", summary="The invitation as PDF")
    async def print_issued(
        self,
        request: _AnyRequest,
        activity_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        locale: FromQuery[InvitationLocale] = "zh-CN",
    ) -> Response[bytes]:
        """One page with its fonts in it; it is issued first."""
        return await printed(request, activity_id, locale, database=database, actor=actor, clock=clock)


class VerificationController(Controller):
    """Whether a printed invitation is still true."""

    path = "/api/verify"
    tags = ("Invitations",)
    guards = (counted_look,)

    @get("/", summary="Verify by the printed code")
    async def by_code(self, code: FromQuery[str], database: NamedDependency[Database]) -> Verified:
        """For everybody; so often from one address (429)."""
        async with database.read() as connection:
            return await service.read_verified_by_code(connection, code)

    @get("/{token:str}", summary="Verify by the link of the QR code")
    async def by_link(
        self,
        request: _AnyRequest,
        token: FromPath[str],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Verified:
        """For everybody."""
        return await verified_by_link(request, token, database=database, clock=clock)


async def printed(
    request: _AnyRequest,
    activity_id: UUID,
    locale: InvitationLocale,
    *,
    database: Database,
    actor: Actor,
    clock: Clock,
) -> Response[bytes]:
    """Answer with the PDF of an issued invitation. Raises NotIssued, GlyphsMissing."""
    settings = settings_of(request)
    async with database.read() as connection:
        data = await service.read_invitation(
            connection, activity_id, locale, actor=actor, settings=settings, clock=clock
        )
    content = await asyncio.to_thread(
        print_document, TEMPLATE, data, made_at=clock.now(), more_fonts=settings.document_fonts
    )
    # A school's own numbers may have Chinese in them.
    name = f"invitation-{data['reference']}-{locale}.pdf"
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type="application/pdf", headers=headers)


async def verified_by_link(request: _AnyRequest, token: str, *, database: Database, clock: Clock) -> Verified:
    """Give what the link of a QR code leads to. Raises LinkNotValid, LinkExpired, CodeUnknown."""
    booking_id = read_link(settings_of(request).signing_keys, "verification", token, now=clock.now())
    async with database.read() as connection:
        return await service.read_verified(connection, booking_id)


def settings_of(request: _AnyRequest) -> Settings:
    """Give the settings of the running service."""
    settings: Settings = request.app.state.settings
    return settings
