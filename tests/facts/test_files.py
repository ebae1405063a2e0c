"""A file that breaks promises, sent by a form or at a terminal: listed first, kept after a yes."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.exit_codes import ExitCode
from tests.facts.world import PromisingSchool, listed_on
from tests.school import School
from tests.signing_in import sign_in

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
async def promising(school: School) -> PromisingSchool:
    return await PromisingSchool(school).open()


def smaller(w: PromisingSchool) -> str:
    """A file in which the hall has too few seats."""
    return f"教室编号,名称,校区,座位数\n{w.hall.code},{w.hall.name_zh},主校区,50\n"


async def test_the_page_of_files_lists_what_a_file_breaks(
    promising: PromisingSchool, client: AsyncTestClient[Litestar]
) -> None:
    await sign_in(client, await promising.school.account("organiser"))
    files = {"file": ("rooms.csv", smaller(promising).encode(), "text/csv")}

    async def send(**more: Any) -> Any:
        path = "/seasons/spring-2023/import"
        return await client.post(path, data={"what": "rooms", **more}, files=files, follow_redirects=False)

    refused = await send()
    listed = listed_on(refused)
    assert (refused.status_code, set(listed)) == (422, {str(key) for key in promising.named("talk early late")})
    assert (await send(accept_broken=listed)).status_code == 422
    assert await promising.cases() == []
    assert (await send(accept_broken=listed, take_broken="yes")).status_code in (200, 201)
    assert {case.reason for case in await promising.cases()} == {"rooms.csv"}


async def test_a_terminal_lists_what_a_file_breaks(
    promising: PromisingSchool, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "rooms.csv"
    file.write_text(smaller(promising), encoding="utf-8")
    environment = {
        "DATABASE_URL": database_url,
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
    }

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "app", "import", "rooms", str(file), *more],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    refused = run()
    assert refused.returncode == ExitCode.BAD_INPUT
    assert refused.stderr.count("The room has too few seats.") == 3
    ids = [line.split(" ", 1)[0] for line in refused.stderr.splitlines()[:3]]
    done = run(*(part for booking_id in ids for part in ("--accept-broken", booking_id)))
    assert done.returncode == ExitCode.OK, done.stderr
    assert {str(case.booking_id) for case in await promising.cases()} == set(ids)
