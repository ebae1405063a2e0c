"""What an amendment changes, old beside new, as its messages tell it."""

from typing import Final

from app.amendments.steps import Step, Steps
from app.events import StepChange
from app.requests.domain import Activity

_SIZES: Final = ("attendance", "duration_minutes", "rooms_needed", "booths")
_CHOICES: Final = ("attendance_mode", "features", "campus_ids", "audience")


def changes_of(steps: Steps) -> tuple[StepChange, ...]:
    """Give what of each step is another, what is added and what is dropped."""
    dropped = [StepChange(kind=activity.kind, part="dropped") for activity in steps.dropped]
    return (*(change for step in steps.steps for change in _of_step(step)), *dropped)


def _of_step(step: Step) -> list[StepChange]:
    before, after = step.before, step.activity
    if before is None:
        return [StepChange(kind=after.kind, part="added")]
    changes = []
    if before.kind != after.kind:
        changes += [StepChange(kind=before.kind, part="dropped"), StepChange(kind=after.kind, part="added")]
    for name in _SIZES:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            changes.append(StepChange(kind=after.kind, part=name, old=old, new=new))
    if _windows(before) != _windows(after):
        changes.append(StepChange(kind=after.kind, part="windows", old=_windows(before), new=_windows(after)))
    if any(getattr(before, name) != getattr(after, name) for name in _CHOICES):
        changes.append(StepChange(kind=after.kind, part="needs"))
    return changes


def _windows(activity: Activity) -> tuple[tuple[str, str, str, str], ...]:
    return tuple(
        (
            window.first_day.isoformat(),
            window.last_day.isoformat(),
            window.from_time.isoformat(),
            window.until_time.isoformat(),
        )
        for window in activity.windows
    )
