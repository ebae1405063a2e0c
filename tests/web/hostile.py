"""Hostile text for every field that takes it: markup, a template's braces, a right-to-left mark, an emoji."""

from typing import Any, TypeVar, get_args, get_origin

import msgspec

from app.errors import FieldError
from app.texts import Command, _readers

T = TypeVar("T", bound=msgspec.Struct)
HOSTILE = "\"'><img src=x onerror=evil()>{{7*191}}\u200f😀"
SCRIPT = "<script>evil()</script>"


class Marks:
    """Which field holds which text: each is numbered, so that a page shows which fields it shows."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}

    def text(self, field: str, *, longest: int = 200) -> str:
        """Hostile text of a field."""
        mark = f"§{len(self.fields) + 100}§"
        self.fields[mark] = field
        text = HOSTILE + mark
        return SCRIPT + text if len(SCRIPT + text) <= longest else text

    def fill(self, command: type[msgspec.Struct], **given: Any) -> dict[str, Any]:
        """The builtins of a command with hostile text wherever its shape allows it."""
        values = dict(given)
        for field in msgspec.structs.fields(command):
            if field.name in values:
                continue
            for longest in (200, 60):
                text = self.text(f"{command.__name__}.{field.name}", longest=longest)
                try:
                    kept = msgspec.convert(text, _without_unset(field.type))
                    if isinstance(kept, str) and _is_read(command, field.name, text):
                        values[field.name] = text
                        break
                except msgspec.ValidationError:
                    pass
                self.fields.popitem()
        return values

    def make(self, command: type[T], **given: Any) -> T:
        """The command itself."""
        return msgspec.convert(self.fill(command, **given), command)

    def seen_in(self, html: str) -> set[str]:
        """The fields whose text stands somewhere in a page."""
        return {field for mark, field in self.fields.items() if mark in html}


def _is_read(command: type[msgspec.Struct], name: str, text: str) -> bool:
    """Whether the command takes the text: its own reader refuses what is no code, no address, no link."""
    faults: list[FieldError] = []
    reader = _readers(command).get(name) if issubclass(command, Command) else None
    if reader is not None:
        reader(text, name, faults)
    return not faults


def _without_unset(kind: Any) -> Any:
    if get_origin(kind) is None:
        return kind
    return kind if msgspec.UnsetType not in get_args(kind) else get_args(kind)[0]
