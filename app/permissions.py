"""The one table of who may do what; guards, use cases, pages, their buttons and the API's `acts` read it."""

from typing import Final, Literal

import msgspec

from app.actors import Actor, DutyKind, Role
from app.errors import Forbidden, Unauthenticated

Permission = Literal[
    "manage_accounts",
    "give_duties",
    "own_absences",
    "name_school",
    "change_seasons",
    "change_venues",
    "close_venues",
    "change_hall_plans",
    "block_venues",
    "decide_blockings",
    "import_files",
    "export_schedules",
    "see_mails",
    "resend_mails",
    "change_channels",
    "register_employer",
    "own_employer",
    "see_strikes",
    "appeal",
    "judge_strikes",
    "own_people",
    "own_feeds",
    "feed_venues",
    "change_employer",
    "review_employers",
    "see_requests",
    "own_requests",
    "ask",
    "answer_participation",
    "edit",
    "agree",
    "submit",
    "withdraw",
    "accept",
    "decline",
    "offer",
    "swap",
    "amend",
    "decide_amendments",
    "cancel",
    "see_inbox",
    "return",
    "approve",
    "refuse",
    "waitlist",
    "stop",
    "miss",
    "object",
    "weigh",
    "see_schedules",
    "solve",
    "correct_drafts",
    "release",
    "see_bookings",
    "book",
    "own_rooms",
    "accept_broken",
    "see_waitlist",
    "enter_visitors",
    "name_host",
    "see_gate",
    "print_invitation",
    "change_notice",
    "file_safety",
    "exempt_safety",
    "see_cases",
    "settle_cases",
    "run_fairs",
    "exhibit",
]


class Allowed(msgspec.Struct, frozen=True):
    """The roles that may do something to anybody's things, those that may to their own, and the duties that let their
    holders do it to what the duty is about.
    """

    to_all: frozenset[Role]
    to_own: frozenset[Role] = frozenset()
    by_duty: frozenset[DutyKind] = frozenset()

    @property
    def roles(self) -> frozenset[Role]:
        """Give the roles that may do it to some things at least."""
        return self.to_all | self.to_own


def _roles(*names: Role) -> frozenset[Role]:
    return frozenset(names)


_ADMINISTRATORS = Allowed(_roles("administrator"))
_CENTRE = Allowed(_roles("organiser", "administrator"))
_CONTACTS = Allowed(_roles(), _roles("employer_contact"))
_DEPARTMENTS = Allowed(_roles(), _roles("department_staff"))
_OWNERS = Allowed(_roles(), _CONTACTS.to_own | _DEPARTMENTS.to_own)
_CENTRE_AND_OWNERS = Allowed(_CENTRE.to_all, _OWNERS.to_own)
_CENTRE_AND_DEPARTMENTS = Allowed(_CENTRE.to_all, _DEPARTMENTS.to_own)
_EVERYBODY = Allowed(_roles(), _roles("employer_contact", "staff", "department_staff", "organiser", "administrator"))
_CENTRE_AND_APPROVERS = Allowed(_CENTRE.to_all, by_duty=frozenset[DutyKind]({"approve"}))
_CENTRE_AND_CONTACTS = Allowed(_CENTRE.to_all, _CONTACTS.to_own)

