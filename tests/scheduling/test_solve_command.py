"""`chunzhao solve` and `bench`: what is wrong is said before the search, and no result is lost."""

import json
from pathlib import Path

import pytest

from app import cli
from app.commands.output_file import must_be_writable, write_result
from app.exit_codes import BadInput

SEASON = str(Path(__file__).parent / "cases" / "good-travel.json")


@pytest.mark.parametrize(
    "arguments",
    [
        ("solve", SEASON, "--time-limit", "nan"),
        ("solve", SEASON, "--time-limit", "inf"),
        ("solve", SEASON, "--time-limit", "-5"),
        ("solve", SEASON, "--processes", "0"),
        ("bench", "solve", "--instance", SEASON, "--time-limit", "nan"),
        ("bench", "solve", "--instance", SEASON, "--processes", "-1"),
        ("bench", "solve", "--requests", "0"),
        ("bench", "solve", "--rooms", "0"),
        ("bench", "itc", "--instance", SEASON, "--time-limit", "-1"),
        ("bench", "itc", "--generate", "-1"),
        ("bench", "itc", "--generate", "1", "--filled", "0"),
        ("bench", "itc", "--generate", "1", "--clashing", "1"),
        ("bench", "growth", "--sizes", "5,many"),
        ("bench", "growth", "--sizes", "0"),
        ("bench", "growth", "--gap", "nan"),
    ],
    ids=" ".join,
)
def test_a_number_out_of_range_is_refused(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(list(arguments)) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert arguments[-2] in told.err


@pytest.mark.parametrize("output", ["missing/out.json", ".", "season.json"])
@pytest.mark.parametrize("command", [("solve",), ("bench", "solve", "--instance"), ("bench", "itc", "--instance")])
def test_a_file_that_cannot_be_written_is_found_before_the_search(
    command: tuple[str, ...], output: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    season = tmp_path / "season.json"
    season.write_bytes(Path(SEASON).read_bytes())
    assert cli.main([*command, str(season), "-o", str(tmp_path / output), "--time-limit", "60"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert str(tmp_path / output) in told.err
    assert season.read_bytes() == Path(SEASON).read_bytes()


@pytest.mark.parametrize("given", [(), ("--instance", SEASON, "--generate", "1")])
def test_an_instance_is_either_read_or_generated(given: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["bench", "itc", *given]) == 2
    assert "--generate" in capsys.readouterr().err


def test_a_generated_instance_is_kept_and_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "kept.tim"
    sizes = ["--rooms", "2", "--students", "20", "--time-limit", "5", "--json"]
    assert cli.main(["bench", "itc", "--generate", "4", "--keep", str(kept), *sizes]) == 0
    generated = json.loads(capsys.readouterr().out)
    assert cli.main(["bench", "itc", "--instance", str(kept), "--json"]) == 0
    read = json.loads(capsys.readouterr().out)
    assert (generated["instance"], read["instance"]) == ("generated-4", "kept")
    assert generated["events"] == read["events"]
    assert (generated["unplaced"], read["unplaced"]) == (0, 0)


def test_the_placements_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "out.json"
    output.write_text("older")
    assert cli.main(["solve", SEASON, "-o", str(output), "--time-limit", "0.2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unplaced"] == 1
    assert len(json.loads(output.read_text())) == 2


def test_a_trial_leaves_things_as_they_were(tmp_path: Path) -> None:
    new, old = tmp_path / "new.json", tmp_path / "old.json"
    old.write_text("older")
    must_be_writable(new, "-o")
    must_be_writable(old, "-o")
    must_be_writable(Path("/dev/null"), "-o")
    with pytest.raises(BadInput, match="-o"):
        must_be_writable(old, "-o", read=tmp_path / ".." / tmp_path.name / "old.json")
    assert (new.exists(), old.read_text()) == (False, "older")


def test_a_result_is_kept_elsewhere_where_its_file_fails_at_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not write_result(tmp_path / "gone" / "out.json", b"[1]")
    told = capsys.readouterr().err.strip()
    kept = Path(told.rsplit(" ", 1)[1])
    assert kept.read_bytes() == b"[1]"
    kept.unlink()
