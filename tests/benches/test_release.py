"""The bench of releases runs; a release sends the same few statements however many bookings change."""

from app.benches.release import run_release

# Locks of the season and the version, what stands, what is planned, what is newer than it (5), rules, resources,
# expired holds, constraints at the end, given back, replaced, booked, constraints now, requests read, moved and
# raised, the version (2), the unplaced listed, locked and moved, events.
RELEASE = 26
# Of somebody of the career centre; an owner's own rules take two more.
BUDGETS = {"submit": 16, "approve": 6, "cancel": 8}


def test_a_release_keeps_its_budget_of_statements_whatever_its_size() -> None:
    few, many = run_release(changed=7, rounds=1), run_release(changed=70, rounds=1)
    assert few["statements"] == many["statements"] == RELEASE
    assert many["seconds"] > 0
    assert many["floor_seconds"] > 0
    assert {name: figures["statements"] for name, figures in many["commands"].items()} == BUDGETS
