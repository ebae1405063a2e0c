"""Kernels: what their cache depends on, and the same results without numba."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import scheduling
from scheduling import read_solution, solve, write
from tests.scheduling.random_problems import random_problem

SCRIPT = """
import sys
sys.modules["numba"] = None  # as if it were not installed
from scheduling import solve, write
from scheduling.kernels.compiled import HAS_NUMBA
from tests.scheduling.random_problems import random_problem
assert not HAS_NUMBA
result = solve(random_problem(5, requests=8), rounds=0, processes=1)
sys.stdout.buffer.write(write(result.solution))
"""


def test_kernels_without_numba_give_the_same_placements() -> None:
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


CALLER = """
from scheduling.kernels.compiled import compiled
from scheduling.kernels.callee import answer
@compiled
def ask():
    return answer()
"""
CALLEE = """
from scheduling.kernels.compiled import compiled
from scheduling.model.numbers import NUMBER
@compiled
def answer():
    return NUMBER
"""
ASK = """
from scheduling.kernels.compiled import CACHE_FOLDER
from scheduling.arrays.caller import ask
print(ask(), CACHE_FOLDER)
"""


def test_a_kernel_runs_what_its_callee_and_its_constants_say_now(tmp_path: Path) -> None:
    """No handle is among the arguments, and the file of the kernel itself never changes."""
    package = tmp_path / "scheduling"
    shutil.copytree(Path(scheduling.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "arrays" / "caller.py").write_text(CALLER, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}

    def asked(number: int, callee: str = CALLEE) -> tuple[str, str]:
        (package / "model" / "numbers.py").write_text(f"NUMBER = {number}", encoding="utf-8")
        (package / "kernels" / "callee.py").write_text(callee, encoding="utf-8")
        ask = [sys.executable, "-P", "-c", ASK]
        answer, folder = subprocess.run(ask, env=environment, capture_output=True, check=True, text=True).stdout.split()
        return answer, folder

    first, folder = asked(1)
    assert (first, Path(folder).parent) == ("1", package / "__pycache__")
    assert list(Path(folder).rglob("*.nbc"))
    assert asked(1) == ("1", folder)
    assert asked(2)[0] == "2"
    assert asked(2, CALLEE.replace("return NUMBER", "return 10 * NUMBER"))[0] == "20"


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "a file" / "below")}
    (tmp_path / "a file").touch()
    ask = [sys.executable, "-c", "from scheduling.kernels.compiled import CACHE_FOLDER; print(CACHE_FOLDER)"]
    assert subprocess.run(ask, env=environment, capture_output=True, check=True, text=True).stdout == "None\n"
