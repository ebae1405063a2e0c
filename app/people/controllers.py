"""The people of an employer over HTTP."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.accounts.domain import Account
from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.employers import claim_repository
from app.employers.claim_domain import Claim, DecideClaim, DeclineClaim, MakeClaim, OwnClaim
from app.employers.claims import make_claim, withdraw_claim
from app.http.guards import May
from app.http.preconditions import IfMatch, expected_version
from app.people import claiming, inviting, repository, service
from app.people.domain import (
    AcceptInvitation,
    HandOver,
    Invitation,
    Invite,
    NameOwner,
    People,
    RemovePerson,
)
from app.people.handing_over import hand_over
from app.signed_links import read_link


class HandedOver(msgspec.Struct, frozen=True):
    """How many requests have another contact now."""

    requests: int


class PeopleController(Controller):
    """Who acts for an employer, and who takes over whose requests."""

    path = "/api/employers/{employer_id:uuid}"
    tags = ("People of an employer",)
    guards = [May("own_people")]

    @get("/people", summary="Who acts for the employer")
    async def people(
        self, employer_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> People:
        """The owner first; and the open invitations. For the employer and for organisers."""
        async with database.read() as connection:
            return await service.read_people(connection, employer_id, actor=actor)

    @post("/invitations", summary="Invite a colleague")
    async def invite(
        self,
        employer_id: FromPath[UUID],
        data: JSONBody[Invite],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Invitation:
        """For the owner and for organisers; the mail has a link that works for seven days."""
        return await database.transact(inviting.invite, employer_id, data, actor=actor, now=now)

    @post("/invitations/{invitation_id:uuid}/withdraw", summary="Take an invitation back", status_code=200)
    async def withdraw(
        self,
        employer_id: FromPath[UUID],
        invitation_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> People:
        """For the owner and for organisers."""
        return await database.transact(inviting.withdraw_invitation, employer_id, invitation_id, actor=actor, now=now)

    @post("/people/{account_id:uuid}/remove", summary="Leave, or let somebody go", status_code=200)
    async def remove(
        self,
        employer_id: FromPath[UUID],
        account_id: FromPath[UUID],
        data: JSONBody[RemovePerson],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> People:
        """Everybody may leave; the owner and organisers let others go. A colleague takes over their requests."""
        return await database.transact(service.remove_person, employer_id, account_id, data, actor=actor, now=now)

    @post("/owner", summary="Name the owner", status_code=200)
    async def name_owner(
        self,
        employer_id: FromPath[UUID],
        data: JSONBody[NameOwner],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> People:
        """For the owner and for organisers."""
        return await database.transact(service.name_owner, employer_id, data, actor=actor, now=now)

    @post("/handovers", summary="Hand requests over to a colleague")
    async def hand_over(
        self,
        employer_id: FromPath[UUID],
        data: JSONBody[HandOver],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> HandedOver:
        """Some requests, or all of a colleague; old and new contact are told, and their calendars follow."""
        return HandedOver(await database.transact(hand_over, employer_id, data, actor=actor, now=now))


class ClaimController(Controller):
    """Claims to act for an employer whose code is registered already."""

    path = "/api"
    tags = ("People of an employer",)

    @get("/employer-claims", summary="What you claimed", guards=[May("own_employer")])
    async def list_own(self, database: NamedDependency[Database], actor: NamedDependency[Actor]) -> list[OwnClaim]:
        """For contacts; of the employer they see nothing but the code that they entered."""
        async with database.read() as connection:
            return await claim_repository.list_own(connection, actor.account_id)

    @post("/employer-claims", summary="Claim to act for the employer of a code", guards=[May("own_employer")])
    async def make(
        self,
        data: JSONBody[MakeClaim],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> OwnClaim:
        """Say who you are; the employer's owner and the career centre answer."""
        return await make_claim(database, data, actor=actor, now=now)

    @post("/employer-claims/{claim_id:uuid}/withdraw", summary="Claim no more", guards=[May("own_employer")])
    async def withdraw(
        self,
        claim_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> None:
        """For who made it."""
        await database.transact(withdraw_claim, claim_id, actor=actor, now=now)

    @get("/employers/{employer_id:uuid}/claims", summary="Who claims to act for it", guards=[May("own_people")])
    async def claims(
        self, employer_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> list[Claim]:
        """For the owner and for organisers."""
        async with database.read() as connection:
            return await claiming.list_claims(connection, employer_id, actor=actor)

    @post(
        "/employers/{employer_id:uuid}/claims/{claim_id:uuid}/accept",
        summary="Let who claims it act for the employer",
        guards=[May("own_people")],
        status_code=200,
    )
    async def accept(
        self,
        employer_id: FromPath[UUID],
        claim_id: FromPath[UUID],
        data: JSONBody[DecideClaim],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> People:
        """Needs If-Match. For the owner and for organisers, who can make them the owner."""
        seen = expected_version(if_match)
        return await database.transact(
            claiming.accept_claim, employer_id, claim_id, data, seen=seen, actor=actor, now=now
        )

    @post(
        "/employers/{employer_id:uuid}/claims/{claim_id:uuid}/decline",
        summary="Decline a claim",
        guards=[May("own_people")],
        status_code=200,
    )
    async def decline(
        self,
        employer_id: FromPath[UUID],
        claim_id: FromPath[UUID],
        data: JSONBody[DeclineClaim],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> People:
        """Needs If-Match. For the owner and for organisers; the reason is told."""
        seen = expected_version(if_match)
        return await database.transact(
            claiming.decline_claim, employer_id, claim_id, data, seen=seen, actor=actor, now=now
        )


class InvitationLinkController(Controller):
    """Invitations by the link of their mail, without an account."""

    path = "/api/invitation-links/{token:str}"
    tags = ("People of an employer",)

    @get("/", summary="Look at an invitation")
    async def invitation(
        self,
        token: FromPath[str],
        state: State,
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Invitation:
        """For whoever has the link; looking decides nothing."""
        async with database.read() as connection:
            return await repository.get_invitation(connection, invited_by_link(state, token, clock.now()))

    @post("/accept", summary="Accept an invitation", status_code=200)
    async def accept(
        self,
        token: FromPath[str],
        data: JSONBody[AcceptInvitation],
        state: State,
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Account:
        """For whoever has the link; where the address has no account yet, name and password open one."""
        now = clock.now()
        invitation_id = invited_by_link(state, token, now)
        return await database.transact(inviting.accept_invitation, invitation_id, data, now=now)


def invited_by_link(state: State, token: str, now: datetime) -> UUID:
    """Give the invitation of a link. Raises LinkNotValid, LinkExpired."""
    return read_link(state.settings.signing_keys, "invitation", token, now=now)
