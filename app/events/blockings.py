"""What happened to blockings of rooms and channels, and to the exceptions of closures."""

from uuid import UUID

from app.events.event import Event


class BlockingAsked(Event, frozen=True, kw_only=True):
    """Somebody asked to block a room or channel; `at_once`: they approve there themselves, so that it counts."""

    type = "blocking.asked"
    resource_id: UUID
    at_once: bool = False


class BlockingChanged(Event, frozen=True, kw_only=True):
    """Days, hours, reason or note of a blocking are others; `by_owner`: no other house changed them."""

    type = "blocking.changed"
    resource_id: UUID
    changed: tuple[str, ...] = ()
    by_owner: bool = True


class BlockingAccepted(Event, frozen=True, kw_only=True):
    """The career centre accepted a blocking: it counts."""

    type = "blocking.accepted"
    resource_id: UUID


class BlockingRefused(Event, frozen=True, kw_only=True):
    """The career centre refused a blocking."""

    type = "blocking.refused"
    resource_id: UUID
    instead_id: UUID | None = None


class BlockingWithdrawn(Event, frozen=True, kw_only=True):
    """A blocking was taken back, or lifted; `by_owner`: by the house whose it is."""

    type = "blocking.withdrawn"
    resource_id: UUID
    by_owner: bool = True


class ActivityExempted(Event, frozen=True, kw_only=True):
    """An activity may be in a closure nevertheless; `booking`: it was booked so. The subject is its request."""

    type = "closure.exempted"
    activity_id: UUID
    resource_id: UUID
    closure_ids: tuple[UUID, ...]
    blocking_id: UUID | None = None
    booking: bool = False


class ExemptionRemoved(Event, frozen=True, kw_only=True):
    """An activity may be in a closure no longer. The subject is its request; `voided`: the step was changed."""

    type = "closure.exemption_removed"
    activity_id: UUID
    resource_id: UUID
    closure_ids: tuple[UUID, ...]
    blocking_id: UUID | None = None
    voided: bool = False
