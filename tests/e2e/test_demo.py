"""`demo --once --json`, as a person would type it: every promise of the contract, in figures."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIGURES = {
    "requests",
    "refused",
    "placed",
    "unplaced",
    "unexplained",
    "activities",
    "bookings",
    "violations",
    "confirmations_due",
    "confirmations_delivered",
    "duplicates",
    "gap",
    "solve_seconds",
    "total_seconds",
}


def leftovers() -> set[Path]:
    """What demos left in the folder for temporary things."""
    return set(Path(tempfile.gettempdir()).glob("chunzhao-demo-*"))


@pytest.mark.e2e
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_demo_keeps_its_promises(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "app", "demo", "--once", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    before = leftovers()
    environment.pop("DATABASE_URL", None)
    finished = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=380, check=False
    )
    assert finished.returncode == 0, finished.stderr[-3000:]
    lines = finished.stdout.splitlines()
    assert len(lines) == 1
    figures = json.loads(lines[0])
    assert figures.keys() >= FIGURES
    assert figures["requests"] == figures["placed"] + figures["unplaced"]
    assert figures["placed"] >= 0.95 * figures["requests"]
    assert figures["unplaced"] >= 8
    assert len(figures["reasons"]) >= 3
    assert figures["unexplained"] == figures["violations"] == figures["duplicates"] == 0
    assert figures["confirmations_due"] == figures["confirmations_delivered"] > 0
    assert {entry["what"] for entry in figures["refused"]} == {"file", "employer", "request"}
    assert leftovers() <= before
