"""Small problems with their right answers: what contradicts itself is refused, with the path of the field."""

from pathlib import Path

import pytest

from scheduling import ProblemError, read_problem

CASES = Path(__file__).parent / "cases"
REFUSED = {
    "bad-goal-twice": "$.policy.goals[2].name",
    "bad-goals-weight-last": "$.policy.goals",
    "bad-goals-without-weight": "$.policy.goals",
    "bad-held-channel-not-needed": "$.held[0].channel",
    "bad-held-no-room": "$.held[0].rooms",
    "bad-held-rooms-too-many": "$.held[0].rooms",
    "bad-pin-in-closure": "$.held[0]",
    "bad-pins-group-clash": "$.held[1]",
    "bad-sameday-maxdays-vs-second-link": "$.requests[0].links[1]",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_contradiction_is_refused_with_its_path(name: str) -> None:
    with pytest.raises(ProblemError) as refused:
        read_problem(CASES / f"{name}.json")
    assert refused.value.path == REFUSED[name]
