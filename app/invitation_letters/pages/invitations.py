"""Invitations on pages: a press prints one, and everybody can verify a printed one."""

from typing import Literal
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.errors import DomainError
from app.http.guards import May, Searches
from app.invitation_letters import service
from app.invitation_letters.controllers import counted_look, printed, settings_of, verified_by_link
from app.invitation_letters.domain import InvitationLocale, Verified
from app.layout.forms import EMPTY_FORM, Form, refused, submitted_values
from app.layout.page import Answer, AnyRequest, Page

_IN: dict[str, InvitationLocale] = {"zh-CN": "zh-CN", "en": "en"}


class InvitationLetterPages(Controller):
    """For owners and organisers."""

    include_in_schema = False
    guards = [May("print_invitation")]

    @post("/activities/{activity_id:uuid}/invitation", status_code=200)
    async def print_invitation(
        self,
        request: AnyRequest,
        activity_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Issue the invitation, and answer with its PDF in the language that was pressed."""
        locale = _IN.get(str((await submitted_values(request)).get("locale", "")), "zh-CN")
        await database.transact(
            service.issue_invitation, activity_id, actor=actor, settings=settings_of(request), clock=clock
        )
        return await printed(request, activity_id, locale, database=database, actor=actor, clock=clock)


class VerificationPages(Controller):
    """For everybody who holds an invitation."""

    include_in_schema = False
    guards = [counted_look]

    @get("/verify", guards=[Searches("code")])
    async def by_code(
        self, page: NamedDependency[Page], database: NamedDependency[Database], code: FromQuery[str] = ""
    ) -> Answer:
        """Ask for the printed code, and say what is true of it."""
        if not code.strip():
            return _verify_page(page, None)
        try:
            async with database.read() as connection:
                found = await service.read_verified_by_code(connection, code[:40])
        except DomainError as error:
            return _verify_page(page, None, form=refused(error, {"code": code[:40]}, page.translate), status_code=404)
        return _verify_page(page, found)

    @get("/verify/{token:str}")
    async def by_link(
        self,
        request: AnyRequest,
        token: FromPath[str],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Say what is true of the invitation whose QR code was read."""
        return _verify_page(page, await verified_by_link(request, token, database=database, clock=clock))


def _verify_page(
    page: Page, found: Verified | None, *, form: Form = EMPTY_FORM, status_code: Literal[200, 404] = 200
) -> Answer:
    return page.render("verify.html", form=form, found=found, status_code=status_code)
