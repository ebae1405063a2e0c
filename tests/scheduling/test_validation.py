"""What does not fit is refused with the path of the field."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from scheduling import ProblemError, read_problem, schema, write
from tests.scheduling.factories import activity, problem, request
from tests.scheduling.random_problems import random_problem


def plain() -> dict[str, Any]:
    season = problem(request("a", activity("a")), request("b", activity("b")))
    value: dict[str, Any] = json.loads(write(season))
    value["majors"] = [{"id": "law", "cohort": 10}]
    return value


def set_at(value: Any, path: str, new: Any) -> None:
    keys = [int(k) if k.isdigit() else k for k in path.split(".")]
    for key in keys[:-1]:
        value = value[key]
    value[keys[-1]] = new


ACTIVITY = "requests.0.activities.0"
FIXED = {"activity": "a", "day": 0, "start": 0, "rooms": ["r"]}
PINNED = {**FIXED, "state": "pinned"}

# field, value put there -> path refused
REFUSED: list[tuple[str, Any, str]] = [
    ("rooms.0.capacity", -1, "$.rooms[0].capacity"),
    ("rooms.0.capacity", "many", "$.rooms[0].capacity"),
    ("rooms.0.campus", "west", "$.rooms[0].campus"),
    ("rooms.0.blocked", [[0, 4, 4]], "$.rooms[0].blocked[0]"),
    ("rooms.0.blocked", [[9, 0, 4]], "$.rooms[0].blocked[0][0]"),
    ("rooms.0.open", [[0, 0, 11]], "$.rooms[0].open[0][2]"),
    ("rooms.0.colour", "red", "$.rooms[0]"),
    ("grid.slots_per_day", 0, "$.grid.slots_per_day"),
    ("grid.days", [], "$.grid.days"),
    ("travel_slots", [[0]], "$.travel_slots"),
    ("travel_slots", [[0, 1], [1]], "$.travel_slots[1]"),
    ("travel_slots", [[1, 1], [1, 0]], "$.travel_slots[0][0]"),
    ("campuses.1.id", "north", "$.campuses[1].id"),
    ("staff_limits", [{"campus": "north", "from_slot": 4, "to_slot": 4, "limit": 1}], "$.staff_limits[0].to_slot"),
    ("groups", [{"id": "g"}, {"id": "g"}], "$.groups[1].id"),
    ("groups", [{"id": "g", "min_gap_days": -1}], "$.groups[0].min_gap_days"),
    (
        "groups",
        [{"id": "g", "period_limits": [{"first_day": 3, "last_day": 2, "limit": 1}]}],
        "$.groups[0].period_limits[0].last_day",
    ),
    ("requests.1.id", "a", "$.requests[1].id"),
    ("requests.1.activities.0.id", "a", "$.requests[1].activities[0].id"),
    ("requests.0.activities", [], "$.requests[0].activities"),
    ("requests.0.weight", -1, "$.requests[0].weight"),
    (f"{ACTIVITY}.duration_slots", 0, "$.requests[0].activities[0].duration_slots"),
    (f"{ACTIVITY}.duration_slots", 11, "$.requests[0].activities[0].duration_slots"),
    (f"{ACTIVITY}.rooms_needed", 21, "$.requests[0].activities[0].rooms_needed"),
    (f"{ACTIVITY}.rooms", ["x"], "$.requests[0].activities[0].rooms[0]"),
    (f"{ACTIVITY}.rooms", ["r", "r"], "$.requests[0].activities[0].rooms"),
    (f"{ACTIVITY}.groups", ["x"], "$.requests[0].activities[0].groups[0]"),
    (f"{ACTIVITY}.audience", ["art"], "$.requests[0].activities[0].audience[0]"),
    (f"{ACTIVITY}.windows.0.last_day", 5, "$.requests[0].activities[0].windows[0].last_day"),
    (f"{ACTIVITY}.windows.0.starts", [9], "$.requests[0].activities[0].windows[0].starts[0]"),
    (f"{ACTIVITY}.forbidden", [{}], "$.requests[0].activities[0].forbidden[0]"),
    (f"{ACTIVITY}.target", {"day": 7, "value": 1, "per_day": 1}, "$.requests[0].activities[0].target.day"),
    ("links", [{"before": "a", "after": "x"}], "$.links[0].after"),
    ("links", [{"before": "a", "after": "a"}], "$.links[0].after"),
    ("links", [{"before": "a", "after": "b"}, {"before": "b", "after": "a"}], "$.links[0]"),
    ("links", [{"before": "a", "after": "b", "min_days": 2, "max_days": 1}], "$.links[0].max_days"),
    ("links", [{"before": "a", "after": "b", "same_day": True, "min_days": 1}], "$.links[0].min_days"),
    ("requests.0.links", [{"before": "a", "after": "b"}], "$.requests[0].links[0].after"),
    ("fixed", [{**FIXED, "activity": "x"}], "$.fixed[0].activity"),
    ("fixed", [FIXED, FIXED], "$.fixed[1].activity"),
    ("fixed", [{**FIXED, "start": 9}], "$.fixed[0].start"),
    ("fixed", [{**FIXED, "rooms": ["x"]}], "$.fixed[0].rooms[0]"),
    ("fixed", [PINNED, {**PINNED, "activity": "b", "start": 1}], "$.fixed[1]"),
    ("format", "chunzhao.problem/2", "$.format"),
    (
        "policy",
        {"fairness": {"evening_share_at_most": 0.2}},
        "$.policy.fairness.evening_from_slot",
    ),
    (
        "policy",
        {"fairness": {"evening_share_at_most": 0.2, "evening_from_slot": 11}},
        "$.policy.fairness.evening_from_slot",
    ),
    (
        "policy",
        {"fairness": {"small_share_at_least": 1.5}},
        "$.policy.fairness.small_share_at_least",
    ),
    ("policy", {"goals": [{"name": "beauty"}]}, "$.policy.goals[...].name"),
]


@pytest.mark.parametrize(("field", "value", "path"), REFUSED, ids=[f"{f}={v!r:.30}" for f, v, _ in REFUSED])
def test_what_does_not_fit_is_refused_with_its_path(field: str, value: Any, path: str) -> None:
    season = plain()
    set_at(season, field, value)
    with pytest.raises(ProblemError) as refused:
        read_problem(json.dumps(season).encode())
    assert refused.value.path in {path, path.replace("[...]", "[0]")} or _same_path(refused.value.path, path)
    assert refused.value.reason


def _same_path(found: str, wanted: str) -> bool:
    """msgspec writes an index of a list it was decoding as [...]."""
    return re.sub(r"\[\d+\]", "[...]", wanted) == re.sub(r"\[\d+\]", "[...]", found)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff\xfe", b"\x1f\x8b broken", gzip.compress(b"{}", mtime=0)[:-9]]
)
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(ProblemError) as refused:
        read_problem(data)
    assert refused.value.path == "$"


@pytest.mark.parametrize("seed", range(5))
def test_a_problem_survives_writing_and_reading(seed: int, tmp_path: Path) -> None:
    season = random_problem(seed)
    packed = tmp_path / "season.json.gz"
    packed.write_bytes(gzip.compress(write(season)))
    assert read_problem(packed) == season


def test_fixed_placements_are_also_read_under_held() -> None:
    season = plain()
    del season["fixed"]
    read = read_problem(json.dumps({**season, "held": [FIXED]}).encode())
    assert read == read_problem(json.dumps({**season, "fixed": [FIXED]}).encode())
    assert [entry.activity for entry in read.fixed] == ["a"]


def test_a_problem_says_fixed_or_held_not_both() -> None:
    with pytest.raises(ProblemError, match="held"):
        read_problem(json.dumps({**plain(), "held": []}).encode())


def test_the_schema_names_every_part() -> None:
    definitions = schema()["$defs"]
    assert {"Problem", "Room", "Request", "Activity", "Fixed", "Policy"} <= set(definitions)


def test_the_schema_says_in_what_units_every_number_is() -> None:
    silent = [
        f"{name}.{field}"
        for name, definition in schema()["$defs"].items()
        for field, described in definition.get("properties", {}).items()
        for kind in (described, *described.get("anyOf", ()))
        if kind.get("type") in ("integer", "number") and not kind.get("description")
    ]
    assert silent == []
    assert all(definition.get("description") for definition in schema()["$defs"].values())
