"""Who is told of an employer's people: who is invited, who claims, comes, goes or owns, and who takes requests over."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from app.database import Connection
from app.events import (
    BookingHandedOn,
    BookingTakenOver,
    ClaimDeclined,
    ClaimMade,
    Event,
    PersonInvited,
    PersonLeft,
    RequestsHandedOver,
)
from app.notifications import facts_repository as repository
from app.notifications.domain import Recipient
from app.notifications.families import PEOPLE, handover_ids, invitation_ids, person_ids, subjects


class PeopleRecipients(msgspec.Struct, frozen=True):
    """Recipients of such events."""

    invited: dict[UUID, repository.InvitationFacts]
    owners: dict[UUID, list[Recipient]]
    handovers: dict[UUID, repository.HandoverFacts]
    accounts: dict[UUID, repository.AccountFacts]
    everybody: dict[UUID, list[Recipient]]

    def of(self, event: Event) -> list[Recipient] | None:
        """Give the recipients of an event; None where it is of another kind."""
        match event:
            case PersonInvited():
                asked = self.invited.get(event.invitation_id)
                return [asked.recipient] if asked else []
            case ClaimMade():
                return self.owners.get(event.subject_id, [])
            case ClaimDeclined():
                return self._account(event.account_id)
            case RequestsHandedOver():
                return list(self.handovers[event.handover_id].both)
            case BookingHandedOn():
                return list(self.handovers[event.handover_id].old)
            case BookingTakenOver():
                return [self.handovers[event.handover_id].new]
        if isinstance(event, PEOPLE):
            gone = self._account(event.account_id) if isinstance(event, PersonLeft) else []
            return [*gone, *self.everybody.get(event.subject_id, [])]
        return None

    def _account(self, account_id: UUID) -> list[Recipient]:
        account = self.accounts.get(account_id)
        return [Recipient(account.email, account.locale)] if account else []


async def read_people_recipients(connection: Connection, events: Sequence[Event]) -> PeopleRecipients:
    """Read who is told of such events; of other events nothing is read."""
    return PeopleRecipients(
        invited=await repository.list_invitations(connection, invitation_ids(events)),
        owners=await repository.list_owners(connection, subjects(events, (ClaimMade,))),
        handovers=await repository.list_handovers(connection, handover_ids(events)),
        accounts=await repository.list_accounts(connection, person_ids(events)),
        everybody=await repository.list_employer_recipients(connection, subjects(events, PEOPLE)),
    )
