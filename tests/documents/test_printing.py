"""Documents have their fonts in them, and what cannot be printed is said before."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.documents.glyphs import characters_of, missing_characters
from app.documents.printing import GlyphsMissing, print_document
from app.settings import SettingsError, load_settings

FONT = Path("app/documents/fonts/NotoSansSC_400Regular.ttf")
MADE = datetime(2023, 3, 1, tzinfo=UTC)
FALLBACK = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


@pytest.fixture
def template(tmp_path: Path) -> Iterator[Path]:
    """A template beside others of the app."""
    folder = Path("app/documents/parts")
    path = folder / f"test-{tmp_path.name}.typ"
    path.write_text(
        "#let data = json(bytes(sys.inputs.data))\n#set text(font: data.fonts)\n#data.words #strong(data.words)"
    )
    try:
        yield path.resolve()
    finally:
        path.unlink()


def test_a_document_is_made_again_to_the_same_bytes_with_both_weights_in_it(template: Path) -> None:
    first = print_document(template, {"words": "春招"}, made_at=MADE)
    assert first.startswith(b"%PDF-1.7")
    assert first == print_document(template, {"words": "春招"}, made_at=MADE)
    # As PDF/A every font is embedded: its file's stream is named in the descriptor.
    assert first.count(b"/FontFile") == 2


def test_characters_without_a_glyph_are_all_named_before_anything_is_printed(template: Path) -> None:
    with pytest.raises(GlyphsMissing) as refused:
        print_document(template, {"words": "你好😀𪚥😀", "more": [["\ue000"]]}, made_at=MADE)
    assert refused.value.extra["characters"] == "😀𪚥\ue000"


def test_invisible_characters_need_no_glyph(template: Path) -> None:
    assert print_document(template, {"words": "a\u200b\u3000b\n"}, made_at=MADE)


def test_signs_before_numbers_are_seen_and_need_one(template: Path) -> None:
    with pytest.raises(GlyphsMissing) as refused:
        print_document(template, {"words": "\u06dd12 \u0600"}, made_at=MADE)
    assert refused.value.extra["characters"] == "\u06dd\u0600"


def test_a_variant_of_a_character_is_printed_in_its_usual_form(template: Path) -> None:
    assert print_document(template, {"words": "葛\U000e0100城㊙\ufe0f"}, made_at=MADE)


@pytest.mark.skipif(not FALLBACK.is_file(), reason="no second font with rare characters here")
def test_a_folder_of_fonts_fills_in(template: Path, tmp_path: Path) -> None:
    rare = chr(min(code for code in characters_of(FALLBACK) - characters_of(FONT) if code >= 0x20000))
    with pytest.raises(GlyphsMissing):
        print_document(template, {"words": rare}, made_at=MADE)
    shutil.copy(FALLBACK, tmp_path)
    assert print_document(template, {"words": rare}, made_at=MADE, more_fonts=str(tmp_path))


def test_what_the_fonts_have_is_read_from_their_own_table() -> None:
    assert missing_characters(["春招 Chunzhao “é” —、。（）·"], [FONT]) == ""
    assert missing_characters(["龘𪚥x"], [FONT]) == "𪚥"


def test_a_folder_of_fonts_that_is_not_there_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="DOCUMENT_FONTS"):
        load_settings({"DOCUMENT_FONTS": str(tmp_path / "none")})
