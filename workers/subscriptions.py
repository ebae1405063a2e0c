"""The one table of subscriptions: each event, and the jobs that the relay enqueues for it.

What a mail of an event is for, says `app.notifications.purposes`.
"""

from typing import Final

from app import events
from app.events import Event
from app.message_channels.topics import TOLD
from app.waitlist.promoting import FREEING

DEFAULT_QUEUE: Final = "chunzhao"
SOLVER_QUEUE: Final = "chunzhao:solver"

# job -> its queue; every job that an event can start.
JOB_QUEUES: Final[dict[str, str]] = {
    "write_mails": DEFAULT_QUEUE,
    "send_again": DEFAULT_QUEUE,
    "start_solve": SOLVER_QUEUE,
    "find_additions": SOLVER_QUEUE,
    "settle_offers": DEFAULT_QUEUE,
    "offer_instead": DEFAULT_QUEUE,
    "offer_replacements": DEFAULT_QUEUE,
    "take_back_replacements": DEFAULT_QUEUE,
    "go_through_waitlists": DEFAULT_QUEUE,
    "write_posts": DEFAULT_QUEUE,
    "send_posts_on": DEFAULT_QUEUE,
}

_MAIL: Final = ("write_mails",)
_NOBODY: Final = ()

SUBSCRIPTIONS: Final[dict[type[Event], tuple[str, ...]]] = {
    events.AccountRegistered: _MAIL,
    events.AccountRegisteredAgain: _MAIL,
    events.AccountCreated: _MAIL,
    events.PasswordResetAsked: _MAIL,
    events.PasswordChanged: _NOBODY,
    events.EmailVerified: _NOBODY,
    events.AccountClosed: _NOBODY,
    events.AccountReopened: _NOBODY,
    events.AddressTested: _MAIL,
    events.MessagesChosen: _NOBODY,
    events.DigestGathered: _MAIL,
    events.ReleaseTested: _MAIL,
    events.ChannelAdded: _NOBODY,
    events.ChannelChanged: _NOBODY,
    events.ChannelRemoved: _NOBODY,
    events.ChannelTested: _NOBODY,
    events.ChannelPaused: _MAIL,
    events.ChannelResumed: ("send_posts_on",),
    events.InboxCounted: _MAIL,
    events.EmployerRegistered: _NOBODY,
    events.EmployerChanged: _NOBODY,
    events.EmployerReviewAsked: _NOBODY,
    events.EmployerVerified: _MAIL,
    events.EmployerRefused: _MAIL,
    events.EmployerSuspended: _MAIL,
    events.EmployerReinstated: _MAIL,
    events.StrikeNoted: _MAIL,
    events.StrikeRemoved: _MAIL,
    events.StrikesWaived: _MAIL,
    events.AppealMade: _NOBODY,
    events.AppealDecided: _MAIL,
    events.DecisionsOverdue: _MAIL,
    events.FeedAsked: _NOBODY,
    events.FeedRenewed: _NOBODY,
    events.FeedEnded: _NOBODY,
    events.LicenceEndsSoon: _MAIL,
    events.LicenceEnded: _MAIL,
    events.EmployerMergedAway: _NOBODY,
    events.EmployerTookIn: _MAIL,
    events.ClaimMade: _MAIL,
    events.ClaimWithdrawn: _NOBODY,
    events.ClaimAccepted: _NOBODY,
    events.ClaimDeclined: _MAIL,
    events.PersonInvited: _MAIL,
    events.InvitationWithdrawn: _NOBODY,
    events.PersonJoined: _MAIL,
    events.PersonLeft: _MAIL,
    events.OwnerChanged: _MAIL,
    events.RequestsHandedOver: _MAIL,
    events.SchoolChanged: _NOBODY,
    events.SeasonCreated: _NOBODY,
    events.SeasonChanged: _NOBODY,
    events.PolicyChanged: _NOBODY,
    events.CalendarChanged: _NOBODY,
    events.VenueChanged: _NOBODY,
    events.ClosureAdded: _NOBODY,
    events.ClosureRemoved: _NOBODY,
    events.FileImported: _NOBODY,
    events.RequestDrafted: _NOBODY,
    events.RequestChanged: _NOBODY,
    events.RequestAgreed: _NOBODY,
    events.RequestWeighted: _NOBODY,
    events.RequestSubmitted: _NOBODY,
    events.RequestReturned: _MAIL,
    events.RequestApproved: _MAIL,
    events.RequestRefused: _MAIL,
    events.RequestWithdrawn: _NOBODY,
    events.RequestWaitlisted: _MAIL,
    events.RequestScheduled: _NOBODY,
    events.RequestCancelled: _NOBODY,
    events.RequestStopped: _MAIL,
    events.RequestFiled: _NOBODY,
    events.RequestObjected: _MAIL,
    events.RequestTookPlace: _NOBODY,
    events.RequestNotShown: _NOBODY,
    events.RequestLapsesSoon: _MAIL,
    events.RequestLapsed: _MAIL,
    events.RequestLeftUnplaced: _MAIL,
    events.RequestHandedOver: _NOBODY,
    events.ParticipationAsked: _MAIL,
    events.ParticipationAccepted: _MAIL,
    events.ParticipationDeclined: _MAIL,
    events.ParticipationEnded: _MAIL,
    events.SolveAsked: ("start_solve",),
    events.SolveFinished: _NOBODY,
    events.SolveCancelled: _NOBODY,
    events.SolveFailed: _NOBODY,
    events.AdditionsAsked: ("find_additions",),
    events.VersionCorrected: _NOBODY,
    events.VersionDiscarded: _NOBODY,
    events.VersionReleased: _NOBODY,
    events.BookingConfirmed: _MAIL,
    events.BookingTentative: _MAIL,
    events.BookingJoined: _MAIL,
    events.BookingLeft: _MAIL,
    events.BookingMoved: _MAIL,
    events.BookingReleased: _MAIL,
    events.BookingLapsed: _MAIL,
    events.BookingReminded: _MAIL,
    events.VisitorsEntered: _NOBODY,
    events.HostNamed: _NOBODY,
    events.BookingTakenOver: _MAIL,
    events.BookingHandedOn: _MAIL,
    events.HoldReleased: ("settle_offers",),
    events.OffersMade: _MAIL,
    events.OfferAccepted: _NOBODY,
    events.OfferDeclined: _NOBODY,
    events.OffersWithdrawn: _MAIL,
    events.OffersBroken: ("write_mails", "offer_instead"),
    events.OffersExpired: _MAIL,
    events.OfferLost: _NOBODY,
    events.SwapProposed: _NOBODY,
    events.SwapAgreed: _NOBODY,
    events.PlacementsAccepted: _NOBODY,
    events.PlacementsDeclined: _NOBODY,
    events.AnswerReminded: _MAIL,
    events.AnswerExpired: _NOBODY,
    events.AmendmentProposed: _NOBODY,
    events.AmendmentImpossible: _MAIL,
    events.AmendmentChosen: _NOBODY,
    events.AmendmentAccepted: _MAIL,
    events.AmendmentRefused: _MAIL,
    events.AmendmentWithdrawn: _NOBODY,
    events.AmendmentExpired: _MAIL,
    events.CaseOpened: ("write_mails", "offer_replacements"),
    events.CaseSettled: ("take_back_replacements",),
    events.CaseKept: ("take_back_replacements",),
    events.DeliveryResendAsked: ("send_again",),
}

# Whatever frees something has the waitlists gone through besides.
for _kind in FREEING:
    SUBSCRIPTIONS[_kind] = (*SUBSCRIPTIONS[_kind], "go_through_waitlists")

# Whatever a channel can be told is told to those that want it.
for _told in TOLD:
    SUBSCRIPTIONS[_told] = (*SUBSCRIPTIONS[_told], "write_posts")

JOBS_BY_TYPE: Final[dict[str, tuple[str, ...]]] = {event.type: jobs for event, jobs in SUBSCRIPTIONS.items() if jobs}
