"""The request form: flat field names that work without a script, and the command that they mean.

The fields of step n are `a{n}_…`, those of its windows `a{n}_w{m}_…`; a step without a kind and a window left as it was
are left out. When a request is changed, what it has beyond the form's fields is kept.
"""

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

import msgspec

from app.layout.forms import every
from app.requests.domain import Activity, Post, RequestDetail
from app.seasons.domain import Season

# What an empty form shows, and what the command takes at most.
STEPS, MOST_STEPS = 3, 20
WINDOWS, MOST_WINDOWS = 3, 30
_TEXTS = ("title", "contact_name", "contact_email", "contact_phone", "notice_text", "remark")
_STEP_FIELDS = (
    "kind",
    "attendance",
    "duration_minutes",
    "attendance_mode",
    "rooms_needed",
    "booths",
    "outsiders",
    "gap_after_previous_minutes",
)
_LISTS = ("features", "campus_ids", "asked_room_ids", "audience")
_WINDOW_FIELDS = ("first_day", "last_day", "from_time", "until_time")
_ERROR_PATH = re.compile(r"^activities\[(\d+)\](?:\.windows(?:\[(\d+)\])?)?(?:\.(\w+))?")
# `name × openings, city`; an x counts as × where it cannot be the end of a word.
_POST = re.compile(r"(?P<title>.*\S)\s*(?:×|(?<![A-Za-z])x(?=\s*\d))\s*(?P<headcount>[^,，]*)(?:[,，](?P<city>.*))?")


def steps_of(values: Mapping[str, Any]) -> int:
    """Count the steps that the form shows."""
    return _shown(values, re.compile(r"a(\d{1,2})_"), STEPS, MOST_STEPS)


def windows_of(values: Mapping[str, Any], step: int) -> int:
    """Count the windows that the form shows of a step."""
    return _shown(values, re.compile(rf"a{step}_w(\d{{1,2}})_"), WINDOWS, MOST_WINDOWS)


def _shown(values: Mapping[str, Any], name: re.Pattern[str], fewest: int, most: int) -> int:
    numbers = [int(found[1]) for field in values if (found := name.match(field))]
    return min(most, max([fewest, *(number + 1 for number in numbers)]))


def wish_of_form(
    values: Mapping[str, Any], season: Season | None, *, stored: RequestDetail | None = None
) -> dict[str, Any]:
    """Give the builtins of a RequestWish; of a `stored` request, what has no field stays as it is."""
    wish: dict[str, Any] = {name: values[name] for name in _TEXTS if name in values}
    if stored is not None:
        kept = {name: getattr(stored.request, name) for name in _TEXTS}
        wish |= {name: text for name, text in kept.items() if _plain(wish.get(name, "")) == _plain(text)}
        wish["contact_locale"] = stored.request.contact_locale
    wish["activities"] = [_step(values, step, season) for step in _filled_steps(values)]
    wish["participant_codes"] = _first_words(str(values.get("participant_codes", "")))
    wish["posts"] = _posts(str(values.get("posts", "")), stored.posts if stored else ())
    return wish


def _plain(text: Any) -> str:
    """Give a text without what a browser changes when it sends it back."""
    return str(text).replace("\r\n", "\n").strip()


def _filled_steps(values: Mapping[str, Any]) -> list[int]:
    return [step for step in range(steps_of(values)) if values.get(f"a{step}_kind")]


def _filled_windows(values: Mapping[str, Any], step: int, season: Season | None) -> list[int]:
    """List the windows with a day, or with other hours than an empty one shows."""
    shown = (_clock(season.day_opens), _clock(season.day_closes)) if season else ("", "")
    filled = []
    for window in range(windows_of(values, step)):
        first, last, opens, closes = (values.get(f"a{step}_w{window}_{name}", "") for name in _WINDOW_FIELDS)
        if first or last or (opens or shown[0], closes or shown[1]) != shown:
            filled.append(window)
    return filled


def _step(values: Mapping[str, Any], step: int, season: Season | None) -> dict[str, Any]:
    found: dict[str, Any] = {name: values[f"a{step}_{name}"] for name in _STEP_FIELDS if f"a{step}_{name}" in values}
    if step_id := values.get(f"a{step}_id"):
        found["id"] = step_id
    for name in _LISTS:
        found[name] = every(values, f"a{step}_{name}")
    found["same_day_as_previous"] = f"a{step}_same_day" in values
    found["windows"] = []
    preference = 40
    for window in _filled_windows(values, step, season):
        prefix = f"a{step}_w{window}_"
        given = {name: values[prefix + name] for name in _WINDOW_FIELDS if prefix + name in values}
        if "first_day" in given:
            given.setdefault("last_day", given["first_day"])
        # The first wish counts most; one that had a preference keeps it.
        kept = str(values.get(f"{prefix}preference", ""))
        preference = int(kept) if kept.isdecimal() else max(0, preference - 10)
        found["windows"].append({**given, "preference": preference})
    return found


def _first_words(text: str) -> list[str]:
    """Read the code at the start of each line; what follows is the name that the form shows."""
    return list(dict.fromkeys(line.split()[0] for line in text.splitlines() if line.strip()))


