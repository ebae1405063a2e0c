"""`chunzhao solve`: places the requests of a problem file."""

import json
from pathlib import Path

import click
import msgspec
import rich_click

from app.commands.interruption import Interruption
from app.exit_codes import BadInput, ExitCode
from scheduling import ProblemError, schema
from scheduling.bench.solve_bench import placement_rows, read_any, run_solve


@rich_click.command(name="solve")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("-o", "output", type=click.Path(path_type=Path), help="Write the placements to this file.")
@click.option("--time-limit", default=10.0, show_default=True, help="Seconds to search.")
@click.option("--seed", default=1, show_default=True, help="Start of all random choices.")
@click.option("--processes", type=int, help="Searching threads; default: one per core.")
@click.option("--schema", "show_schema", is_flag=True, help="Print the JSON schema of a problem and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def command(
    file: Path | None,
    output: Path | None,
    time_limit: float,
    seed: int,
    processes: int | None,
    *,
    show_schema: bool,
    as_json: bool,
) -> int:
    """Place the requests of FILE (.json or .json.gz); the last line printed is JSON."""
    if show_schema:
        click.echo(json.dumps(schema(), ensure_ascii=False))
        return ExitCode.OK
    if file is None:
        raise click.UsageError("Missing argument 'FILE'.")
    try:
        problem = read_any(file)
    except (ProblemError, OSError) as error:
        raise BadInput(f"{file}: {error}") from None
    with Interruption() as interruption:
        result, figures = run_solve(
            problem,
            time_limit_seconds=time_limit,
            seed=seed,
            processes=processes,
            on_progress=None if as_json else interruption.report,
            should_stop=interruption.happened,
        )
    if output is not None:
        output.write_bytes(msgspec.json.format(msgspec.json.encode(placement_rows(problem, result)), indent=1))
    click.echo(json.dumps(figures))
    if interruption.happened():
        return ExitCode.INTERRUPTED
    return ExitCode.FELL_SHORT if figures["violations"] else ExitCode.OK
