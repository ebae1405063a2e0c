"""What does not fit is refused with the path of the field."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from scheduling import Channel, Group, Interval, Problem, ProblemError, read_problem, schema, write
from tests.scheduling.factories import activity, problem, request, room
from tests.scheduling.random_problems import random_problem


def plain() -> dict[str, Any]:
    season = problem(
        request("a", activity("a", groups=("team",))),
        request("b", activity("b", groups=("team",))),
        request("c", activity("c", rooms_needed=0, needs_channel=True)),
        rooms=(room(blocked=(Interval(3, 1, 2),)), room("t")),
        channels=(Channel(id="live", blocked=(Interval(3, 1, 2),)),),
        groups=(Group(id="team", exclusive=True, busy=(Interval(4, 1, 2),)),),
    )
    value: dict[str, Any] = json.loads(write(season))
    value["majors"] = [{"id": "law", "cohort": 10}]
    return value


def link(before: str = "a", after: str = "b", **fields: Any) -> dict[str, Any]:
    return {"before": before, "after": after, **fields}


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
    ("links", [link(same_day=True), link(min_days=1)], "$.links[1]"),
    ("links", [link(max_days=1), link(), link(min_days=2)], "$.links[2]"),
    ("links", [link(max_days=0, min_gap_slots=2), link(max_gap_slots=1)], "$.links[1]"),
    (
        "links",
        [link(after="c", max_days=1), link(min_days=1), link("b", "c", min_days=1)],
        "$.links[2]",
    ),
    ("fixed", [{**FIXED, "activity": "x"}], "$.fixed[0].activity"),
    ("fixed", [FIXED, FIXED], "$.fixed[1].activity"),
    ("fixed", [{**FIXED, "start": 9}], "$.fixed[0].start"),
    ("fixed", [{**FIXED, "rooms": ["x"]}], "$.fixed[0].rooms[0]"),
    ("fixed", [{**FIXED, "rooms": []}], "$.fixed[0].rooms"),
    ("fixed", [{**FIXED, "rooms": ["r", "t"]}], "$.fixed[0].rooms"),
    ("fixed", [{**FIXED, "state": "tentative", "channel": "live"}], "$.fixed[0].channel"),
    ("fixed", [FIXED, {"activity": "c", "day": 0, "start": 0}], "$.fixed[1].channel"),
    ("fixed", [PINNED, {**PINNED, "activity": "b", "start": 1}], "$.fixed[1]"),
    ("fixed", [PINNED, {**PINNED, "activity": "b", "rooms": ["t"]}], "$.fixed[1]"),
    ("fixed", [{**PINNED, "day": 3}], "$.fixed[0]"),
    ("fixed", [{**PINNED, "day": 4}], "$.fixed[0]"),
    ("fixed", [{"activity": "c", "day": 3, "start": 0, "channel": "live", "state": "pinned"}], "$.fixed[0]"),
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
    ("policy", {"goals": []}, "$.policy.goals"),
    ("policy", {"goals": [{"name": "preference"}, {"name": "placed_weight"}]}, "$.policy.goals"),
    (
        "policy",
        {"goals": [{"name": "placed_weight"}, {"name": "preference"}, {"name": "preference"}]},
        "$.policy.goals[2].name",
    ),
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
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"format": "\xff"}',
        b"[" * 100_000,
        b'{"held": ' + b"[" * 100_000,
        b"\x1f\x8b broken",
        gzip.compress(b"{}", mtime=0)[:-9],
        gzip.compress(b"{}", mtime=0)[:10] + b"\xff" * 20,
    ],
    ids=range(10),
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


PINNED_PAIR = [PINNED, {**PINNED, "activity": "b", "start": 2}]


@pytest.mark.parametrize("state", ["confirmed", "tentative"])
def test_only_pins_must_not_contradict_each_other_or_a_closure(state: str) -> None:
    """The others are what was promised, and stay whatever happened since."""
    fixed = [
        {**FIXED, "day": 3, "state": state},
        {**FIXED, "day": 3, "activity": "b", "state": state},
        {"activity": "c", "day": 3, "start": 0, "channel": "live", "state": state},
    ]
    assert len(read_problem(json.dumps({**plain(), "fixed": fixed}).encode()).fixed) == 3
    assert len(read_problem(json.dumps({**plain(), "fixed": PINNED_PAIR}).encode()).fixed) == 2


DOUBLE_KEYS = {
    "$.format": b'{"format": "chunzhao.problem/1", "format": "chunzhao.problem/1"}',
    "$.rooms[1].capacity": b'{"rooms": [{"id": "r"}, {"id": "t", "capacity": 5, "capacity": 6}]}',
    "$.held": b'{"held": [], "held": []}',
    "$.rooms[0].turnover_by_kind.fair": b'{"rooms": [{"turnover_by_kind": {"fair": 1, "f\\u0061ir": 2}}]}',
}


@pytest.mark.parametrize("path", DOUBLE_KEYS)
def test_a_key_given_twice_is_refused_with_its_path(path: str) -> None:
    with pytest.raises(ProblemError, match="given twice") as refused:
        read_problem(DOUBLE_KEYS[path])
    assert refused.value.path == path


@pytest.mark.parametrize("packed", [False, True])
def test_a_byte_order_mark_is_read_and_other_encodings_are_named(packed: bool) -> None:
    def read(data: bytes) -> Problem:
        return read_problem(gzip.compress(data) if packed else data)

    text = json.dumps(plain())
    assert read(text.encode("utf-8-sig")) == read(text.encode())
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"):
        with pytest.raises(ProblemError, match=encoding[:6].upper()) as refused:
            read(text.encode(encoding))
        assert refused.value.path == "$"


def test_fixed_placements_are_also_read_under_held() -> None:
    season = plain()
    del season["fixed"]
    read = read_problem(json.dumps({**season, "held": [FIXED]}).encode())
    assert read == read_problem(json.dumps({**season, "fixed": [FIXED]}).encode())
    assert [entry.activity for entry in read.fixed] == ["a"]


def test_a_problem_says_fixed_or_held_not_both() -> None:
    with pytest.raises(ProblemError, match="held"):
        read_problem(json.dumps({**plain(), "held": []}).encode())


def test_what_does_not_fit_is_named_as_the_file_names_it() -> None:
    season = plain()
    del season["fixed"]
    with pytest.raises(ProblemError) as refused:
        read_problem(json.dumps({**season, "held": [{**FIXED, "rooms": ["x"]}]}).encode())
    assert refused.value.path == "$.held[0].rooms[0]"


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
