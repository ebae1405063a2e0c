"""Benches of the engine: generated or given seasons, timetables of the literature, growth, booths."""

import json
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from app.commands.bench.group import command, show
from app.commands.bench.sizes import read_sizes
from app.commands.interruption import Interruption
from app.commands.number_options import COUNT, SECONDS, SHARE, FiniteRange
from app.commands.output_file import must_be_writable, write_result
from app.exit_codes import BadInput, ExitCode
from scheduling import Problem, ProblemError
from scheduling.bench.booths import SIZES, run_booths
from scheduling.bench.daily import run_explain, run_insert, run_resolve
from scheduling.bench.generator import Profile
from scheduling.bench.growth_plot import growth_plot
from scheduling.bench.itc import run_itc
from scheduling.bench.itc2007 import Instance, read_instance
from scheduling.bench.itc_generator import CLASHING, generate_instance, instance_text
from scheduling.bench.solve import generated, neutral_rows, read_any, run_solve


def season_options(command_function: Callable[..., int]) -> Callable[..., int]:
    """Add the options that say which season is measured, and for how long."""
    for option in reversed(
        [
            click.option("--instance", type=click.Path(path_type=Path), help="A season in the neutral format."),
            click.option("--requests", type=COUNT, default=2000, show_default=True, help="Size of a generated season."),
            click.option("--rooms", type=COUNT, help="Rooms of a generated season; default: by its size."),
            click.option("--tight", is_flag=True, help="Too few rooms, staff and channels."),
            click.option("--profile", type=click.Choice(["interviews", "halls"]), default="interviews"),
            click.option("--time-limit", type=SECONDS, default=10.0, show_default=True, help="Seconds for each solve."),
            click.option("--seed", default=1, show_default=True),
            click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON."),
        ]
    ):
        command_function = option(command_function)
    return command_function


def season(instance: Path | None, requests: int, rooms: int | None, *, tight: bool, profile: str, seed: int) -> Problem:
    """Give the season that the options name."""
    if instance is None:
        kind: Profile = "halls" if profile == "halls" else "interviews"
        return generated(requests, rooms=rooms, tight=tight, profile=kind, seed=seed)
    try:
        return read_any(instance)
    except (ProblemError, OSError) as error:
        raise BadInput(f"{instance}: {error}") from None


@command.command("solve")
@season_options
@click.option("--processes", type=COUNT, help="Searching threads; default: one per core.")
@click.option("-o", "output", type=click.Path(path_type=Path), help="Write the placements to this file.")
def solve_command(
    instance: Path | None,
    requests: int,
    rooms: int | None,
    profile: str,
    time_limit: float,
    seed: int,
    processes: int | None,
    output: Path | None,
    *,
    tight: bool,
    as_json: bool,
) -> int:
    """Solve one season and report value, bound and gap."""
    problem = season(instance, requests, rooms, tight=tight, profile=profile, seed=seed)
    must_be_writable(output, "-o", read=instance)
    with Interruption() as interruption:
        result, figures = run_solve(
            problem,
            time_limit_seconds=time_limit,
            seed=seed,
            processes=processes,
            on_progress=None if as_json else interruption.report,
            should_stop=interruption.happened,
        )
    written = write_result(output, json.dumps(neutral_rows(result)).encode())
    show(figures, as_json=as_json)
    if interruption.happened():
        return ExitCode.INTERRUPTED
    return ExitCode.FELL_SHORT if figures["violations"] or not written else ExitCode.OK


def daily(name: str, measure: Callable[..., dict[str, Any]], text: str, kept: Callable[[dict[str, Any]], bool]) -> None:
    """Add a command that measures one season; ``kept`` says whether its promises were."""

    @command.command(name, help=text)
    @season_options
    def daily_command(
        instance: Path | None,
        requests: int,
        rooms: int | None,
        profile: str,
        time_limit: float,
        seed: int,
        *,
        tight: bool,
        as_json: bool,
    ) -> int:
        problem = season(instance, requests, rooms, tight=tight, profile=profile, seed=seed)
        figures = measure(problem, time_limit_seconds=time_limit, seed=seed)
        show(figures, as_json=as_json)
        return ExitCode.OK if kept(figures) else ExitCode.FELL_SHORT


daily(
    "insert",
    run_insert,
    "Insert requests into a season whose placements are fixed, one at a time.",
    lambda f: not f["violations"],
)
daily("explain", run_explain, "Explain the requests that are unplaced.", lambda f: not f["unexplained"])
daily(
    "resolve",
    run_resolve,
    "Add requests to a season that people rely on.",
    lambda f: not f["violations"] and not f["dropped"],
)


