"""Benches of the service beside its floor; each starts servers of its own."""

import json
from pathlib import Path

import click

from app.commands.bench.group import command, show
from app.commands.bench.sizes import read_sizes
from app.commands.number_options import COUNT, NUMBER
from app.commands.output_file import must_be_writable
from app.exit_codes import ExitCode
from scheduling.bench.growth_plot import growth_plot


@command.command("booking")
@click.option("--clients", type=COUNT, default=16, show_default=True, help="Who book at the same time.")
@click.option("--webs", type=COUNT, default=1, show_default=True, help="Web processes.")
@click.option("--booked", type=COUNT, default=2000, show_default=True, help="Bookings that the season has already.")
@click.option("--earlier-seasons", type=NUMBER, default=0, show_default=True, help="Seasons with as many bookings.")
@click.option("--rounds", type=COUNT, default=5, show_default=True, help="Times that each is measured, in turn.")
@click.option("--seconds", type=COUNT, default=3, show_default=True, help="Length of each measurement.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def booking_command(
    clients: int, webs: int, booked: int, earlier_seasons: int, rounds: int, seconds: int, *, as_json: bool
) -> int:
    """Book over HTTP, beside pgbench with the same statements and with the least that a promise needs."""
    from app.benches.booking import run_booking  # noqa: PLC0415 - needs the servers of the extra `local`

    figures = run_booking(
        clients=clients, webs=webs, booked=booked, earlier_seasons=earlier_seasons, rounds=rounds, seconds=seconds
    )
    show(figures, as_json=as_json)
    return ExitCode.OK if set(figures["statuses"]) == {"201"} else ExitCode.FELL_SHORT


