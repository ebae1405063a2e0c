"""Who acts for an employer, for its own people and for organisers; and the page behind an invitation's link."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.accounts.service import open_session
from app.actors import Actor
from app.database import Connection, Database
from app.employers import repository as employers
from app.employers.claim_domain import DecideClaim, DeclineClaim
from app.errors import NotFound
from app.http.guards import May
from app.http.sessions import set_session_cookie
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.people import claiming, inviting, repository, service
from app.people.access import answers_for
from app.people.controllers import invited_by_link
from app.people.domain import AcceptInvitation, HandOver, Invite, NameOwner, RemovePerson
from app.people.handing_over import hand_over
from app.requests import repository as requests
from app.requests.access import must_see


class PeoplePages(Controller):
    """For an employer's people and for organisers."""

    include_in_schema = False
    guards = [May("own_people")]

    @get("/my/employer/people")
    async def own_people(self, page: NamedDependency[Page]) -> Answer:
        """Go to the reader's own employer's people."""
        own = page.person.employer_id
        return see_other("/my/employer" if own is None else f"/employers/{own}/people")

    @get("/employers/{employer_id:uuid}/people")
    async def people(
        self, employer_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show who acts for an employer and who was asked to."""
        return await _people_page(page, database, employer_id, EMPTY_FORM)

    @post("/employers/{employer_id:uuid}/people/{act:str}")
    async def act(
        self,
        request: AnyRequest,
        employer_id: FromPath[UUID],
        act: FromPath[str],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Invite, take an invitation back, let go, name the owner, hand over all requests of somebody."""
        values = await submitted_values(request)
        if act not in _ACTS:
            raise NotFound

        async def carry() -> Answer:
            await database.transact(_ACTS[act], employer_id, values, actor, now)
            left = values.get("account_id") == str(actor.account_id) and act == "remove"
            return see_other("/my/employer" if left else f"/employers/{employer_id}/people")

        again = partial(_people_page, page, database, employer_id)
        return await carry_out(carry, page=page, values=values, again=again)

    @post("/requests/{request_id:uuid}/hand-over")
    async def hand_over_one(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Let a colleague be the contact of one request."""
        values = await submitted_values(request)
        async with database.read() as connection:
            asked = await requests.get_request(connection, request_id)
        must_see(actor, asked)
        if asked.employer_id is None:
            raise NotFound
        command = as_command({"to_account_id": values.get("to_account_id"), "request_ids": [request_id]}, HandOver)
        await database.transact(hand_over, asked.employer_id, command, actor=actor, now=now)
        return see_other(f"/requests/{request_id}")


class InvitationPages(Controller):
    """For whoever has the link of an invitation."""

    include_in_schema = False

    @get("/invitations/{token:str}")
    async def invitation(
        self, token: FromPath[str], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show who asks whom; looking accepts nothing."""
        return await _invitation_page(page, database, token, EMPTY_FORM)

    @post("/invitations/{token:str}")
    async def accept(
        self,
        request: AnyRequest,
        token: FromPath[str],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Accept; whoever opens an account by it is signed in, others sign in as ever."""
        values = await submitted_values(request)
        invitation_id = invited_by_link(request.app.state, token, now)

        async def accept() -> Answer:
            command = as_command({**values, "locale": page.translate.locale}, AcceptInvitation)
            async with database.read() as connection:
                asked = await repository.get_invitation(connection, invitation_id)
                is_new = await inviting.needs_account(connection, asked)
            account = await database.transact(inviting.accept_invitation, invitation_id, command, now=now)
            if not is_new:
                return see_other("/my/requests" if page.actor else "/sign-in?next=/my/requests")
            answer = see_other("/my/requests")
            token = await database.transact(open_session, account.id)
            set_session_cookie(answer, token, settings=request.app.state.settings)
            return answer

        again = partial(_invitation_page, page, database, token)
        return await carry_out(accept, page=page, values=values, again=again)


_Act = Callable[[Connection, UUID, dict[str, Any], Actor, datetime], Awaitable[object]]


def _only(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def _claim_of(values: dict[str, Any]) -> UUID:
    return as_command({"account_id": values.get("claim_id")}, NameOwner).account_id


async def _remove(
    connection: Connection, employer_id: UUID, values: dict[str, Any], actor: Actor, now: datetime
) -> None:
    command = as_command(_only(values, "hand_to", "nobody_left"), RemovePerson)
    account_id = as_command({"account_id": values.get("account_id")}, NameOwner).account_id
    await service.remove_person(connection, employer_id, account_id, command, actor=actor, now=now)


async def _withdraw(
    connection: Connection, employer_id: UUID, values: dict[str, Any], actor: Actor, now: datetime
) -> None:
    invitation_id = as_command({"account_id": values.get("invitation_id")}, NameOwner).account_id
    await inviting.withdraw_invitation(connection, employer_id, invitation_id, actor=actor, now=now)


_ACTS: dict[str, _Act] = {
    "invite": lambda c, key, values, actor, now: inviting.invite(
        c, key, as_command(values, Invite), actor=actor, now=now
    ),
    "withdraw": _withdraw,
    "remove": _remove,
    "accept": lambda c, key, values, actor, now: claiming.accept_claim(
        c,
        key,
        _claim_of(values),
        as_command(_only(values, "as_owner"), DecideClaim),
        seen=seen_version(values),
        actor=actor,
        now=now,
    ),
    "decline": lambda c, key, values, actor, now: claiming.decline_claim(
        c,
        key,
        _claim_of(values),
        as_command(_only(values, "note"), DeclineClaim),
        seen=seen_version(values),
        actor=actor,
        now=now,
    ),
    "own": lambda c, key, values, actor, now: service.name_owner(
        c, key, as_command(values, NameOwner), actor=actor, now=now
    ),
    "hand-over": lambda c, key, values, actor, now: hand_over(
        c, key, as_command(values, HandOver), actor=actor, now=now
    ),
}


async def _people_page(page: Page, database: Database, employer_id: UUID, form: Form) -> Answer:
    async with database.read() as connection:
        people = await service.read_people(connection, employer_id, actor=page.person)
        employer = await employers.get_employer(connection, employer_id)
        answers = answers_for(page.person, people)
        claims = await claiming.list_claims(connection, employer_id, actor=page.person) if answers else []
    return page.render(
        "people.html",
        people,
        claims=claims,
        employer=employer,
        answers=answers,
        form=form,
        status_code=form.status_code,
    )


async def _invitation_page(page: Page, database: Database, token: str, form: Form) -> Answer:
    now = page.clock.now()
    invitation_id = invited_by_link(page.request.app.state, token, now)
    async with database.read() as connection:
        invitation = await repository.get_invitation(connection, invitation_id)
        employer = await employers.get_employer(connection, invitation.employer_id)
        is_new = await inviting.needs_account(connection, invitation)
    return page.render(
        "invitation.html",
        invitation=invitation,
        is_open=invitation.is_open(now),
        is_new=is_new,
        employer=employer,
        token=token,
        form=form,
        status_code=form.status_code,
    )