def _posts(text: str, stored: tuple[Post, ...]) -> list[dict[str, Any]]:
    """Read one post from each line, `name × openings, city`; left-out parts stay as they were under the same name."""
    left, posts = list(stored), []
    for line in filter(None, map(str.strip, text.splitlines())):
        found = _POST.fullmatch(line)
        title = found["title"] if found else line
        same = next((post for post in left if _post_line(post) == line), None)
        before = same or next((post for post in left if post.title == title), None)
        post: dict[str, Any] = {}
        if before is not None:
            left.remove(before)
            post = msgspec.to_builtins(before)
        if same is None:
            headcount, city = (found["headcount"].strip(), found["city"] or "") if found else ("", "")
            post |= {"title": title, "headcount": headcount or "1", "city": city.strip()}
        posts.append(post)
    return posts


def _post_line(post: Post) -> str:
    city = f", {post.city}" if post.city else ""
    return " ".join(f"{post.title} × {post.headcount}{city}".split())


def asked_of_form(values: Mapping[str, Any], season: Season | None) -> dict[str, Any]:
    """Give the builtins of a RequestWish of only what decides where it could go; the title may still be missing."""
    wish = wish_of_form(values, season)
    return {"title": "…", "activities": wish["activities"]}


def wished_days(values: Mapping[str, Any]) -> list[tuple[date, date]]:
    """List the first and the last days of the first step's windows, as far as they are dates."""
    found = []
    for window in range(windows_of(values, 0)):
        first = str(values.get(f"a0_w{window}_first_day", ""))
        last = str(values.get(f"a0_w{window}_last_day", "")) or first
        try:
            found.append((date.fromisoformat(first), date.fromisoformat(last)))
        except ValueError:
            continue
    return found


def asks_only(values: Mapping[str, Any]) -> bool:
    """Whether somebody who fills in the form asks what is open, and sends nothing yet."""
    return "check" in values or "pick" in values


def picked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the form with a picked day as one of the first step's windows; a window of that day alone is taken out."""
    fields = {name: value for name, value in values.items() if name not in ("check", "pick")}
    day = str(values.get("pick", ""))
    return _with_picked_day(fields, day) if day else fields


def _with_picked_day(fields: dict[str, Any], picked: str) -> dict[str, Any]:
    for window in range(MOST_WINDOWS):
        first, last = f"a0_w{window}_first_day", f"a0_w{window}_last_day"
        if fields.get(first) == picked and fields.get(last) in (picked, "", None):
            fields[first] = fields[last] = ""
            return fields
    for window in range(MOST_WINDOWS):
        first, last = f"a0_w{window}_first_day", f"a0_w{window}_last_day"
        if not fields.get(first) and not fields.get(last):
            fields[first] = fields[last] = picked
            return fields
    return fields


def field_of_path(path: str, values: Mapping[str, Any], season: Season | None) -> str:
    """Give the form's field that an error's path means."""
    if path.startswith("repeat."):
        return path.replace(".", "_").partition("[")[0]
    found = _ERROR_PATH.match(path)
    if not found:
        return next((field for field in ("posts", "participant_codes") if path.startswith(field)), path)
    step = _filled_steps(values)[int(found[1])]
    name = found[3]
    if ".windows" not in path:
        return f"a{step}_{name}" if name else f"a{step}_kind"
    windows = _filled_windows(values, step, season)
    if found[2] and int(found[2]) >= len(windows):
        # Steps of a series have no windows of their own: what is wrong is its repetition.
        return f"repeat_{name or 'first_day'}"
    window = windows[int(found[2])] if found[2] else 0
    return f"a{step}_w{window}_{name or 'first_day'}"


def form_of_detail(detail: RequestDetail) -> dict[str, Any]:
    """Give the fields that show a request, to change it."""
    values: dict[str, Any] = {name: getattr(detail.request, name) for name in _TEXTS}
    values["posts"] = "\n".join(map(_post_line, detail.posts))
    values["participant_codes"] = "\n".join(
        f"{participant.credit_code} {participant.name_zh}" for participant in detail.participants
    )
    for step, activity in enumerate(detail.activities):
        values |= _step_values(activity, step)
    return values


def _step_values(activity: Activity, step: int) -> dict[str, Any]:
    values: dict[str, Any] = {f"a{step}_{name}": getattr(activity, name) for name in _STEP_FIELDS}
    values[f"a{step}_id"] = str(activity.id)
    values |= {f"a{step}_{name}": [str(item) for item in getattr(activity, name)] for name in _LISTS}
    if activity.same_day_as_previous:
        values[f"a{step}_same_day"] = "1"
    for number, window in enumerate(activity.windows):
        prefix = f"a{step}_w{number}_"
        values[prefix + "first_day"] = window.first_day.isoformat()
        values[prefix + "last_day"] = window.last_day.isoformat()
        values[prefix + "from_time"] = _clock(window.from_time)
        values[prefix + "until_time"] = _clock(window.until_time)
        values[prefix + "preference"] = window.preference
    return values


def _clock(hour: time) -> str:
    return hour.isoformat().removesuffix(":00")
