"""`serve` on a small disk that really fills up: reading goes on, writing is refused and comes back by itself."""

import asyncio
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import asyncpg
import httpx
import pytest

from app.embedded.disk import MEGABYTE, free_bytes
from app.embedded.services import running_environment
from tests.commands.test_serve import PASSWORD, Served, served
from tests.faults.test_serve_survives import SCHOOL, Load, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]
DISK_MEGABYTES, RESERVE_MEGABYTES = 400, 64
_numbers = count(1)
PATIENCE_SECONDS = 20.0 * float(os.environ.get("PATIENCE", "3"))  # other tests run beside this one


@contextmanager
def small_disk() -> Iterator[Path]:
    """The folder of a small file system, which the servers' user can reach; where none can be mounted, skip."""
    folder = Path(tempfile.mkdtemp(prefix="small-disk-"))
    folder.chmod(0o755)
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m,mode=755", "chunzhao-test", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command here")
    if mounted.returncode != 0:
        folder.rmdir()
        pytest.skip(f"a small file system cannot be mounted here, which needs root: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


class Ballast:
    """A file that takes the space away."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ballast"

    def leave(self, megabytes: int) -> None:
        """Write until no more than so much is free; 0 is until the last byte."""
        with self.path.open("ab", buffering=0) as file:
            try:
                while free_bytes(self.path.parent) > megabytes * MEGABYTE:
                    file.write(b"x" * MEGABYTE)
                while not megabytes:
                    file.write(b"x" * 512)
            except OSError:
                pass  # it is full

    def drop(self) -> None:
        """Give the space back."""
        self.path.unlink()


@pytest.fixture(params=["log elsewhere", "log on the same disk"])
def school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A school on a small disk."""
    with small_disk() as disk:
        log = (disk if request.param == "log on the same disk" else tmp_path) / "serve.log"
        with served(disk / "data", log=log, DISK_RESERVE_MB=str(RESERVE_MEGABYTES)) as running:
            sent = httpx.post(f"{running.url}/api/school", json={**SCHOOL, "password": PASSWORD}, timeout=60)
            assert sent.status_code == 201, sent.text
            yield running


def write(client: httpx.Client) -> str:
    """Try to write; give the problem, or nothing where it was kept."""
    answer = client.post("/api/departments", json={"code": f"d{next(_numbers)}", "name_zh": "院", "name_en": "D"})
    return "" if answer.status_code == 201 else f"{answer.status_code} {answer.json()['type']}"


def page(client: httpx.Client) -> int:
    """Read a page."""
    return client.get("/venues", headers={"Accept": "text/html"}).status_code


def only_reads(client: httpx.Client, seconds: float) -> None:
    """For a while every page is there and nothing is written."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert (write(client), page(client)) == ("507 /problems/disk-full", 200)
        time.sleep(0.1)


async def is_set_read_only(school: Served) -> bool:
    """Whether PostgreSQL was told to write nothing; before that, writes may fail or not."""
    connection = await asyncpg.connect((running_environment(school.folder) or {})["DATABASE_URL"])
    try:
        value: str = await connection.fetchval("SHOW default_transaction_read_only")
    finally:
        await connection.close()
    return value == "on"


def becomes_read_only(client: httpx.Client, school: Served) -> None:
    """Pages are there from the first moment on, and soon nothing is written any more."""

    def is_read_only() -> bool:
        assert write(client) in ("", "507 /problems/disk-full")
        assert page(client) == 200
        return asyncio.run(is_set_read_only(school))

    wait_until(is_read_only, PATIENCE_SECONDS, "the disk was filled", school)
    time.sleep(0.5)  # the servers read their settings again


def test_a_full_disk_is_only_read_and_written_again_when_there_is_space(school: Served) -> None:
    load = Load(school.url)
    load.start()
    ballast = Ballast(school.folder)
    with closing(load.client()) as client:
        # Slowly: below the reserve, then to the last byte. Then all at once.
        for steps in ((RESERVE_MEGABYTES // 3, 0), (0,)):
            for megabytes in steps:
                ballast.leave(megabytes)
                becomes_read_only(client, school)
                only_reads(client, 4.0)
            acknowledged = len(load.acknowledged)
            ballast.drop()
            wait_until(
                lambda before=acknowledged: len(load.acknowledged) >= before + 5,  # type: ignore[misc]
                PATIENCE_SECONDS,
                "there was space again",
                school,
            )
        load.is_over.set()
        load.join(60)
        kept = {campus["code"] for campus in client.get("/api/campuses").json()}
    assert school.process.poll() is None
    assert set(load.acknowledged) - kept == set()
    told = school.log.read_text(encoding="utf-8")
    if school.log.parent != school.folder.parent:  # else lines are lost
        assert told.count("the disk is full: reading only") == told.count("there is space: writing again") == 2
