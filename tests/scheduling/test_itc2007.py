"""A course timetable as a problem, checked on its own tables."""

from pathlib import Path

import numpy as np
import pytest

from scheduling import ProblemError
from scheduling.bench.itc import run_itc
from scheduling.bench.itc2007 import Instance, broken_rules, read_instance

EVENTS, ROOMS, FEATURES, STUDENTS = 20, 2, 2, 12


def text(seed: int = 1) -> str:
    random = np.random.default_rng(seed)
    attends = (random.random((STUDENTS, EVENTS)) < 0.2).astype(int)
    before = np.zeros((EVENTS, EVENTS), dtype=int)
    before[0, 1] = 1
    parts = [
        np.array([EVENTS, ROOMS, FEATURES, STUDENTS]),
        np.array([50, 20]),
        attends,
        np.array([[1, 1], [1, 0]]),
        np.array([[1, 0]] * EVENTS),
        (random.random((EVENTS, 45)) < 0.8).astype(int),
        before,
    ]
    return "\n".join(str(n) for part in parts for n in part.ravel())


def test_an_instance_is_placed_whole(tmp_path: Path) -> None:
    path = tmp_path / "small.tim"
    path.write_text(text())
    figures, rows = run_itc(path, time_limit_seconds=5)
    assert (figures["unplaced"], figures["violations"], figures["distance"]) == (0, 0, 0)
    assert len(rows) == EVENTS


def test_the_checker_finds_each_broken_rule(tmp_path: Path) -> None:
    path = tmp_path / "small.tim"
    path.write_text(text())
    instance: Instance = read_instance(path)
    slot, room = np.zeros(EVENTS, dtype=int), np.zeros(EVENTS, dtype=int)
    found = " ".join(broken_rules(instance, slot, room))
    assert "one room at once" in found
    assert "in two events at once" in found
    assert "not before event 1" in found


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.tim"
    path.write_text(text()[:-20])
    with pytest.raises(ProblemError):
        read_instance(path)
