"""`serve` survives the death of each of its processes and servers under load: nobody starts anything by hand."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from app.database.heartbeats import ROLES
from tests.commands.test_serve import PASSWORD, Served, served

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]
ROUNDS = int(os.environ.get("KILL_ROUNDS", "1"))
DESK_BACK_SECONDS = 5.0 * float(os.environ.get("PATIENCE", "3"))
ANSWERS_AGAIN_SECONDS = 10.0 * float(os.environ.get("PATIENCE", "3"))  # other tests run beside this one
SCHOOL = {"school_name_zh": "江城大学", "school_name_en": "J", "email": "a@jiangcheng.example", "display_name": "周岚"}
VICTIMS = {
    "PostgreSQL": "postgres -D",
    "Valkey": "valkey",
    "web": "-m app serve",
    "relay": "-m app relay",
    "worker": "-m app worker",
    "solver": "-m app worker --queue solver",
    "desk": "-m app desk",
}


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    base = tmp_path_factory.mktemp("survives")
    base.chmod(0o755)
    with served(base / "data") as running:
        sent = httpx.post(f"{running.url}/api/school", json={**SCHOOL, "password": PASSWORD}, timeout=60)
        assert sent.status_code == 201, sent.text
        yield running


class Load(threading.Thread):
    """Somebody who adds one campus after the other, and notes which were acknowledged."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url, self.acknowledged, self.is_over = url, list[str](), threading.Event()
        self.pauses: list[float] = []

    def client(self) -> httpx.Client:
        """Signed in."""
        client = httpx.Client(base_url=self.url, timeout=20)
        while True:
            try:
                answer = client.post("/api/session", json={"email": SCHOOL["email"], "password": PASSWORD})
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.status_code == 201:
                return client
            time.sleep(0.05)

    def run(self) -> None:
        """Until it is over."""
        client, number, last = self.client(), 0, time.monotonic()
        while not self.is_over.is_set():
            number += 1
            code = f"c{number}"
            try:
                answer = client.post("/api/campuses", json={"code": code, "name_zh": "校", "name_en": "C"})
                is_kept = answer.status_code == 201
            except httpx.TransportError:
                is_kept = False
            if is_kept:
                self.acknowledged.append(code)
                self.pauses.append(time.monotonic() - last)
                last = time.monotonic()
            else:
                time.sleep(0.05)
        client.close()


def child_of(parent: int, words: str) -> int | None:
    """The child of a process whose command holds these words; the longest match of all victims counts."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            stat = (entry / "stat").read_text()
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if int(stat.rpartition(")")[2].split()[1]) == parent and _is_this(command, words):
            return int(entry.name)
    return None


def _is_this(command: str, words: str) -> bool:
    longer = [other for other in VICTIMS.values() if other.startswith(words) and other != words and other in command]
    return words in command and not longer and "launcher.py" not in command


def wait_until(is_true: Callable[[], bool], seconds: float, after: str, school: Served) -> None:
    """Wait, and say with the log after whose death it took too long."""
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, f"after {after}: {school.log.read_text()[-2000:]}"
        time.sleep(0.05)


def has_beaten(url: str, name: str, *, since: float) -> bool:
    """Whether a process of the background has said since then that it lives; others have nothing to say."""
    if name not in ROLES:
        return True
    try:
        ago = httpx.get(f"{url}/health/ready", timeout=5).json()["processes"][name]
    except (httpx.TransportError, KeyError):
        return False
    return ago is not None and ago < time.monotonic() - since


def kill(name: str, school: Served, load: Load) -> None:
    """Kill a process and wait until the school writes again, and the process says that it lives."""
    found: list[int] = []

    def is_there() -> bool:
        found[:] = [pid for pid in (child_of(school.process.pid, VICTIMS[name]),) if pid is not None]
        return bool(found)

    wait_until(is_there, ANSWERS_AGAIN_SECONDS, name, school)
    before, killed_at = len(load.acknowledged), time.monotonic()
    os.kill(found[0], signal.SIGKILL)
    wait_until(lambda: len(load.acknowledged) >= before + 5, ANSWERS_AGAIN_SECONDS, name, school)
    # What works in the background may take its time: nothing is lost meanwhile.
    wait_until(lambda: has_beaten(school.url, name, since=killed_at), 3 * ANSWERS_AGAIN_SECONDS, name, school)


def test_each_process_may_be_killed_under_load_and_nothing_acknowledged_is_lost(school: Served) -> None:
    load = Load(school.url)
    load.start()
    for _ in range(ROUNDS):
        for name in VICTIMS:
            kill(name, school, load)
    load.is_over.set()
    load.join(60)
    assert school.process.poll() is None
    client = load.client()
    kept = {campus["code"] for campus in client.get("/api/campuses").json()}
    client.close()
    assert set(load.acknowledged) - kept == set()
    figures = f"{ROUNDS * len(VICTIMS)} kills, {len(load.acknowledged)} writes, longest pause {max(load.pauses):.1f} s"
    sys.stdout.write(f"{figures}\n")


def likely(client: httpx.Client, season: str) -> httpx.Response:
    """Ask the desk where a talk of the career centre could go."""
    activity = {"kind": "guidance_event", "attendance": 20, "duration_minutes": 60}
    return client.post(
        "/api/requests/likely-placements", json={"season_id": season, "title": "Talk", "activities": [activity]}
    )


@pytest.mark.parametrize("victim", ["desk", "Valkey", "PostgreSQL"])
def test_the_desk_answers_again_soon_after_a_death_and_meanwhile_the_rest_works(school: Served, victim: str) -> None:
    with closing(Load(school.url).client()) as client:
        _kill_and_ask(client, school, victim)


def _kill_and_ask(client: httpx.Client, school: Served, victim: str) -> None:
    today = date.today()  # noqa: DTZ011 - any day to come will do
    season = client.post(
        "/api/seasons",
        json={
            "code": f"after-{victim.lower()}",
            "name_zh": "季",
            "name_en": "Season",
            "first_day": (today + timedelta(days=10)).isoformat(),
            "last_day": (today + timedelta(days=60)).isoformat(),
        },
    ).json()["id"]
    campus = client.post("/api/campuses", json={"code": f"d{victim}", "name_zh": "校", "name_en": "C"}).json()["id"]
    room = {"code": f"R{victim}", "campus_id": campus, "name_zh": "教", "name_en": "R", "capacity": 100}
    assert client.post("/api/rooms", json=room).status_code == 201
    wait_until(lambda: likely(client, season).status_code == 200, ANSWERS_AGAIN_SECONDS, "the start", school)
    pid = child_of(school.process.pid, VICTIMS[victim])
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    killed_at = time.monotonic()
    if victim == "desk":
        # A desk that is back before the question is asked simply answers it.
        meanwhile = likely(client, season)
        assert meanwhile.status_code == 200 or meanwhile.json()["type"] == "/problems/desk-away", meanwhile.text
        assert client.get("/api/campuses").status_code == 200
    answers = []

    def is_answered() -> bool:
        answers.append(likely(client, season))
        return answers[-1].status_code == 200

    wait_until(is_answered, DESK_BACK_SECONDS, victim, school)
    sys.stdout.write(f"{victim}: the desk answered again after {time.monotonic() - killed_at:.1f} s\n")
    assert answers[-1].json()["placements"]
