"""Gives two checkouts the same random commands and compares their answers and, at the end, their rows.

Both are set up (`./chunzhao --version` in each):

    python -m tests.differential BEFORE AFTER --commands 2000 --seed 1
"""

import argparse
import asyncio
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from tests.differential.commands import EMPLOYERS, Chooser, Command, first_commands
from tests.differential.school import Service, running

NOW = datetime(2027, 2, 1, 1, tzinfo=UTC)
_SHOWN = 20


class Both:
    """Two services and what was made in each."""

    def __init__(self, services: tuple[Service, Service]) -> None:
        self.services = services
        self.ids: tuple[dict[str, list[str]], dict[str, list[str]]] = ({}, {})
        self.made: dict[str, int] = {}
        self.differences: list[str] = []
        self.statuses: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def send(self, command: Command) -> None:
        """Send a command to both, compare, and keep what was made."""
        answers = [
            service.send(command.who, command.method, *_filled(command, ids))
            for service, ids in zip(self.services, self.ids, strict=True)
        ]
        (status, _, one), (other_status, _, other) = answers
        self.statuses[f"{command.method} {command.path.split('?')[0]} {status}"] += 1
        if (status, one) != (other_status, other):
            self.differences.append(f"{command}\n  {status} {one}\n  {other_status} {other}")
        if status >= 400:
            self.refused[f"{command.method} {command.path} {one}"[:160]] += 1
        if command.makes and status < 300 and other_status < 300:
            for ids, (_, content, _) in zip(self.ids, answers, strict=True):
                for name, key in _made(command.makes, content):
                    ids.setdefault(name, []).append(key)
            self.made.update({name: len(keys) for name, keys in self.ids[0].items()})


def _filled(command: Command, ids: dict[str, list[str]]) -> tuple[str, Any]:
    known = [ids.get(name, ["00000000-0000-4000-8000-000000000000"])[number] for name, number in command.of]
    body = command.body
    if body is not None:
        text = msgspec.json.encode(body).decode()
        for number, key in enumerate(known):
            text = text.replace(f'"{{{number}}}"', f'"{key}"')
        body = msgspec.json.decode(text)
    return command.path.format(*known) if known else command.path, body


def _made(name: str, content: Any) -> list[tuple[str, str]]:
    if name in ("request", "wish"):
        # The activities of a changed wish are new ones.
        made = [("activity", activity["id"]) for activity in content["activities"]]
        return made if name == "wish" else [("request", content.get("request", content)["id"]), *made]
    things = content if isinstance(content, list) else [content]
    return [(name, thing.get("id", thing.get("code", ""))) for thing in things]


def compare(before: Path, after: Path, *, commands: int, seed: int) -> int:
    """Run both; give how many answers and tables differ."""
    offset = int((NOW - datetime.now(UTC)).total_seconds())
    with running(before, offset) as one, running(after, offset) as other:
        both = Both((one, other))
        for command in first_commands():
            both.send(command)
        for service in both.services:
            asyncio.run(service.settle())
        for number in range(EMPLOYERS):
            for service, ids in zip(both.services, both.ids, strict=True):
                email = f"hr{number}@employer.example"
                asyncio.run(service.attach(email, ids["employer"][number]))
                service.sign_in(f"hr{number}", email)
        chooser = Chooser(seed, both.made)
        for _ in range(commands):
            both.send(chooser.choose())
        for service in both.services:
            asyncio.run(service.settle())
        rows = [asyncio.run(service.rows()) for service in both.services]
    for table, (mine, theirs) in {name: (rows[0][name], rows[1][name]) for name in rows[0]}.items():
        if mine != theirs:
            unlike = [(a, b) for a, b in zip(mine, theirs, strict=False) if a != b]
            both.differences.append(f"{table}: {len(mine)} and {len(theirs)} rows, {len(unlike)} unlike: {unlike[:2]}")
    report = [f"{count:6}  {status}" for status, count in sorted(both.statuses.items())]
    report += [f"{count:6}  {what}" for what, count in both.refused.most_common(_SHOWN)]
    report += [f"{len(found):6}  rows of {name}" for name, found in rows[0].items()]
    report += [*both.differences[:_SHOWN], f"{len(both.differences)} differences"]
    sys.stdout.write("\n".join(report) + "\n")
    return len(both.differences)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--commands", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    differ = compare(given.before.resolve(), given.after.resolve(), commands=given.commands, seed=given.seed)
    sys.exit(1 if differ else 0)