@command.command("contest")
@click.option("--clients", type=COUNT, default=50, show_default=True, help="Who ask for one room at one time.")
@click.option("--webs", type=COUNT, default=1, show_default=True, help="Web processes.")
@click.option("--rounds", type=COUNT, default=5, show_default=True, help="Places that are asked for, in turn.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def contest_command(clients: int, webs: int, rounds: int, *, as_json: bool) -> int:
    """Let many ask for one room at one time: one gets it, the others are offered other places."""
    from app.benches.contest import run_contest  # noqa: PLC0415 - needs the servers of the extra `local`

    figures = run_contest(clients=clients, webs=webs, rounds=rounds)
    show(figures, as_json=as_json)
    return ExitCode.OK if figures["statuses"].get("201") == rounds else ExitCode.FELL_SHORT


@command.command("pages")
@click.option("--booked", type=COUNT, default=2000, show_default=True, help="Bookings of the season.")
@click.option("--waiting", type=COUNT, default=600, show_default=True, help="Requests beyond those that are booked.")
@click.option("--earlier-seasons", type=NUMBER, default=0, show_default=True, help="Seasons with as many bookings.")
@click.option("--rounds", type=COUNT, default=5, show_default=True, help="Times that each page is measured, in turn.")
@click.option("--repeats", type=COUNT, default=10, show_default=True, help="Answers of a page in each round.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def pages_command(booked: int, waiting: int, earlier_seasons: int, rounds: int, repeats: int, *, as_json: bool) -> int:
    """Read the pages with one client, beside an application that only answers as many bytes."""
    from app.benches.pages import run_pages  # noqa: PLC0415 - needs the servers of the extra `local`

    figures = run_pages(booked=booked, waiting=waiting, earlier_seasons=earlier_seasons, rounds=rounds, repeats=repeats)
    if not as_json:
        for page in figures["pages"]:
            click.echo("  ".join(f"{'' if value is None else value:>12}" for value in page.values()))
    click.echo(json.dumps(figures))
    return ExitCode.OK


@command.command("memory")
@click.option("--bookings", type=COUNT, default=300, show_default=True, help="Bookings before it is measured again.")
@click.option("--solve-seconds", type=COUNT, default=10, show_default=True, help="Length of the solve.")
@click.option("--rounds", type=COUNT, default=3, show_default=True, help="Starts of each interpreter and of the web.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def memory_command(bookings: int, solve_seconds: int, rounds: int, *, as_json: bool) -> int:
    """Use all that `serve` starts, and give its memory before and after, beside interpreters with the same imports."""
    from app.benches.memory import run_memory  # noqa: PLC0415 - needs the servers of the extra `local`

    figures = run_memory(bookings=bookings, solve_seconds=solve_seconds, rounds=rounds)
    show(figures, as_json=as_json)
    kept = set(figures["statuses"]) == {"200", "201"} and figures["solve"] == "finished"
    return ExitCode.OK if kept else ExitCode.FELL_SHORT


@command.command("desk")
@click.option("--booked", type=COUNT, default=5000, show_default=True, help="Bookings of the season.")
@click.option("--seconds", type=click.IntRange(2, 60), default=20, show_default=True, help="How long it is asked.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def desk_command(booked: int, seconds: int, *, as_json: bool) -> int:
    """Ask over HTTP where requests could go, with a booking changed every second beside it."""
    from app.benches.desk import run_desk  # noqa: PLC0415 - needs the servers of the extra `local`

    figures = run_desk(booked=booked, seconds=seconds)
    show(figures, as_json=as_json)
    return ExitCode.OK if set(figures["statuses"]) == {"200"} else ExitCode.FELL_SHORT


@command.command("release")
@click.option("--changed", type=click.IntRange(7, 1000), default=500, show_default=True, help="Bookings that change.")
@click.option("--rounds", type=click.IntRange(1, 6), default=5, show_default=True, help="Releases that are measured.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def release_command(changed: int, rounds: int, *, as_json: bool) -> int:
    """Release versions and submit, approve and cancel requests, beside their statements alone."""
    from app.benches.release import run_release  # noqa: PLC0415 - needs the servers of the extra `local`

    show(run_release(changed=changed, rounds=rounds), as_json=as_json)
    return ExitCode.OK


@command.command("mail")
@click.option("--messages", type=COUNT, default=1000, show_default=True, help="Confirmations of a backlog.")
@click.option("--singles", type=COUNT, default=100, show_default=True, help="Bookings that are waited for one by one.")
@click.option("--rounds", type=COUNT, default=3, show_default=True, help="Times that each is measured, in turn.")
@click.option(
    "--answer-ms",
    type=click.IntRange(0, 1000),
    default=0,
    show_default=True,
    help="How long the mail server takes to answer a message.",
)
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def mail_command(messages: int, singles: int, rounds: int, answer_ms: int, *, as_json: bool) -> int:
    """Send confirmations with one worker and with two, beside a client that only sends the same messages."""
    from app.benches.mail import run_mail  # noqa: PLC0415 - needs the servers of the extra `local`

    figures = run_mail(messages=messages, singles=singles, rounds=rounds, answer_ms=answer_ms)
    show(figures, as_json=as_json)
    return ExitCode.FELL_SHORT if figures["lost"] or figures["doubled"] else ExitCode.OK


@command.command("scale")
@click.option("--bookings", default="1000,10000,100000", show_default=True, help="Bookings of all seasons.")
@click.option("--requests", default="300,3000,30000", show_default=True, help="Requests of one season.")
@click.option("--rounds", type=COUNT, default=3, show_default=True, help="Times that each is measured.")
@click.option("--seconds", type=COUNT, default=3, show_default=True, help="Length of each measurement of bookings.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw the drawing of a changed board into this SVG file.")
@click.option("--json", "as_json", is_flag=True, help="Print only the line of JSON.")
def scale_command(bookings: str, requests: str, rounds: int, seconds: int, plot: Path | None, *, as_json: bool) -> int:
    """Measure bookings and pages as the years and the season grow."""
    from app.benches.scale import run_requests, run_years  # noqa: PLC0415 - needs the servers of the extra `local`

    must_be_writable(plot, "--plot")
    years = run_years(read_sizes(bookings, "--bookings"), rounds=rounds, seconds=seconds)
    seasons = run_requests(read_sizes(requests, "--requests"), rounds=rounds)
    if not as_json:
        for row in (*years, *seasons):
            click.echo("  ".join(f"{name} {value}" for name, value in row.items()))
    if plot is not None:
        points = [(row["bookings"], row["board_changed"] / 1000) for row in years]
        plot.write_text(growth_plot(points, "Seconds of a changed board over bookings of all seasons"))
    click.echo(json.dumps({"years": years, "seasons": seasons}))
    return ExitCode.OK
