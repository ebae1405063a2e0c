"""A course timetable as a problem, checked on its own tables."""

from pathlib import Path

import numpy as np
import pytest

from scheduling import ProblemError
from scheduling.bench.itc import run_itc
from scheduling.bench.itc2007 import Instance, broken_rules, read_instance
from scheduling.bench.itc_generator import generate_instance, instance_text

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
    _, figures, rows = run_itc(lambda: read_instance(path), "small", time_limit_seconds=5)
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


def test_the_older_format_allows_every_slot_and_any_order(tmp_path: Path) -> None:
    numbers = text().split()
    path = tmp_path / "older.tim"
    path.write_text("\n".join(numbers[: len(numbers) - EVENTS * 45 - EVENTS * EVENTS]))
    instance = read_instance(path)
    assert instance.allowed.shape == (EVENTS, 45)
    assert instance.allowed.all()
    assert not instance.before.any()
    path.write_text("\n".join(numbers))
    assert (read_instance(path).attends == instance.attends).all()


@pytest.mark.parametrize("seed", range(6))
def test_what_was_dealt_out_breaks_no_rule(seed: int) -> None:
    generated = generate_instance(seed, rooms=4 + seed, filled=1 - seed / 20, students=40, clashing=seed / 10)
    instance = generated.instance
    assert instance.events == round(45 * (4 + seed) * (1 - seed / 20))
    assert instance.attends.shape[0] == 40
    assert broken_rules(instance, generated.slot, generated.room) == []


def test_sizes_are_drawn_where_none_are_asked_for() -> None:
    instance = generate_instance(1).instance
    rooms = len(instance.size)
    assert 26 <= rooms <= 30
    assert 0.965 <= instance.events / (45 * rooms) <= 1
    assert 500 <= len(instance.attends) <= 1000


def test_a_generated_instance_is_read_back(tmp_path: Path) -> None:
    instance = generate_instance(2, rooms=3, students=20).instance
    path = tmp_path / "generated.tim"
    path.write_text(instance_text(instance))
    again = read_instance(path)
    for mine, theirs in zip(vars(instance).values(), vars(again).values(), strict=True):
        assert (mine == theirs).all()


def test_a_generated_instance_is_placed_whole() -> None:
    instance = generate_instance(3, rooms=5, filled=1.0, students=60).instance
    _, figures, _ = run_itc(lambda: instance, "generated", time_limit_seconds=10)
    assert (figures["unplaced"], figures["violations"]) == (0, 0)
