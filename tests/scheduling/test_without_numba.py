"""Without numba the same kernels run as plain Python and give the same places."""

import os
import subprocess
import sys
from pathlib import Path

from scheduling import read_solution, solve, write
from tests.scheduling.random_problems import random_problem

SCRIPT = """
import sys
sys.modules["numba"] = None  # as if it were not installed
from scheduling import solve, write
from scheduling.compiled import HAS_NUMBA
from tests.scheduling.random_problems import random_problem
assert not HAS_NUMBA
result = solve(random_problem(5, requests=8), rounds=0, processes=1)
sys.stdout.buffer.write(write(result.solution))
"""


def test_the_plain_path_gives_the_same_places() -> None:
    root = Path(__file__).resolve().parents[2]
    plain = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        check=True,
        timeout=120,
    )
    compiled = solve(random_problem(5, requests=8), rounds=0, processes=1)
    assert read_solution(plain.stdout) == compiled.solution
    assert write(compiled.solution) == plain.stdout
