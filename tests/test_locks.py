import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NESTED_LOCKS = ("requirements.lock", "requirements-local.lock", "requirements-dev.lock")
PYTHON_LOCKS = (*NESTED_LOCKS, "setup/installer.lock", "setup/node.lock")
PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[^]]*])?==(\S+)", re.MULTILINE)


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_a_lock_holds_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    requirements = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    assert not [line for line in text.splitlines() if "://" in line or "--index" in line or "file:" in line]
    blocks = re.split(r"\n(?=[a-z0-9])", requirements.strip())
    without_hash = [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block]
    assert without_hash == []


def test_each_lock_holds_the_one_before_it_in_the_same_versions() -> None:
    runtime, local, development = (_pins(name) for name in NESTED_LOCKS)
    assert runtime < local < development


def test_the_front_end_lock_holds_integrity_and_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    packages = json.loads(text)["packages"]
    assert all("resolved" not in package for package in packages.values())
    assert all("integrity" in package for path, package in packages.items() if path)


def test_no_lock_that_holds_addresses_was_added() -> None:
    assert not [name for name in ("poetry.lock", "pylock.toml", "yarn.lock", "Pipfile.lock") if (ROOT / name).exists()]


def _pins(name: str) -> set[tuple[str, str]]:
    return set(PIN.findall((ROOT / name).read_text(encoding="utf-8")))
