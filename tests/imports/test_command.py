"""`chunzhao import` and `chunzhao export` as a person at a terminal runs them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.exit_codes import ExitCode
from app.seasons.domain import Season
from tests.imports.conftest import REQUESTS_CSV, ROOMS_CSV
from tests.imports.test_reported_cases import CASES

ROOT = Path(__file__).resolve().parents[2]


class Terminal:
    """Runs the command against one database."""

    def __init__(self, database_url: str) -> None:
        self.environment = {
            "DATABASE_URL": database_url,
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
        }

    def __call__(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """The finished command."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "app", *map(str, arguments)],
            cwd=ROOT,
            env=self.environment | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def chunzhao(database_url: str, season: Season) -> Terminal:
    """The command on a school with a season."""
    return Terminal(database_url)


def test_a_terminal_imports_and_exports(chunzhao: Terminal, tmp_path: Path) -> None:
    rooms = tmp_path / "rooms.csv"
    rooms.write_bytes(ROOMS_CSV.encode("gb18030"))
    done = chunzhao("import", "rooms", rooms)
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")
    assert done.stdout.splitlines() == [
        f"{rooms}: 3 rows: 3 created, 0 changed, 0 unchanged, 0 refused",
        "also created: 主校区, 东校区",
    ]
    again = chunzhao("import", "rooms", rooms, "--season", "spring-2023", "--json")
    assert json.loads(again.stdout)["unchanged"] == 3
    exported = chunzhao("export", "spring-2023", "--format", "csv", "-o", tmp_path / "schedule.csv", "--locale", "en")
    assert exported.returncode == ExitCode.OK
    assert (tmp_path / "schedule.csv").read_bytes().startswith(b"\xef\xbb\xbfReference,Kind")
    assert chunzhao("export", "autumn-2030").returncode == ExitCode.BAD_INPUT


def test_bad_rows_end_in_2_and_can_be_skipped(chunzhao: Terminal, tmp_path: Path) -> None:
    rooms = tmp_path / "rooms.csv"
    rooms.write_text(ROOMS_CSV.replace(",60,", ",many,"), encoding="utf-8")
    refused = chunzhao("import", "rooms", rooms)
    assert refused.returncode == ExitCode.BAD_INPUT
    assert "row 3, 座位数" in refused.stderr
    assert "1 rows of 3 cannot be accepted" in refused.stderr
    as_json = chunzhao("import", "rooms", rooms, "--json")
    assert as_json.returncode == ExitCode.BAD_INPUT
    assert [error["row"] for error in json.loads(as_json.stdout)["errors"]] == [3]
    skipped = chunzhao("import", "rooms", rooms, "--skip-bad", "--json")
    report = json.loads(skipped.stdout)
    assert (skipped.returncode, report["created"], report["refused"]) == (ExitCode.OK, 2, 1)
    mended = Path(report["refused_file"])
    assert mended == tmp_path / "rooms-refused.csv"
    mended.write_text(mended.read_text(encoding="utf-8-sig").replace("many", "60"), encoding="utf-8")
    assert json.loads(chunzhao("import", "rooms", mended, "--json").stdout)["created"] == 1


def test_a_terminal_says_what_was_guessed_and_answers_what_is_asked(chunzhao: Terminal, tmp_path: Path) -> None:
    majors = tmp_path / "majors.csv"
    majors.write_text("专业代码,专业名称\n80901,计算机\n", encoding="utf-8")
    done = chunzhao("import", "majors", majors)
    assert done.returncode == ExitCode.OK
    assert "guessed: row 2, 专业代码: “80901” was read as 080901" in done.stderr
    two = CASES / "two-sheets.xlsx"
    asked = chunzhao("import", "rooms", two)
    assert (asked.returncode, "“lists”, “rooms”" in asked.stderr) == (ExitCode.BAD_INPUT, True)
    chosen = chunzhao("import", "rooms", two, "--sheet", "rooms", "--encoding", "utf-8")
    assert chosen.returncode == ExitCode.OK
    assert "not used: The sheet “lists” was not read (rows: 2)." in chosen.stderr


def test_wrong_files_and_seasons_end_in_2(chunzhao: Terminal, tmp_path: Path) -> None:
    broken = tmp_path / "list.xlsx"
    broken.write_bytes(b"PK\x03\x04 no workbook")
    done = chunzhao("import", "rooms", broken)
    assert (done.returncode, "cannot be read as an Excel workbook" in done.stderr) == (ExitCode.BAD_INPUT, True)
    assert chunzhao("import", "rooms", tmp_path / "missing.csv").returncode == ExitCode.BAD_INPUT
    assert chunzhao("import", "salaries", broken).returncode == ExitCode.BAD_INPUT
    requests = tmp_path / "requests.csv"
    requests.write_text(REQUESTS_CSV, encoding="utf-8")
    unknown = chunzhao("import", "requests", requests, "--season", "autumn-2030")
    assert (unknown.returncode, "no such season" in unknown.stderr) == (ExitCode.BAD_INPUT, True)
