"""`chunzhao demo`: the whole season of an invented school, from its files to the confirmations in the mailbox."""

import asyncio
import os
import shutil
import socket
import time
from datetime import UTC, datetime
from datetime import time as day_time
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import msgspec
import rich_click

from app.clock import Clock
from app.commands.processes import must_be_free, start_processes
from app.commands.servers import one_line_errors
from app.database import open_database
from app.database.business_clock import step_clock
from app.database.migrate import migrate
from app.demo.client import DemoFailed
from app.demo.figures import DemoFigures, count_figures, due_confirmations
from app.demo.mail_server import Mailbox
from app.demo.season_files import DEMO_SEASON
from app.demo.season_run import (
    ADMINISTRATOR,
    DEPARTMENT_STAFF,
    EMPLOYER_CONTACT,
    ORGANISER,
    new_password,
    open_school,
    run_season,
)
from app.embedded import EmbeddedServices, embedded_services
from app.exit_codes import CommandError, ExitCode
from app.settings import Settings, load_settings

_DELIVERY_SECONDS = 120.0
_NINE = day_time(9)


class KeptDemo(msgspec.Struct, frozen=True):
    """What a kept data folder stores of its demo."""

    clock_offset: int
    password: str


@rich_click.command(name="demo")
@rich_click.option("--once", is_flag=True, help="Run the season, print the figures, remove everything.")
@rich_click.option("--json", "as_json", is_flag=True, help="One JSON line on stdout.")
@rich_click.option("--fresh", is_flag=True, help="Start anew in the kept data folder.")
@rich_click.option("--port", type=click.IntRange(1, 65535), help="Where the pages are.  [default: PORT or 8000]")
def command(*, once: bool, as_json: bool, fresh: bool, port: int | None) -> int:
    """Show a whole spring season on this machine: import, review, solve, release, mails."""
    settings = load_settings()
    with one_line_errors():
        try:
            if once:
                return _once(settings, as_json=as_json)
            return _stay(settings, port or settings.port, fresh=fresh, as_json=as_json)
        except DemoFailed as error:
            raise CommandError(f"the demo stopped: {error}") from error


def _once(settings: Settings, *, as_json: bool) -> int:
    with TemporaryDirectory(prefix="chunzhao-demo-") as folder, embedded_services() as services:
        kept = _new_demo(settings)
        with Mailbox(Path(folder) / "mailbox") as box:
            base_url = _start(services, settings, kept, box, port=_free_port())
            figures = asyncio.run(_season(services, settings, kept, box, base_url, Path(folder) / "files"))
    _print(figures, as_json=as_json)
    return ExitCode.OK if figures.all_true() else ExitCode.FELL_SHORT


def _stay(settings: Settings, port: int, *, fresh: bool, as_json: bool) -> int:
    must_be_free(settings.host, port)
    folder = settings.data_folder / "demo"
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    with embedded_services(folder) as services:
        memory = services.data_folder / "demo.json"
        is_new = not memory.exists()
        kept = _new_demo(settings) if is_new else msgspec.json.decode(memory.read_bytes(), type=KeptDemo)
        with Mailbox(services.data_folder / "mailbox") as box:
            base_url = _start(services, settings, kept, box, port=port)
            if is_new:
                files = services.data_folder / "files"
                figures = asyncio.run(_season(services, settings, kept, box, base_url, files))
                memory.write_bytes(msgspec.json.encode(kept))
                _print(figures, as_json=as_json)
            _invite(base_url, kept)
            services.supervisor.watch()
    return ExitCode.OK


def _start(services: EmbeddedServices, settings: Settings, kept: KeptDemo, box: Mailbox, *, port: int) -> str:
    _say("starting the school")
    migrate(services.database_url)
    asyncio.run(_set_clock(services.database_url, kept.clock_offset))
    base_url = f"http://localhost:{port}"
    environment = {
        **os.environ,
        **services.environment(),
        "ENVIRONMENT": "demo",
        "SMTP_URL": box.smtp_url,
        "MAIL_FROM": "career-centre@jiangcheng.example",
        "BASE_URL": base_url,
        "DEMO_MAILBOX": str(box.folder),
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
    }
    start_processes(services.supervisor, environment, host=settings.host, port=port)
    return base_url


async def _set_clock(database_url: str, offset_seconds: int) -> None:
    async with open_database(database_url, size=1) as database:
        await database.transact(step_clock, offset_seconds)


async def _season(
    services: EmbeddedServices, settings: Settings, kept: KeptDemo, box: Mailbox, base_url: str, files: Path
) -> DemoFigures:
    started = time.monotonic()
    clock = Clock(kept.clock_offset, settings.timezone)
    async with open_database(services.database_url, size=3) as database:
        await open_school(database, kept.password, clock=clock)
        run = await run_season(base_url, kept.password, files, say=_say)
        deadline = time.monotonic() + _DELIVERY_SECONDS
        due = await due_confirmations(database, run.season_id)
        while time.monotonic() < deadline and not due <= box.confirmed_pairs():
            _say(f"confirmations delivered: {len(due & box.confirmed_pairs())} of {len(due)}")
            await asyncio.sleep(0.5)
        total = time.monotonic() - started
        return await count_figures(database, run, box, clock=clock, total_seconds=total)


def _new_demo(settings: Settings) -> KeptDemo:
    """Start the business time on the season's first day at nine, in the school's time zone."""
    start = datetime.combine(DEMO_SEASON.first_day, _NINE, settings.timezone)
    return KeptDemo(int((start - datetime.now(UTC)).total_seconds()), new_password())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _print(figures: DemoFigures, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(figures))
        return
    for name, value in msgspec.to_builtins(figures).items():
        if name != "refused":
            click.echo(f"{name:>24}  {value}", err=True)


def _invite(base_url: str, kept: KeptDemo) -> None:
    click.echo(f"\nChunzhao runs at {base_url}   (Ctrl-C stops it; the data are kept, --fresh resets them)", err=True)
    for role, email in (
        ("organiser", ORGANISER),
        ("administrator", ADMINISTRATOR),
        ("department staff", DEPARTMENT_STAFF),
        ("employer", EMPLOYER_CONTACT),
    ):
        click.echo(f"  {role:<17} {email:<30} {kept.password}", err=True)
    click.echo(f"  mailbox           {base_url}/demo/mailbox\n", err=True)


def _say(line: str) -> None:
    click.echo(f"demo: {line}", err=True)
