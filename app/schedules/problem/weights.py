"""The weight of a request, by policy or as an organiser set it."""

from collections.abc import Sequence

from app.requests.domain import Activity, Request
from app.seasons.policies import Policies


def weight_of(request: Request, activities: Sequence[Activity], policies: Policies, *, key_group: bool) -> int:
    """Give the organiser's weight, else the highest that the policy gives for kind, size and purpose."""
    if request.weight is not None:
        return request.weight
    candidates = [policies.weight_default]
    if request.small_or_medium:
        candidates.append(policies.weight_small_or_medium)
    if any(activity.kind == "department_fair" for activity in activities):
        candidates.append(policies.weight_department_fair)
        if key_group:
            candidates.append(policies.weight_key_group)
    return max(candidates)
