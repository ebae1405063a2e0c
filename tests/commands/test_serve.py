"""`chunzhao serve` alone brings up an empty real school; its pages hear what happens; its logs know nobody."""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import httpx
import msgspec
import pytest

from app.commands.development.child import PROJECT_ROOT
from app.embedded.process import processes_working_in
from app.embedded.services import running_environment
from tests.commands.running import COMMAND, chunzhao, environment
from tests.web_server import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
PASSWORD = "a long enough one"


class Served(msgspec.Struct):
    """A school that runs."""

    url: str
    folder: Path
    process: subprocess.Popen[str]
    log: Path


@contextmanager
def served(folder: Path, *, log: Path | None = None, **more: str) -> Iterator[Served]:
    port, log = free_port(), log or folder.parent / "serve.log"
    variables = environment(DATA_DIR=str(folder), PORT=str(port), SMTP_URL="smtp://127.0.0.1:9", **more)
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            [*COMMAND, "serve"], env=variables, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert f"http://localhost:{port}" in line, log.read_text(encoding="utf-8")
            yield Served(f"http://127.0.0.1:{port}", folder, process, log)
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    base = tmp_path_factory.mktemp("serve")
    base.chmod(0o755)
    with served(base / "data") as running:
        yield running


@pytest.fixture(scope="module")
def organiser(school: Served) -> Iterator[httpx.Client]:
    """Signed in after the commands of a first day."""
    variables = {"DATA_DIR": str(school.folder)}
    arguments = ["admin", "create", "--email", "head@school.example", "--name", "head", "--password-stdin"]
    made = chunzhao(*arguments, variables=variables, typed=f"{PASSWORD}\n")
    assert made.returncode == 0, made.stderr
    season = ["--code", "s", "--name-zh", "春", "--name-en", "S", "--first", "2023-02-02", "--last", "2023-04-30"]
    assert chunzhao("season", "create", *season, variables=variables).returncode == 0
    with httpx.Client(base_url=school.url, timeout=60) as client:
        signed_in = client.post("/api/session", json={"email": "head@school.example", "password": PASSWORD})
        assert signed_in.status_code == 201
        yield client


def test_admin_and_season_reach_the_running_school(organiser: httpx.Client) -> None:
    (season,) = organiser.get("/api/seasons").json()
    assert season["code"] == "s"


def test_an_open_page_hears_what_happens(organiser: httpx.Client) -> None:
    (season,) = organiser.get("/api/seasons").json()
    heard: Queue[str] = Queue()

    def listen() -> None:
        with organiser.stream("GET", f"/api/seasons/{season['id']}/live") as stream:
            for line in stream.iter_lines():
                heard.put(line)
                if line.startswith("data: ") and "policy_changed" in line:
                    return

    page = threading.Thread(target=listen, daemon=True)
    page.start()
    while heard.get(timeout=60) != "event: connected":
        pass
    address = f"/api/seasons/{season['id']}/policies/move_budget"
    assert organiser.put(address, json={"value": 3}).status_code == 200
    page.join(60)
    lines = list(heard.queue)
    assert "event: season" in lines
    (data,) = (json.loads(line.removeprefix("data: ")) for line in lines if "policy_changed" in line)
    assert data["types"] == ["season.policy_changed"]


def test_messages_wait_while_there_is_no_mail_server(organiser: httpx.Client) -> None:
    messages = organiser.get("/api/notifications").json()
    assert messages["counts"]["sent"] == messages["counts"]["failed"] == 0
    assert [item["purpose"] for item in messages["items"]] == ["account_created"]


def test_logs_have_no_address_no_query_and_no_cookie(organiser: httpx.Client, school: Served) -> None:
    organiser.get("/api/seasons?token=a-secret-of-somebody")
    organiser.post("/api/session", json={"email": "head@school.example", "password": "wrong and long"})
    text = school.log.read_text(encoding="utf-8")
    assert '"path": "/api/seasons' in text
    for secret in (
        "a-secret-of-somebody",
        "head@school.example",
        "wrong and long",
        PASSWORD,
        *organiser.cookies.values(),
    ):
        assert secret not in text
    assert all(json.loads(line) for line in text.splitlines() if line.startswith("{"))


def test_a_second_serve_on_the_folder_or_the_port_says_so(school: Served) -> None:
    port = school.url.rpartition(":")[2]
    taken = chunzhao("serve", variables={"DATA_DIR": str(school.folder.parent / "other"), "PORT": port})
    assert taken.returncode == 2
    assert taken.stderr.startswith("chunzhao: PORT")
    second = chunzhao("serve", variables={"DATA_DIR": str(school.folder), "PORT": str(free_port())})
    assert second.returncode == 3
    assert "in use" in second.stderr


def test_sigterm_leaves_no_process_behind(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with served(tmp_path / "data") as running:
        assert running_environment(running.folder) is not None
    assert running.process.returncode == 143
    assert running_environment(running.folder) is None
    assert processes_working_in(running.folder / "postgres" / "data") == []
    with pytest.raises(httpx.ConnectError):
        httpx.get(running.url)
