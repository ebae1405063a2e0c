"""`chunzhao solve`: places the requests of a problem file."""

import json
from pathlib import Path
from uuid import UUID

import click
import msgspec
import rich_click

from app.commands.interruption import Interruption
from app.commands.number_options import COUNT, SECONDS
from app.commands.output_file import must_be_writable, write_result
from app.commands.use_cases import run_use_case
from app.exit_codes import BadInput, ExitCode
from app.schedules.replay import replay_version
from app.settings import load_settings
from scheduling import ProblemError, schema
from scheduling.bench.solve import placement_rows, read_any, run_solve


@rich_click.command(name="solve")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("-o", "output", type=click.Path(path_type=Path), help="Write the placements to this file.")
@click.option("--time-limit", type=SECONDS, default=10.0, show_default=True, help="Seconds to search.")
@click.option("--seed", default=1, show_default=True, help="Start of all random choices.")
@click.option("--processes", type=COUNT, help="Searching threads; default: one per core.")
@click.option("--replay", "version", type=click.UUID, help="Solve a version of the database again and compare.")
@click.option("--schema", "show_schema", is_flag=True, help="Print the JSON schema of a problem and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def command(
    file: Path | None,
    output: Path | None,
    time_limit: float,
    seed: int,
    processes: int | None,
    version: UUID | None,
    *,
    show_schema: bool,
    as_json: bool,
) -> int:
    """Place the requests of FILE (.json or .json.gz); the last line printed is JSON."""
    if show_schema:
        click.echo(json.dumps(schema(), ensure_ascii=False))
        return ExitCode.OK
    if version is not None:
        return _replay(version)
    if file is None:
        raise click.UsageError("Missing argument 'FILE'.")
    try:
        problem = read_any(file)
    except (ProblemError, OSError) as error:
        raise BadInput(f"{file}: {error}") from None
    must_be_writable(output, "-o", read=file)
    with Interruption() as interruption:
        result, figures = run_solve(
            problem,
            time_limit_seconds=time_limit,
            seed=seed,
            processes=processes,
            on_progress=None if as_json else interruption.report,
            should_stop=interruption.happened,
        )
    rows = msgspec.json.encode(placement_rows(problem, result))
    written = write_result(output, msgspec.json.format(rows, indent=1))
    click.echo(json.dumps(figures))
    if interruption.happened():
        return ExitCode.INTERRUPTED
    return ExitCode.FELL_SHORT if figures["violations"] or not written else ExitCode.OK


def _replay(version: UUID) -> int:
    """Solve a version again; give 0 where the same placements came out, 1 where they differ."""
    settings = load_settings()
    replayed = run_use_case(settings, lambda database: replay_version(database, version, zone=settings.timezone))
    same = not replayed.different
    figures = {"version": str(version), "same": same, **msgspec.to_builtins(replayed)}
    click.echo(json.dumps(figures))
    return ExitCode.OK if same else ExitCode.FELL_SHORT
