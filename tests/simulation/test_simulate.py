"""A short season that people live through, twice, on schools of its own."""

import subprocess

import msgspec
import pytest

from app.simulation.figures import Simulated
from tests.commands.running import COMMAND, environment
from tests.web_server import ROOT


@pytest.mark.slow
@pytest.mark.e2e
@pytest.mark.timeout(400)
def test_a_short_season_keeps_its_promises() -> None:
    ended = subprocess.run(
        [*COMMAND, "simulate", "--seed", "1", "--requests", "24", "--json"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=390,
    )
    assert ended.returncode in (0, 1), ended.stderr
    (line,) = ended.stdout.splitlines()
    simulated = msgspec.json.decode(line, type=Simulated)
    assert simulated.off.requests == 24 <= simulated.on.requests, "where employers confirm, somebody comes late"
    for figures in (simulated.off, simulated.on):
        assert figures.broken_promises() == {}, ended.stderr
        assert min(figures.amendments, figures.cancellations, figures.facts_changed, figures.offers_made) > 0
        assert figures.handed_over > 0
        assert figures.series_dates > 2 * figures.series > 0
        assert min(figures.series_changes, figures.series_days_dropped) > 0
        assert figures.messages_due > 2 * figures.requests
