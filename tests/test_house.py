"""The size of the rooms: modules that are read in one go, folders that are seen at a glance."""

from collections import Counter
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES, MEDIAN_LINES, MOST_MODULES = 400, 120, 20
MODULES = {
    path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines())
    for package in ("app", "scheduling", "workers")
    for path in sorted((ROOT / package).rglob("*.py"))
}


def test_no_module_is_longer_than_can_be_read_in_one_go() -> None:
    assert {str(path): lines for path, lines in MODULES.items() if lines > MOST_LINES} == {}


def test_half_of_the_modules_are_short() -> None:
    assert median(lines for path, lines in MODULES.items() if path.name != "__init__.py") <= MEDIAN_LINES


def test_no_folder_holds_more_modules_than_are_seen_at_a_glance() -> None:
    folders = Counter(str(path.parent) for path in MODULES)
    assert {folder: count for folder, count in folders.items() if count > MOST_MODULES} == {}
