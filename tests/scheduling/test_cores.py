"""Cores that may be used: the fewest of affinity and quota."""

import os
from pathlib import Path

import pytest

from scheduling.search.cores import usable_cores

ALLOWED = len(os.sched_getaffinity(0))


def quota(folder: Path, *, version: int, limit: str, period: str = "100000") -> Path:
    """A cgroup with that quota."""
    if version == 2:
        (folder / "cpu.max").write_text(f"{limit} {period}\n")
    else:
        (folder / "cpu").mkdir()
        (folder / "cpu" / "cpu.cfs_quota_us").write_text(f"{limit}\n")
        (folder / "cpu" / "cpu.cfs_period_us").write_text(f"{period}\n")
    return folder


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(("limit", "cores"), [("100000", 1), ("150000", 1), ("20000", 1), ("99900000", ALLOWED)])
def test_a_quota_of_the_container_counts(tmp_path: Path, version: int, limit: str, cores: int) -> None:
    assert usable_cores(quota(tmp_path, version=version, limit=limit)) == min(cores, ALLOWED)


@pytest.mark.parametrize(("version", "limit"), [(1, "-1"), (2, "max")])
def test_no_quota_leaves_the_cores_of_the_affinity(tmp_path: Path, version: int, limit: str) -> None:
    assert usable_cores(quota(tmp_path, version=version, limit=limit)) == ALLOWED
    assert usable_cores(tmp_path / "nothing") == ALLOWED


def test_affinity_counts() -> None:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert usable_cores() == 1
    finally:
        os.sched_setaffinity(0, before)
