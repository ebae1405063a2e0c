"""Prints a document: a typst template with its data, as PDF/A, so that every font is in it and every glyph is there."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import typst

from app.documents.glyphs import missing_characters
from app.errors import N_, Conflict

FAMILY: Final = "Noto Sans SC"
_APP: Final = Path(__file__).parent.parent
_FONTS: Final = Path(__file__).with_name("fonts")
_FONT_FILES: Final = ("*.ttf", "*.otf", "*.ttc")


class GlyphsMissing(Conflict):
    """A document names somebody or something with characters that the fonts have not."""

    type = "glyphs-missing"
    sentence = N_(
        "The fonts of the documents have no glyph for {characters}. The administrator can add a font that has them "
        "(DOCUMENT_FONTS)."
    )


def print_document(
    template: Path,
    data: Mapping[str, Any],
    *,
    made_at: datetime,
    more_fonts: str = "",
    form: Literal["pdf", "png"] = "pdf",
) -> bytes:
    """Print a template of the app with its data, which it reads as JSON from `sys.inputs.data`.

    `more_fonts` is a folder with fonts for what ours have not. It takes milliseconds and lets other threads run;
    call it beside the loop. `png` gives the first page, to look at. Raises GlyphsMissing.
    """
    folders = (_FONTS, Path(more_fonts)) if more_fonts else (_FONTS,)
    missing = missing_characters(_texts(data), [font for folder in folders for font in _fonts_in(folder)])
    if missing:
        raise GlyphsMissing(characters=missing[:40], extra={"characters": missing})
    fonts = _fonts(folders)
    values = {**data, "fonts": [FAMILY, *(name for name in fonts.families() if name != FAMILY)]}
    compiler = typst.Compiler(str(template), root=str(_APP), font_paths=fonts)
    printed = compiler.compile(
        format=form,
        sys_inputs={"data": msgspec.json.encode(values).decode()},
        pdf_standards="a-2u" if form == "pdf" else [],
        timestamp=int(made_at.timestamp()),
    )
    pages = printed if isinstance(printed, list) else [printed]
    assert pages[0] is not None  # noqa: S101 - without an output file it gives the bytes
    return pages[0]


@cache
def _fonts(folders: tuple[Path, ...]) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in folders]
    )


@cache
def _fonts_in(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(font for kind in _FONT_FILES for font in folder.rglob(kind)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
