"""What fairs and exhibitors are refused for, each with its sentence."""

from app.database.constraints import on_constraint
from app.errors import N_, Conflict, NotFound


class FairNotFound(NotFound):
    """No such fair, or not the asker's."""

    type = "fair-not-found"
    sentence = N_("There is no such fair.")


class ExhibitorNotFound(NotFound):
    """No such exhibitor of this fair, or not the asker's."""

    type = "exhibitor-not-found"
    sentence = N_("There is no such exhibitor.")


class NotAFair(Conflict):
    """Only fairs have exhibitors."""

    type = "not-a-fair"
    sentence = N_("Only department fairs, two-way fairs and joint sessions are organised as fairs.")


class FairOver(Conflict):
    """A fair that has begun, or that is not held any more."""

    type = "fair-over"
    sentence = N_("This can no longer be answered: the fair has begun, or it is not held any more.")


class AnswerLate(Conflict):
    """The time to answer invitations is over; the organiser can still say yes for somebody."""

    type = "fair-answer-late"
    sentence = N_("Answers were due until {until}. Please call the organiser: there may still be a booth.")


class FairMoved(Conflict):
    """The fair has another time than the one that was looked at."""

    type = "fair-moved"
    sentence = N_("The fair has another time by now: {when}. Look whether it suits you, then answer once more.")


class NoBoothLeft(Conflict):
    """As many exhibitors have a booth as there are."""

    type = "no-booth-left"
    sentence = N_("Every booth of this fair is given away.")


class TooFewBooths(Conflict):
    """More exhibitors have a booth than there would be."""

    type = "too-few-booths"
    sentence = N_("{count} exhibitors have a booth. With fewer booths some of them would lose theirs.")


class ExhibitsAlready(Conflict):
    """A legal entity is at the fair already; its people may join, share, or have an entry for a division."""

    type = "exhibits-already"
    sentence = N_(
        "{employer} is at this fair already. Join its team, share its booth, or ask for one of your own for a division."
    )


class DivisionMissing(Conflict):
    """A second entry of an entity needs a name that the first has not."""

    type = "division-missing"
    sentence = N_("Name the department or branch: {employer} is at this fair already.")


class ExhibitorMoveImpossible(Conflict):
    """The table of moves does not allow this in the exhibitor's state."""

    type = "exhibitor-state"
    sentence = N_("This is not possible for an exhibitor in the state “{state}”.")


class NothingToShare(Conflict):
    """A booth can be shared once somebody has it."""

    type = "nothing-to-share"
    sentence = N_("{employer}, whose booth it is to share, has none yet: decide about that entry first.")


class FairLimit(Conflict):
    """One fair too many for an employer, with which one and when."""

    type = "fair-limit"
    sentence = N_("{employer}: {what} ({other}, {when}).")


class PeopleElsewhere(Conflict):
    """The employer's people are at another activity then."""

    type = "exhibitor-clash"
    sentence = N_("Your people are elsewhere then: {when}. Move or cancel that first, or send another team.")


class ApplicationsClosed(Conflict):
    """The fair takes invited exhibitors only."""

    type = "applications-closed"
    sentence = N_("This fair takes no applications.")


class NotVerified(Conflict):
    """Only verified employers meet students."""

    type = "exhibitor-not-verified"
    sentence = N_("{employer} is not verified yet. Verify it first; its answer is kept.")


on_constraint("fair_has_so_many_booths", lambda _: NoBoothLeft())
on_constraint("exhibitor_once", lambda _: ExhibitsAlready(employer="…"))
