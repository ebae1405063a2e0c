"""Fairs and their exhibitors."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.events.event import Event


class FairOpened(Event, frozen=True, kw_only=True):
    """Somebody organises an activity as a fair."""

    type = "fair.opened"
    from_fair_id: UUID | None = None


class FairChanged(Event, frozen=True, kw_only=True):
    """What is said of a fair is something else."""

    type = "fair.changed"
    booths: int


class ExhibitorEvent(Event, frozen=True, kw_only=True):
    """Something that happened to an exhibitor of the fair that is its subject."""

    type: ClassVar[str] = "exhibitor"
    exhibitor_id: UUID

    @property
    def activity_id(self) -> UUID:
        """Give the activity that the fair is."""
        return self.subject_id


class ExhibitorInvited(ExhibitorEvent, frozen=True, kw_only=True):
    """A legal entity was invited to a fair."""

    type = "exhibitor.invited"


class ExhibitorApplied(ExhibitorEvent, frozen=True, kw_only=True):
    """An employer asked for a booth, or said yes and is not verified yet."""

    type = "exhibitor.applied"


class ExhibitorAccepted(ExhibitorEvent, frozen=True, kw_only=True):
    """An exhibitor has a booth; `by_itself`: it said yes to its invitation."""

    type = "exhibitor.accepted"
    by_itself: bool = False


class ExhibitorWaitlisted(ExhibitorEvent, frozen=True, kw_only=True):
    """An exhibitor waits for a booth."""

    type = "exhibitor.waitlisted"


class BoothOffered(ExhibitorEvent, frozen=True, kw_only=True):
    """A booth became free, and is kept for who waited longest."""

    type = "exhibitor.booth_offered"


class BoothOfferExpired(ExhibitorEvent, frozen=True, kw_only=True):
    """Nobody answered in time; the booth goes to the next."""

    type = "exhibitor.booth_offer_expired"


class ExhibitorDeclined(ExhibitorEvent, frozen=True, kw_only=True):
    """An exhibitor said no to its invitation."""

    type = "exhibitor.declined"


class ExhibitorWithdrew(ExhibitorEvent, frozen=True, kw_only=True):
    """An exhibitor comes no more, or asks no more."""

    type = "exhibitor.withdrawn"
    had_booth: bool = False


class BoothGivenBack(ExhibitorEvent, frozen=True, kw_only=True):
    """An exhibitor that had a booth comes no more; whoever runs the fair is told."""

    type = "exhibitor.booth_given_back"


class ExhibitorRefused(ExhibitorEvent, frozen=True, kw_only=True):
    """Whoever runs the fair said no, or took a booth back."""

    type = "exhibitor.refused"
    had_booth: bool = False


class ExhibitorChanged(ExhibitorEvent, frozen=True, kw_only=True):
    """An exhibitor brings or wishes something else."""

    type = "exhibitor.changed"


class ExhibitorJoined(ExhibitorEvent, frozen=True, kw_only=True):
    """Further people of an entity joined the team of its entry."""

    type = "exhibitor.joined"
    count: int


class ExhibitorReminded(ExhibitorEvent, frozen=True, kw_only=True):
    """Who was silent is reminded of its invitation."""

    type = "exhibitor.reminded"


class ExhibitorAskedAgain(ExhibitorEvent, frozen=True, kw_only=True):
    """The fair has another time, or a place now; whoever said yes is asked whether it suits."""

    type = "exhibitor.asked_again"


class ExhibitorAgreed(ExhibitorEvent, frozen=True, kw_only=True):
    """An exhibitor comes at the fair's other time too."""

    type = "exhibitor.agreed"


class FairLostPlace(ExhibitorEvent, frozen=True, kw_only=True):
    """A fair was to be then, and is to get another time; each exhibitor is told."""

    type = "exhibitor.fair_lost_place"
    old_starts_at: datetime
    old_ends_at: datetime


class FairCalledOff(ExhibitorEvent, frozen=True, kw_only=True):
    """A fair is not held; each exhibitor is told. `old_…`: when it was to be, if that was fixed."""

    type = "exhibitor.called_off"
    old_starts_at: datetime | None = None
    old_ends_at: datetime | None = None


class FairHallChanged(Event, frozen=True, kw_only=True):
    """The plan of a hall, or who stands in it, is another one for this fair."""

    type = "fair.hall_changed"
    hall_id: UUID
    booths: int


class BoothsAsked(Event, frozen=True, kw_only=True):
    """Booths are to be assigned."""

    type = "fair.booths_asked"
    run_id: UUID


class BoothsAssigned(Event, frozen=True, kw_only=True):
    """An assignment was looked at and kept."""

    type = "fair.booths_assigned"
    placed: int
    moved: int
    score: int | None


class ExhibitorMoved(ExhibitorEvent, frozen=True, kw_only=True):
    """Somebody gave an exhibitor a booth by hand."""

    type = "exhibitor.moved"


class BoothTold(ExhibitorEvent, frozen=True, kw_only=True):
    """An exhibitor is told where it stands; `old_booth`: where it was told before, if it was."""

    type = "exhibitor.booth_told"
    booth: str
    old_booth: str
