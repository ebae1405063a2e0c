"""What is visible of a text counts: at every edge, in codes, in searches and in lists."""

from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Meta, UnsetType

from app.errors import FieldError
from app.texts import Command, TextFault, TextsRefused, form_of, halfwidth, is_found, line, prose, secret, visible

INVISIBLE = "\u200b\u2060\ufeff\u00ad\u180e\u200c\u200d\u034f"
BLANK = " \t\n\u00a0\u3000\u2003\u200e\u200f\u061c" + INVISIBLE
letters = st.text(st.sampled_from("ab1张三－Ａ"), min_size=1, max_size=8)
anything = st.text(max_size=30)


@given(
    letters,
    st.lists(st.tuples(st.integers(0, 8), st.sampled_from(INVISIBLE)), max_size=5),
    st.text(BLANK),
    st.text(BLANK),
)
def test_what_nobody_sees_makes_no_other_text(
    text: str, hidden: list[tuple[int, str]], before: str, after: str
) -> None:
    shown = text
    for at, character in hidden:
        shown = shown[:at] + character + shown[at:]
    assert visible(before + shown + after) == text
    assert halfwidth(before + shown + after) == halfwidth(text)


@given(st.text(BLANK + "\u2800\u3164\uffa0\u115f"))
def test_a_text_without_anything_visible_is_empty(text: str) -> None:
    assert visible(text) == ""


@given(anything)
def test_reading_twice_is_reading_once(text: str) -> None:
    for read in (visible, prose, line, halfwidth):
        try:
            once = read(text)
        except TextFault:
            continue
        assert read(once) == once


@pytest.mark.parametrize("text", ["👩🏽‍💻", "می‌خواهم", "क्‍ष", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "葛󠄁", "☺️", "שלום\u200f!", "e\u0301", "ﷺ"])
def test_signs_that_change_what_is_seen_stay(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x1b", "\x7f", "\x9f", "\u202e", "\u2066", "\ufffe"])
def test_what_hides_a_text_is_refused_and_named(character: str) -> None:
    with pytest.raises(TextFault) as refused:
        prose(f"a{character}b")
    assert refused.value.error.code == "control-character"
    assert refused.value.error.values == {"character": f"U+{ord(character):04X}"}


@pytest.mark.parametrize("break_", ["\n", "\r", "\r\n", "\u2028", "\u2029", "\x85"])
def test_a_line_break_is_kept_in_prose_and_refused_in_a_line(break_: str) -> None:
    assert prose(f"a{break_}b") == "a\nb"
    with pytest.raises(TextFault) as refused:
        line(f"a{break_}b")
    assert refused.value.error.code == "line-break"
    assert line(f"a{break_}") == "a"


@given(st.sampled_from(["E276", "教-101", "李敏"]), st.booleans())
def test_a_search_finds_what_looks_the_same(word: str, upper: bool) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in word)
    assert is_found(f" {wide.upper() if upper else wide.lower()}\u200b", f"x {word} y")
    assert is_found(word, f"x {wide} y")
    assert is_found("", word)
    assert not is_found(word + "!", word)


class Part(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=20)]


class Sent(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=2, max_length=20)] = "ab"
    note: Annotated[str, Meta(extra={"read": prose})] = ""
    code: Annotated[str, form_of("[A-Z]-?[0-9]+", max_length=20)] = "A1"
    more: Annotated[str, form_of("[A-Z]", max_length=1)] | UnsetType | None = UNSET
    key: Annotated[str, Meta(extra={"read": secret})] = ""
    tags: tuple[Annotated[str, form_of("[a-z]+", max_length=9)], ...] = ()
    parts: list[Part] = []
    minutes: dict[Annotated[str, form_of("[a-z]+", max_length=9)], int] = {}
    either: Annotated[str, Meta(min_length=1)] | None = None


def faults_of(**sent: Any) -> list[tuple[str, str]]:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(sent, Sent)
    cause = refused.value.__cause__
    assert isinstance(cause, TextsRefused)
    fields: tuple[FieldError, ...] = cause.fields
    return [(field.path, field.code) for field in fields]


def test_a_command_holds_what_is_visible_of_its_texts() -> None:
    sent = {
        "name": " 甲\u200b乙\u00a0",
        "note": "一\r\n二 ",
        "code": "Ａ－１\u3000",
        "more": " Ｂ",
        "key": " a\u200b ",
        "tags": ["a ", "ｂ"],
        "parts": [{"name": " x "}],
        "minutes": {"ａ ": 1},
        "either": None,
    }
    found = msgspec.convert(sent, Sent)
    assert msgspec.json.decode(msgspec.json.encode(found)) == {
        "name": "甲乙", "note": "一\n二", "code": "A-1", "more": "B", "key": " a\u200b ", "tags": ["a", "b"],
        "parts": [{"name": "x"}], "minutes": {"a": 1}, "either": None,
    }  # fmt: skip


def test_every_text_that_cannot_be_accepted_is_named() -> None:
    assert faults_of(name="\u200b\u00a0", note="a\x00", code="１", tags=["a", " a"]) == [
        ("name", "missing"), ("note", "control-character"), ("code", "wrong-form"), ("tags[1]", "doubled"),
    ]  # fmt: skip
    assert faults_of(name=" a ", tags=["1"]) == [("name", "too-short"), ("tags[0]", "wrong-form")]
    assert faults_of(minutes={"a": 1, "ａ": 2}) == [("minutes", "doubled")]
    assert faults_of(parts=[{"name": "x"}, {"name": "a\nb"}]) == [("name", "line-break")]


@pytest.mark.parametrize("text", ["\ufe0f", "\ufe00 ", "\U0001d173", "\U0001bca0", "\U000e0100"])
def test_a_variant_of_no_character_is_nothing(text: str) -> None:
    assert visible(text) == ""


@pytest.mark.parametrize("text", ["\u2764\ufe0f 宣讲", "葛\U000e0100飾", "a\ufe0f"])
def test_a_variant_of_a_character_stays(text: str) -> None:
    assert visible(text) == text


def test_a_tab_in_one_line_is_a_blank() -> None:
    assert line("a\tb") == "a b"