MAY: Final[dict[Permission, Allowed]] = {
    # the school
    "manage_accounts": _ADMINISTRATORS,
    "give_duties": _CENTRE,
    "own_absences": Allowed(_roles(), _roles("staff", "department_staff", "organiser", "administrator")),
    "name_school": _ADMINISTRATORS,
    "change_seasons": _CENTRE,
    "change_venues": _CENTRE,
    "close_venues": _CENTRE_AND_DEPARTMENTS,
    "change_hall_plans": _CENTRE_AND_DEPARTMENTS,
    "block_venues": Allowed(_CENTRE.to_all, _DEPARTMENTS.to_own, _CENTRE_AND_APPROVERS.by_duty),
    "decide_blockings": _CENTRE_AND_APPROVERS,
    "import_files": _CENTRE,
    "export_schedules": _CENTRE,
    "see_mails": _CENTRE,
    "resend_mails": _CENTRE,
    "change_channels": _CENTRE,
    # employers
    "register_employer": _CENTRE_AND_CONTACTS,
    "change_employer": _CENTRE_AND_CONTACTS,
    "review_employers": _CENTRE,
    "own_employer": _CONTACTS,
    "see_strikes": _CENTRE_AND_CONTACTS,
    "appeal": _CONTACTS,
    "judge_strikes": _CENTRE,
    "own_people": _CENTRE_AND_CONTACTS,
    # calendars to subscribe to
    "own_feeds": _EVERYBODY,
    "feed_venues": _CENTRE_AND_DEPARTMENTS,
    # requests: the moves of app/requests/states.py, and what goes with them
    "see_requests": Allowed(_CENTRE.to_all, _OWNERS.to_own, _CENTRE_AND_APPROVERS.by_duty),
    "own_requests": _OWNERS,
    "ask": _CENTRE_AND_OWNERS,
    "answer_participation": _CENTRE_AND_CONTACTS,
    "edit": _CENTRE_AND_OWNERS,
    "agree": _CENTRE_AND_OWNERS,
    "submit": _CENTRE_AND_OWNERS,
    "withdraw": _CENTRE_AND_OWNERS,
    "accept": _CENTRE_AND_OWNERS,
    "decline": _CENTRE_AND_OWNERS,
    "offer": _CENTRE,
    "swap": _CENTRE_AND_OWNERS,
    "amend": _CENTRE_AND_OWNERS,
    "decide_amendments": _CENTRE_AND_APPROVERS,
    "cancel": _CENTRE_AND_OWNERS,
    "see_inbox": _CENTRE,
    "return": _CENTRE_AND_APPROVERS,
    "approve": _CENTRE_AND_APPROVERS,
    "refuse": _CENTRE_AND_APPROVERS,
    "waitlist": _CENTRE_AND_APPROVERS,
    "stop": _CENTRE,
    "miss": _CENTRE,
    "object": _CENTRE,
    "weigh": _CENTRE,
    # schedules and bookings
    "see_schedules": _CENTRE,
    "solve": _CENTRE,
    "correct_drafts": _CENTRE,
    "release": _CENTRE,
    "see_bookings": _CENTRE,
    "book": _CENTRE_AND_DEPARTMENTS,
    "own_rooms": _DEPARTMENTS,
    "see_waitlist": _CENTRE,
    # who comes to campus
    "enter_visitors": _CENTRE_AND_OWNERS,
    "name_host": _CENTRE_AND_DEPARTMENTS,
    "see_gate": _CENTRE,
    # what else stands around a booking
    "print_invitation": _CENTRE_AND_OWNERS,
    "change_notice": _CENTRE_AND_OWNERS,
    "file_safety": _CENTRE_AND_OWNERS,
    "exempt_safety": _CENTRE,
    # fairs and their exhibitors
    "run_fairs": _CENTRE_AND_DEPARTMENTS,
    "exhibit": _CENTRE_AND_CONTACTS,
    # facts that break promises
    "accept_broken": _CENTRE,
    "see_cases": _CENTRE,
    "settle_cases": _CENTRE,
}


def may(actor: Actor | None, permission: Permission, *, own: bool) -> bool:
    """Whether somebody may do this to a thing that is, or is not, their own."""
    if actor is None:
        return False
    allowed = MAY[permission]
    return actor.role in (allowed.roles if own else allowed.to_all)


def may_at_all(actor: Actor | None, permission: Permission) -> bool:
    """Whether there is anything that somebody may do this to; guards and buttons ask it."""
    by_duty = actor is not None and any(duty.kind in MAY[permission].by_duty for duty in actor.duties)
    return by_duty or may(actor, permission, own=True)


def must_at_all(actor: Actor | None, permission: Permission) -> Actor:
    """Give the person, if there is anything that they may do this to. Raises Unauthenticated, Forbidden."""
    if actor is None:
        raise Unauthenticated
    if not may_at_all(actor, permission):
        raise Forbidden
    return actor


def must(actor: Actor | None, permission: Permission, *, own: bool = False) -> Actor:
    """Give the person, if they may do this. Raises Unauthenticated, Forbidden."""
    if actor is None:
        raise Unauthenticated
    if not may(actor, permission, own=own):
        raise Forbidden
    return actor
