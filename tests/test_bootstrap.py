import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NEEDED_PROGRAMS = ("cat", "cksum", "dirname", "find", "sh")
TOO_OLD = "#!/bin/sh\nexit 1\n"
WITHOUT_VENV = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\nexit 0\n'


@pytest.fixture
def bare_clone(tmp_path: Path) -> Path:
    """What a fresh clone has, in a path with a space; no Python on its search path."""
    clone = tmp_path / "a clone"
    (clone / "app").mkdir(parents=True)
    for name in ("chunzhao", "requirements-local.lock", "requirements-dev.lock", "package-lock.json"):
        shutil.copy(ROOT / name, clone / name)
    shutil.copytree(ROOT / "setup", clone / "setup", ignore=shutil.ignore_patterns("__pycache__"))
    programs = clone / "programs"
    programs.mkdir()
    for name in NEEDED_PROGRAMS:
        found = shutil.which(name)
        assert found is not None
        (programs / name).symlink_to(found)
    return clone


def _start(clone: Path, *, python: str | None) -> subprocess.CompletedProcess[str]:
    if python is not None:
        fake = clone / "programs" / "python3"
        fake.write_text(python, encoding="utf-8")
        fake.chmod(0o755)
    environment = {"PATH": str(clone / "programs")}
    command = [str(clone / "programs" / "sh"), str(clone / "chunzhao"), "demo"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("python", "package"),
    [(None, "python3"), (TOO_OLD, "python3"), (WITHOUT_VENV, "python3-venv")],
    ids=["none", "too old", "without venv"],
)
def test_a_missing_python_is_3_and_one_line_that_names_the_package(
    bare_clone: Path, python: str | None, package: str
) -> None:
    outcome = _start(bare_clone, python=python)
    assert outcome.returncode == 3
    assert outcome.stdout == ""
    assert len(outcome.stderr.splitlines()) == 1
    assert f"apt install {package}" in outcome.stderr


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox"])
def test_the_script_is_plain_sh(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    command = [shell, *(["sh"] if shell == "busybox" else []), "-n", str(ROOT / "chunzhao")]
    subprocess.run(command, check=True)


@pytest.mark.e2e
def test_a_second_start_prints_nothing_of_its_own() -> None:
    if not (ROOT / ".venv" / "installed-dev").is_file():
        pytest.skip("these tests do not run from ./chunzhao")
    outcome = subprocess.run(
        [str(ROOT / "chunzhao"), "--version"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        cwd="/",
        env={**os.environ, "LC_ALL": "C"},
    )
    assert outcome.stdout.startswith("chunzhao")
    assert outcome.stderr == ""


def test_the_bytecode_of_every_process_is_kept(tmp_path: Path) -> None:
    """What set-up runs for it, with a folder of its own for what is kept."""
    source = (ROOT / "setup" / "compile_engine.py").read_text(encoding="utf-8")
    (programs,) = re.findall(r'^PROGRAMS = "(.+)"$', source, re.MULTILINE)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-P", "-c", programs]
    subprocess.run(
        command,
        cwd=ROOT,
        env={**environment, "PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONPATH": str(ROOT)},
        check=True,
    )
    kept = {path.name.partition(".")[0] for path in tmp_path.rglob("*.pyc")}
    assert {"asgi", "serving", "running", "open_season", "dispatcher"} <= kept