@command.command("itc")
@click.option("--instance", type=click.Path(path_type=Path), help="A .tim or .tim.gz file, also of the older format.")
@click.option(
    "--generate", type=click.IntRange(min=0), help="Draw the instance of this number; it can be solved whole."
)
@click.option("--rooms", type=COUNT, help="Rooms of a generated instance; default: 26 to 30.")
@click.option("--students", type=COUNT, help="Its students; default: 500 to 1000.")
@click.option(
    "--filled", type=FiniteRange(min=0, max=1, min_open=True), help="Its events per room-slot; default: 0.97 to 1."
)
@click.option(
    "--clashing",
    type=FiniteRange(min=0, max=1, max_open=True),
    default=CLASHING,
    show_default=True,
    help="Share of its pairs of events that have a student in common.",
)
@click.option("--keep", type=click.Path(path_type=Path), help="Write the generated instance to this file.")
@click.option("--time-limit", type=SECONDS, default=10.0, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("-o", "output", type=click.Path(path_type=Path), help="Write event, slot and room to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def itc_command(
    instance: Path | None,
    generate: int | None,
    rooms: int | None,
    students: int | None,
    filled: float | None,
    clashing: float,
    keep: Path | None,
    time_limit: float,
    seed: int,
    output: Path | None,
    *,
    as_json: bool,
) -> int:
    """Place the events of an ITC-2007 track 2 instance, read or generated."""
    if (instance is None) == (generate is None):
        raise click.UsageError("Name either an --instance or the number of one to --generate.")
    must_be_writable(output, "-o", read=instance)
    must_be_writable(keep, "--keep", read=instance)

    def made() -> Instance:
        if instance is not None:
            return read_instance(instance)
        return generate_instance(
            generate or 0, rooms=rooms, filled=filled, students=students, clashing=clashing
        ).instance

    name = f"generated-{generate}" if instance is None else instance.name.removesuffix(".gz").removesuffix(".tim")
    try:
        with Interruption() as interruption:
            events, figures, rows = run_itc(
                made, name, time_limit_seconds=time_limit, seed=seed, should_stop=interruption.happened
            )
    except (ProblemError, OSError) as error:
        raise BadInput(f"{name if instance is None else instance}: {error}") from None
    written = write_result(output, json.dumps(rows).encode())
    written = write_result(keep, instance_text(events).encode()) and written
    show(figures, as_json=as_json)
    if interruption.happened():
        return ExitCode.INTERRUPTED
    fell_short = figures["violations"] or figures["unplaced"] or not written
    return ExitCode.FELL_SHORT if fell_short else ExitCode.OK


@command.command("growth")
@click.option("--sizes", default="250,500,1000,2000,5000", show_default=True, help="Numbers of requests.")
@click.option("--gap", "wanted", type=SHARE, default=0.01, show_default=True, help="Gap to reach.")
@click.option("--time-limit", type=SECONDS, default=60.0, show_default=True)
@click.option("--seeds", type=COUNT, default=1, show_default=True, help="Seasons per size; medians are shown.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw the times into this SVG file.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def growth_command(
    sizes: str, wanted: float, time_limit: float, seeds: int, plot: Path | None, *, as_json: bool
) -> int:
    """Measure the seconds until a tight season of each size is proven within a gap."""
    must_be_writable(plot, "--plot")
    rows: list[dict[str, Any]] = []
    for size in read_sizes(sizes, "--sizes"):
        reached: list[float | None] = []
        for seed in range(1, seeds + 1):
            problem = generated(size, tight=True, seed=seed)
            watch = GapWatch(wanted)
            run_solve(problem, time_limit_seconds=time_limit, seed=seed, on_progress=watch, should_stop=watch.reached)
            reached.append(watch.seconds)
        known = [s for s in reached if s is not None]
        median = statistics.median(known) if len(known) == len(reached) else None
        rows.append({"requests": size, "seconds": median})
        if not as_json:
            click.echo(f"{size:8}  {'not reached' if median is None else f'{median:.2f} s'}")
    points = [(row["requests"], row["seconds"]) for row in rows if row["seconds"] is not None]
    if plot is not None and points:
        plot.write_text(growth_plot(points, f"Seconds until a tight season is proven within {wanted:.1%}"))
    click.echo(json.dumps({"gap": wanted, "growth": rows}))
    return ExitCode.OK


@command.command("booths")
@click.option("--sizes", default=",".join(map(str, SIZES)), show_default=True, help="Booths of the fairs.")
@click.option("--time-limit", type=SECONDS, default=10.0, show_default=True, help="Seconds for each assignment.")
@click.option("--seed", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def booths_command(sizes: str, time_limit: float, seed: int, *, as_json: bool) -> int:
    """Assign booths of fairs, beside a greedy by sector; then change the plans within budgets of moves."""
    wanted = tuple(read_sizes(sizes, "--sizes"))
    figures = run_booths(sizes=wanted, seed=seed, time_limit_seconds=time_limit)
    show(figures, as_json=as_json)
    return ExitCode.OK if all(one["score"] >= one["greedy"] for one in figures["booths"]) else ExitCode.FELL_SHORT


class GapWatch:
    """Notes when a gap is reached, and asks to stop then."""

    def __init__(self, wanted: float) -> None:
        self.wanted = wanted
        self.seconds: float | None = None

    def __call__(self, progress: Any) -> None:
        """Look at a progress report."""
        if self.seconds is None and progress.gap is not None and progress.gap <= self.wanted:
            self.seconds = progress.elapsed_seconds

    def reached(self) -> bool:
        """Whether the gap was reached."""
        return self.seconds is not None
