"""The request form: flat field names that work without a script, and the command that they mean.

Step n's fields are `a{n}_…`, its windows `a{n}_w{m}_…`; a step without a kind and a window without a first day are
left out.
"""

import re
from collections.abc import Mapping
from typing import Any

from app.requests.domain import Activity, RequestDetail

STEPS = 3
WINDOWS = 3
_STEP_FIELDS = (
    "kind",
    "attendance",
    "duration_minutes",
    "attendance_mode",
    "rooms_needed",
    "booths",
    "gap_after_previous_minutes",
)
_LISTS = ("features", "campus_ids", "audience")
_WINDOW_FIELDS = ("first_day", "last_day", "from_time", "until_time")
_ERROR_PATH = re.compile(r"^activities\[(\d+)\](?:\.windows(?:\[(\d+)\])?)?(?:\.(\w+))?")


def wish_of_form(values: Mapping[str, Any]) -> dict[str, Any]:
    """The builtins of a RequestWish."""
    plain = ("title", "contact_name", "contact_email", "contact_phone", "notice_text", "remark")
    wish: dict[str, Any] = {name: values[name] for name in plain if name in values}
    wish["activities"] = [_step(values, step) for step in range(STEPS) if values.get(f"a{step}_kind")]
    wish["posts"] = _posts(str(values.get("posts", "")))
    return wish


def _step(values: Mapping[str, Any], step: int) -> dict[str, Any]:
    found: dict[str, Any] = {name: values[f"a{step}_{name}"] for name in _STEP_FIELDS if f"a{step}_{name}" in values}
    for name in _LISTS:
        given = values.get(f"a{step}_{name}", [])
        found[name] = given if isinstance(given, list) else [given]
    found["same_day_as_previous"] = f"a{step}_same_day" in values
    windows = []
    for window in range(WINDOWS):
        prefix = f"a{step}_w{window}_"
        if not values.get(f"{prefix}first_day"):
            continue
        given = {name: values[prefix + name] for name in _WINDOW_FIELDS if prefix + name in values}
        given.setdefault("last_day", given["first_day"])
        # The first wish counts most.
        windows.append({**given, "preference": 30 - 10 * window})
    found["windows"] = windows
    return found


def _posts(text: str) -> list[dict[str, Any]]:
    """One post a line, `name × openings, city`; the rest may be left out."""
    posts = []
    for line in text.splitlines():
        name, _, rest = line.partition("×") if "×" in line else line.partition("x ")
        if not name.strip():
            continue
        openings, _, city = rest.replace("，", ",").partition(",")
        posts.append({"title": name.strip(), "headcount": openings.strip() or "1", "city": city.strip()})
    return posts


def field_of_path(path: str) -> str:
    """The form's field that an error's path means."""
    found = _ERROR_PATH.match(path)
    if not found:
        return "posts" if path.startswith("posts") else path
    step, window, name = found.groups()
    if ".windows" in path:
        return f"a{step}_w{window or 0}_{name or 'first_day'}"
    return f"a{step}_{name}" if name else f"a{step}_kind"


def form_of_detail(detail: RequestDetail) -> dict[str, Any]:
    """The fields that show a request as it is, to change it."""
    request = detail.request
    values: dict[str, Any] = {
        "title": request.title,
        "contact_name": request.contact_name,
        "contact_email": request.contact_email,
        "contact_phone": request.contact_phone,
        "notice_text": request.notice_text,
        "remark": request.remark,
        "posts": "\n".join(
            f"{post.title} × {post.headcount}" + (f", {post.city}" if post.city else "") for post in detail.posts
        ),
    }
    for step, activity in enumerate(detail.activities[:STEPS]):
        values |= _step_values(activity, step)
    return values


def _step_values(activity: Activity, step: int) -> dict[str, Any]:
    values: dict[str, Any] = {f"a{step}_{name}": getattr(activity, name) for name in _STEP_FIELDS}
    values |= {f"a{step}_{name}": [str(item) for item in getattr(activity, name)] for name in _LISTS}
    if activity.same_day_as_previous:
        values[f"a{step}_same_day"] = "1"
    for number, window in enumerate(activity.windows[:WINDOWS]):
        prefix = f"a{step}_w{number}_"
        values[prefix + "first_day"] = window.first_day.isoformat()
        values[prefix + "last_day"] = window.last_day.isoformat()
        values[prefix + "from_time"] = f"{window.from_time:%H:%M}"
        values[prefix + "until_time"] = f"{window.until_time:%H:%M}"
    return values
