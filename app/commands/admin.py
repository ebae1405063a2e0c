"""`chunzhao admin`: accounts of the career centre and of departments from the command line."""

import secrets
import sys

import click
import msgspec
import rich_click

from app.accounts import service
from app.accounts.domain import Account, CreateAccount
from app.commands.use_cases import run_use_case
from app.database import Connection, Database
from app.database.business_clock import clock_of
from app.exit_codes import BadInput
from app.locales import translator
from app.settings import load_settings
from app.texts import TextsRefused
from app.venues import repository as venues


@rich_click.group(name="admin")
def command() -> None:
    """Accounts of the career centre and of departments."""


@command.command(name="create")
@rich_click.option("--email", required=True, help="The address to sign in with.")
@rich_click.option("--name", required=True, help="How the person is called.")
@rich_click.option(
    "--role",
    type=click.Choice(["administrator", "organiser", "department_staff", "staff"]),
    default="administrator",
    show_default=True,
)
@rich_click.option("--department", metavar="CODE", help="The department of department_staff, by its code.")
@rich_click.option("--locale", type=click.Choice(["zh-CN", "en"]), default="zh-CN", show_default=True)
@rich_click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create(email: str, name: str, role: str, department: str | None, locale: str, *, password_stdin: bool) -> None:
    """Open an account. Without a terminal and --password-stdin a password is made and shown once."""
    if (department is not None) != (role == "department_staff"):
        raise BadInput("--department: department_staff belong to a department, nobody else does")
    settings = load_settings()
    password, made = _password(password_stdin=password_stdin)
    values = {"email": email, "display_name": name, "role": role, "locale": locale, "password": password}
    try:
        wanted = msgspec.convert(values, CreateAccount)
    except msgspec.ValidationError as error:
        raise BadInput(_without_value(error)) from None

    async def open_account(database: Database) -> Account:
        now = (await clock_of(database, settings)).now()

        async def of_department(connection: Connection) -> Account:
            found = None if department is None else (await venues.get_department(connection, department)).id
            complete = msgspec.structs.replace(wanted, department_id=found)
            return await service.create_account(connection, complete, actor=None, now=now)

        return await database.transact(of_department)

    account = run_use_case(settings, open_account, makes_data=True)
    click.echo(f"{account.role} {account.email} can sign in.", err=True)
    if made:
        click.echo("The password is shown once, here:", err=True)
        click.echo(password)


def _password(*, password_stdin: bool) -> tuple[str, bool]:
    if password_stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    if sys.stdin.isatty():
        asked = click.prompt("Password (empty: make one)", default="", hide_input=True, show_default=False, err=True)
        if asked:
            return str(asked), False
    return secrets.token_urlsafe(12), True


def _without_value(error: msgspec.ValidationError) -> str:
    if isinstance(error.__cause__, TextsRefused):
        field = error.__cause__.fields[0]
        return f"--{field.path.replace('display_name', 'name')}: {translator('en')(field.sentence, **field.values)}"
    reason, _, path = str(error).partition(" - at ")
    return f"--{path.strip('`$.').replace('display_name', 'name')}: {reason}" if path else reason
