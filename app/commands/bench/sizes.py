"""Sizes that an option lists."""

import click


def read_sizes(text: str, option: str) -> list[int]:
    """Give the sizes of a list such as 250,500. Raises BadParameter."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and int(part) for part in parts):
        raise click.BadParameter(f"{text!r} is no list of sizes like 250,500.", param_hint=option)
    return [int(part) for part in parts]
