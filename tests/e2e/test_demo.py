"""`demo`, as a person would type it: every promise of the contract in figures, a sign-in for each role."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx
import pytest

from app.embedded.process import processes_working_in
from tests.web_server import free_port

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


@pytest.mark.e2e
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_demo_stays_and_lets_each_role_in(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    folder = tmp_path / "var"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DATA_DIR": str(folder), "PORT": str(free_port())}
    command = [sys.executable, "-P", "-m", "app", "demo"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as demo:
        assert demo.stderr is not None
        told: list[str] = []
        for line in demo.stderr:
            told.append(line)
            if line.strip().startswith("mailbox"):
                break
        base_url = f"http://127.0.0.1:{environment['PORT']}"
        roles = set()
        for email, password in re.findall(r"(\S+@\S+) +(\S+)$", "".join(told), re.MULTILINE):
            answer = httpx.post(f"{base_url}/api/session", json={"email": email, "password": password}, timeout=60)
            assert answer.status_code == 201, email
            roles.add(answer.json()["role"])
        assert roles == {"organiser", "administrator", "department_staff", "employer_contact"}
        os.killpg(demo.pid, signal.SIGINT)  # as Ctrl-C does
        assert demo.wait(60) == 130
    assert processes_working_in(folder / "demo" / "postgres" / "data") == []
    with pytest.raises(httpx.ConnectError):
        httpx.get(base_url)
