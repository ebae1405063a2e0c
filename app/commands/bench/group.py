"""The group of benches, and how their figures are shown."""

import json
from typing import Any

import click
import rich_click


def show(figures: dict[str, Any], *, as_json: bool) -> None:
    """Print the figures one a line for people, then as JSON."""
    if not as_json:
        for name, value in figures.items():
            click.echo(f"{name:24} {value}")
    click.echo(json.dumps(figures))


@rich_click.group(name="bench")
def command() -> None:
    """Measure the engine (solve, insert, explain, resolve, itc, growth) and the service (the others)."""
