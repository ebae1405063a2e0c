"""The steps of a changed wish beside those that a request has: kept, new or dropped, smaller or larger."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal
from uuid import UUID, uuid4

import msgspec

from app.amendments.domain import StepHasBegun
from app.bookings.domain import Booking
from app.errors import N_, Invalid
from app.requests.checks import takes_channel
from app.requests.domain import Activity, ActivityWish

Growth = Literal["smaller", "somewhat", "other"]
# What of a step makes it another thing, wherever it is.
_NATURE: Final = ("kind", "attendance_mode", "needs_channel")
_SIZES: Final = ("attendance", "duration_minutes", "booths")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step as it would be (`activity`), and as it is: None where it is new."""

    activity: Activity
    before: Activity | None


class Size(msgspec.Struct, frozen=True):
    """The sizes of an activity that somebody approved."""

    activity_id: UUID
    attendance: int
    duration_minutes: int
    booths: int


class Steps(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of a changed wish in their order, and the activities that it drops."""

    steps: tuple[Step, ...]
    dropped: tuple[Activity, ...]

    @property
    def activities(self) -> tuple[Activity, ...]:
        """Give the activities as they would be."""
        return tuple(step.activity for step in self.steps)

    @property
    def is_reordered(self) -> bool:
        """Whether steps that stay come in another order."""
        kept = [step.before.ordinal for step in self.steps if step.before is not None]
        return kept != sorted(kept)


def match_steps(
    wished: Sequence[ActivityWish],
    activities: Sequence[Activity],
    standing: Mapping[UUID, Booking],
    *,
    now: datetime,
    ids: Sequence[UUID] | None = None,
) -> Steps:
    """Match the steps of a wish with a request's activities by their ids.

    `ids` are those of the steps, once they are known. Raises Invalid for an id that is not one of them or comes twice,
    StepHasBegun.
    """
    known = {activity.id: activity for activity in activities}
    teams = tuple(sorted({team for activity in activities for team in activity.team_ids}))
    steps: list[Step] = []
    seen: set[UUID] = set()
    for index, wish in enumerate(wished):
        before = None if wish.id is None else known.get(wish.id)
        if wish.id is not None and (before is None or wish.id in seen):
            raise Invalid.at(f"activities[{index}].id", N_("The request has no such step."), "unknown-step")
        if wish.id is not None:
            seen.add(wish.id)
        step_id = ids[index] if ids is not None else wish.id or uuid4()
        steps.append(Step(activity=_as_activity(wish, step_id, index + 1, activities[0], teams), before=before))
    dropped = tuple(activity for activity in activities if activity.id not in seen)
    changed = [step.before.id for step in steps if step.before is not None and not is_same(step)]
    for activity_id in (*changed, *(activity.id for activity in dropped)):
        if activity_id in standing and standing[activity_id].starts_at <= now:
            raise StepHasBegun
    return Steps(steps=tuple(steps), dropped=dropped)


def is_same(step: Step) -> bool:
    """Whether a step stays as it is, wherever in the order it comes."""
    before = step.before
    if before is None:
        return False
    same = msgspec.structs.replace(
        step.activity,
        ordinal=before.ordinal,
        invitation_sequence=before.invitation_sequence,
        team_ids=before.team_ids,
    )
    return same == before


def growth_of(step: Step, *, percent: int, approved: Size | None = None) -> Growth:
    """Say whether a step asks for nothing more than it has, for somewhat more, or for another thing.

    The percent are of what somebody `approved`, where it changed since: small steps add up to a large one.
    """
    before, after = step.before, step.activity
    if before is None or any(getattr(before, name) != getattr(after, name) for name in _NATURE):
        return "other"
    if after.rooms_needed > before.rooms_needed or not set(after.features) <= set(before.features):
        return "other"
    # Whose rooms it asks for decided who approved it.
    if bool(after.asked_room_ids) != bool(before.asked_room_ids):
        return "other"
    if not set(after.asked_room_ids) <= set(before.asked_room_ids):
        return "other"
    if any(
        getattr(after, name) > getattr(before, name)
        and getattr(after, name) * 100 > getattr(approved or before, name) * (100 + percent)
        for name in _SIZES
    ):
        return "other"
    return "somewhat" if any(getattr(after, name) > getattr(before, name) for name in _SIZES) else "smaller"


def _as_activity(
    wish: ActivityWish, activity_id: UUID, ordinal: int, like: Activity, teams: tuple[UUID, ...]
) -> Activity:
    values = msgspec.structs.asdict(wish)
    return msgspec.convert(
        {
            **values,
            "id": activity_id,
            "request_id": like.request_id,
            "ordinal": ordinal,
            "needs_channel": takes_channel(wish),
            "invitation_sequence": -1,
            "team_ids": teams,
        },
        Activity,
    )
