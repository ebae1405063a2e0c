"""What happened to hall plans. The subject is the room."""

from app.events.event import Event


class HallPlanSaved(Event, frozen=True, kw_only=True):
    """A room's plan was drawn or changed; `accepted`: what is found in it and was said yes to."""

    type = "hall_plan.saved"
    booths: int
    powered: int
    accepted: tuple[str, ...] = ()


class HallPlanRemoved(Event, frozen=True, kw_only=True):
    """A room has no plan any more."""

    type = "hall_plan.removed"
