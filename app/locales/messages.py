"""Finds every message that code and templates have, with babel."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = {"zh-CN": "zh_CN", "en": "en"}

_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.j2", "jinja2")]
_OPTIONS = {
    "**/templates/**.html": {"trimmed": "true", "silent": "false"},
    "**/templates/**.j2": {"trimmed": "true", "silent": "false"},
}
_KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "translate": None,
    "plural": (1, 2),
    "_n": (1, 2),
}


def found_messages() -> dict[str | tuple[str, str], list[str]]:
    """Give each message (or its singular and plural) and where it stands."""
    found: dict[str | tuple[str, str], list[str]] = {}
    for folder in ("app", "workers"):
        for filename, line, message, _, _ in _extracted(ROOT / folder):
            key = tuple(message) if isinstance(message, tuple) else message
            found.setdefault(key, []).append(f"{folder}/{filename}:{line}")
    return found


def _extracted(folder: Path) -> Iterator[tuple[str, int, Any, list[str], str | None]]:
    return extract_from_dir(str(folder), method_map=_METHODS, options_map=_OPTIONS, keywords=_KEYWORDS, comment_tags=())


def catalogue_path(locale: str) -> Path:
    """Give the .po file of a language."""
    return Path(__file__).parent / CATALOGUES[locale] / "LC_MESSAGES" / "chunzhao.po"


def read_catalogue(locale: str) -> Catalog:
    """Read the catalogue of a language."""
    with catalogue_path(locale).open("rb") as source:
        return read_po(source, locale=CATALOGUES[locale])


def write_catalogue(locale: str, catalogue: Catalog) -> None:
    """Write a catalogue sorted and without line numbers, so that a difference shows only what changed."""
    with catalogue_path(locale).open("wb") as target:
        write_po(target, catalogue, sort_output=True, no_location=True, omit_header=False, width=100)
