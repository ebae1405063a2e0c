"""`chunzhao simulate`: a season that people live through, twice, and what they were promised counted afterwards."""

import asyncio
import os
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import msgspec
import rich_click

from app.benches.ports import free_port
from app.clock import Clock
from app.commands.processes import migrate_apart, start_processes
from app.commands.servers import one_line_errors
from app.database import open_database
from app.database.business_clock import step_clock
from app.demo.client import DemoFailed
from app.demo.season_run import new_password
from app.embedded import EmbeddedServices, embedded_services
from app.exit_codes import CommandError, ExitCode
from app.settings import Settings, load_settings
from app.simulation.figures import Simulated, SimulatedFigures
from app.simulation.letters import LetterBox
from app.simulation.run import School, live_through, opening_moment
from workers.queues import open_queue

_DEFAULT_REQUESTS = 120


@rich_click.command(name="simulate")
@rich_click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Which season.")
@rich_click.option(
    "--requests", type=click.IntRange(8, 400), default=_DEFAULT_REQUESTS, show_default=True, help="How many are asked."
)
@rich_click.option("--json", "as_json", is_flag=True, help="One JSON line on stdout.")
def command(*, seed: int, requests: int, as_json: bool) -> int:
    """Let people live through a season on a fresh school, and count what became of its promises.

    Twice: a release confirms its bookings, and employers confirm them. Exit code 1 where a promise is broken.
    """
    settings = load_settings()
    with one_line_errors():
        try:
            simulated = _simulate(settings, seed, requests)
        except DemoFailed as error:
            raise CommandError(f"the simulation stopped: {error}") from error
    _print(simulated, as_json=as_json)
    return ExitCode.OK if simulated.is_as_promised() else ExitCode.FELL_SHORT


def _simulate(settings: Settings, seed: int, requests: int) -> Simulated:
    """Run both seasons beside each other: each waits for its own queues most of the time."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="chunzhao-simulate-")))
        schools = {}
        for name in ("off", "on"):
            (folder / name).mkdir()
            services = stack.enter_context(embedded_services())
            schools[name] = services, stack.enter_context(LetterBox(folder / name / "mailbox"))

        async def run(name: str) -> SimulatedFigures:
            services, box = schools[name]
            started = time.monotonic()
            figures = await _live(
                services, settings, box, folder / name, seed, requests, employer_confirms=name == "on"
            )
            return msgspec.structs.replace(figures, seconds=round(time.monotonic() - started, 1))

        async def both() -> Simulated:
            off, on = await asyncio.gather(run("off"), run("on"))
            return Simulated(off=off, on=on)

        return asyncio.run(both())


async def _live(
    services: EmbeddedServices,
    settings: Settings,
    box: LetterBox,
    folder: Path,
    seed: int,
    requests: int,
    *,
    employer_confirms: bool,
) -> SimulatedFigures:
    name = "on" if employer_confirms else "off"
    _say(name, "starting the school")
    port = free_port()
    base_url = f"http://localhost:{port}"
    offset = round((opening_moment(settings.timezone) - datetime.now(UTC)).total_seconds())
    environment = {
        **os.environ,
        **services.environment(),
        "ENVIRONMENT": "demo",
        "SMTP_URL": box.smtp_url,
        "MAIL_FROM": "career-centre@jiangcheng.example",
        "BASE_URL": base_url,
        "DATA_DIR": str(folder),
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
    }
    await asyncio.to_thread(migrate_apart, environment)
    async with open_database(services.database_url, size=4) as database:
        await database.transact(step_clock, offset)
        start = partial(start_processes, services.supervisor, environment, host=settings.host, port=port)
        await asyncio.to_thread(start)
        queue = await open_queue(msgspec.structs.replace(settings, redis_url=services.redis_url))
        try:
            school = School(
                base_url=base_url,
                database=database,
                queue=queue,
                box=box,
                clock=Clock(offset, settings.timezone),
                password=new_password(),
            )
            return await live_through(
                school,
                seed=seed,
                requests=requests,
                employer_confirms=employer_confirms,
                folder=folder / "files",
                say=lambda line: _say(name, line),
            )
        finally:
            await queue.aclose(close_connection_pool=True)


def _print(simulated: Simulated, *, as_json: bool) -> None:
    for name, figures in (("off", simulated.off), ("on", simulated.on)):
        for promise, value in figures.broken_promises().items():
            _say(name, f"broken: {promise} {value}")
    if as_json:
        click.echo(msgspec.json.encode(simulated))
        return
    of_off, of_on = (msgspec.to_builtins(figures) for figures in (simulated.off, simulated.on))
    for name, value in of_off.items():
        click.echo(f"{name:>40}  {value:>8}  {of_on[name]:>8}")


def _say(run: str, line: str) -> None:
    click.echo(f"simulate {run}: {line}", err=True)
