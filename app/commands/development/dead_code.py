"""Looks for code that nothing uses, with vulture.

Vulture knows neither templates nor records: what a template names counts as used, and the fields of records are not
judged, because files and the API have them too.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from vulture.config import make_config
from vulture.core import Vulture

from app.commands.development.child import PROJECT_ROOT
from app.exit_codes import ExitCode

_SETTINGS = make_config(["--config", str(PROJECT_ROOT / "pyproject.toml")])
_TEMPLATES = ("*.html", "*.j2")
_EXPRESSION = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_]\w*")


def find_dead_code(folders: Sequence[Path]) -> list[str]:
    """Give one line for each piece of code in `folders` that nothing in them uses."""
    vulture = Vulture(ignore_names=_SETTINGS["ignore_names"], ignore_decorators=_SETTINGS["ignore_decorators"])
    vulture.scavenge([str(folder) for folder in folders])
    vulture.used_names.update(name for folder in folders for name in _names_in_templates(folder))
    return [
        str(found.get_report())
        for found in vulture.get_unused_code(min_confidence=_SETTINGS["min_confidence"])
        if not (found.typ == "variable" and found.first_lineno in _field_lines(Path(found.filename)))
    ]


def _names_in_templates(folder: Path) -> Iterator[str]:
    for pattern in _TEMPLATES:
        for template in folder.rglob(pattern):
            for expression in _EXPRESSION.findall(template.read_text(encoding="utf-8")):
                yield from _NAME.findall(expression)


def _field_lines(source: Path) -> set[int]:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    return {field.lineno for node in classes for field in node.body if isinstance(field, ast.AnnAssign)}


if __name__ == "__main__":
    dead = find_dead_code([PROJECT_ROOT / folder for folder in _SETTINGS["paths"]])
    for line in dead:
        print(line)
    sys.exit(ExitCode.FELL_SHORT if dead else ExitCode.OK)
