"""Kernels: what their cache depends on, and the same results without numba."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import scheduling
from scheduling import read_solution, solve, write
from scheduling.kernels.handles import KERNEL_FOLDERS
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


def test_kernels_that_other_modules_import_are_part_of_the_cache_key() -> None:
    package = Path(scheduling.__file__).parent
    trees = {source: ast.parse(source.read_text(encoding="utf-8")) for source in package.rglob("*.py")}
    kernels = {
        (".".join(["scheduling", *source.relative_to(package).with_suffix("").parts]), node.name)
        for source, tree in trees.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(mark, ast.Name) and mark.id == "compiled" for mark in node.decorator_list)
    }
    callers = {source for source, tree in trees.items() if "compiled" in _imported_names(tree)}
    called = {
        (node.module, alias.name)
        for source in callers
        for node in ast.walk(trees[source])
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if (node.module, alias.name) in kernels
    }
    assert len(called) > 20
    assert {module.split(".")[1] for module, _ in called if module} <= set(KERNEL_FOLDERS)


def _imported_names(tree: ast.Module) -> set[str]:
    return {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
