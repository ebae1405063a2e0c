"""Who is told of each event: the request's contact; for fairs and guidance events the owner's staff.

Participants who accepted are told of confirmed bookings as well; a tentative one is for its owner to answer. What is
overdue is said to those who decide.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from app.database import Connection
from app.events import (
    AmendmentAccepted,
    BlockingChanged,
    BlockingWithdrawn,
    BookingHandedOn,
    BookingTakenOver,
    ChannelPaused,
    ClaimDeclined,
    ClaimMade,
    DecidedEvent,
    DecisionsOverdue,
    DigestGathered,
    EmployerReinstated,
    EmployerSuspended,
    Event,
    PersonInvited,
    PersonLeft,
    RequestApproved,
    RequestsHandedOver,
    SeriesApproved,
    SeriesCancelled,
    SeriesEvent,
    StrikeRemoved,
)
from app.notifications import facts_repository as repository
from app.notifications.digests.repository import list_recipients as list_digest_recipients
from app.notifications.domain import Recipient
from app.notifications.fairs.facts import list_fair_recipients
from app.notifications.families import (
    ACCOUNT,
    ANSWER,
    BLOCKINGS,
    CENTRE,
    EMPLOYER,
    PARTICIPANT,
    PEOPLE,
    PERSONAL,
    REQUEST,
    booking_events,
    handover_ids,
    invitation_ids,
    is_tentative,
    participation_events,
    person_ids,
    personal_events,
    series_requests,
    subjects,
)
from app.notifications.purposes import BookingEvent
from app.seasons import repository as seasons


async def list_recipients(connection: Connection, events: Sequence[Event]) -> list[list[Recipient]]:
    """Give the recipients of each event, in the events' order; closed accounts are left out."""
    told_requests = subjects(events, (*REQUEST, *ANSWER)) | series_requests(events)
    activities = await repository.list_activity_ids(connection, told_requests)
    told = {event.activity_id for event in booking_events(events)} | {id_ for ids in activities.values() for id_ in ids}
    by_activity = await repository.list_activity_recipients(connection, told)
    settled = [event for event in booking_events(events) if not is_tentative(event)]
    beside = await repository.list_participants(connection, {event.request_id for event in settled})
    asked = {event.employer_id for event in (*participation_events(events), *personal_events(events))}
    asked |= {employer for employers in beside.values() for employer in employers}
    by_employer = await repository.list_employer_recipients(connection, subjects(events, EMPLOYER) | asked)
    accounts = await repository.list_accounts(connection, subjects(events, ACCOUNT))
    overdue = any(isinstance(event, DecisionsOverdue) for event in events)
    deciders = await repository.list_deciders(connection) if overdue else []
    digests = await list_digest_recipients(connection, subjects(events, (DigestGathered,)))
    centre = await repository.list_centre(connection) if subjects(events, CENTRE) else []

    of_fairs = await list_fair_recipients(connection, events)
    at_once = await _seasons_that_tell_at_once(connection, events)
    people_told = await read_people_recipients(connection, events)

    def of(event: Event) -> list[Recipient]:
        told_of_people = people_told.of(event)
        if told_of_people is not None:
            return _each_once(told_of_people)
        if isinstance(event, DecisionsOverdue):
            return deciders
        if _is_told_with_another(event, at_once):
            return []
        if isinstance(event, SeriesEvent):
            ids = [activity_id for key in event.request_ids for activity_id in activities.get(key, [])]
            return _of_activities(ids, by_activity)
        if isinstance(event, PERSONAL):
            return by_employer.get(event.employer_id, [])
        if isinstance(event, BookingEvent):
            others = [] if is_tentative(event) else beside.get(event.request_id, [])
            people = [who for employer in others for who in by_employer.get(employer, [])]
            return _each_once([*by_activity.get(event.activity_id, []), *people])
        if isinstance(event, (*REQUEST, *ANSWER)):
            return _of_activities(activities.get(event.subject_id, []), by_activity)
        if isinstance(event, PARTICIPANT):
            return by_employer.get(event.employer_id, [])
        if isinstance(event, EMPLOYER):
            return by_employer.get(event.subject_id, [])
        if isinstance(event, DigestGathered):
            return [digests[event.subject_id]]
        if isinstance(event, CENTRE):
            only_administrators = isinstance(event, ChannelPaused)
            return [who for who, is_administrator in centre if is_administrator or not only_administrators]
        account = accounts.get(event.subject_id)
        return [Recipient(account.email, account.locale)] if account else []

    return [of_fairs[index] if index in of_fairs else of(event) for index, event in enumerate(events)]


def _of_activities(ids: Sequence[UUID], by_activity: Mapping[UUID, list[Recipient]]) -> list[Recipient]:
    """Give who is told of any of some activities."""
    return _each_once([who for id_ in ids for who in by_activity.get(id_, [])])


async def _seasons_that_tell_at_once(connection: Connection, events: Sequence[Event]) -> set[UUID]:
    """Give the seasons of approvals in which each is told as it happens."""
    named = {event.season_id for event in events if isinstance(event, RequestApproved | SeriesApproved)} - {None}
    policies = {season_id: await seasons.get_policies(connection, season_id) for season_id in named if season_id}
    return {season_id for season_id, those in policies.items() if those.approval_told_after_working_days == 0}


def _is_told_with_another(event: Event, at_once: set[UUID]) -> bool:
    """Whether the mail of the place, the series, the strike or the appeal says it, or who did it knows it.

    Approvals are told by themselves at once in the seasons of `at_once`, later as `approvals` has it in the others.
    """
    if isinstance(event, RequestApproved | SeriesApproved) and event.season_id not in at_once:
        return True
    if isinstance(event, AmendmentAccepted):
        return not event.decided  # what moved is told for itself
    if isinstance(event, DecidedEvent):
        return event.series_id is not None
    if isinstance(event, SeriesCancelled):
        return not event.by_centre
    if isinstance(event, EmployerSuspended):
        return event.for_strikes
    if isinstance(event, EmployerReinstated):
        return event.by == "strikes"
    return isinstance(event, StrikeRemoved) and event.by_appeal


def _each_once(people: list[Recipient]) -> list[Recipient]:
    """Leave out doubles; the first of them says the language."""
    found: dict[str, Recipient] = {}
    for who in people:
        found.setdefault(who.email.lower(), who)
    return list(found.values())


class PeopleRecipients(msgspec.Struct, frozen=True):
    """Recipients of events about an employer's people, and about what somebody asked to block."""

    invited: dict[UUID, repository.InvitationFacts]
    owners: dict[UUID, list[Recipient]]
    handovers: dict[UUID, repository.HandoverFacts]
    accounts: dict[UUID, repository.AccountFacts]
    everybody: dict[UUID, list[Recipient]]
    askers: dict[UUID, list[Recipient]]

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
        if isinstance(event, BLOCKINGS):
            by_owner = isinstance(event, BlockingChanged | BlockingWithdrawn) and event.by_owner
            return [] if by_owner else self.askers.get(event.subject_id, [])
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
        askers=await repository.list_askers(connection, subjects(events, BLOCKINGS)),
    )
