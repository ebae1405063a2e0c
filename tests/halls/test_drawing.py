"""The drawing is well-formed whatever stands in it, and says what is marked, who stands where, and who has power."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.halls.domain import Cell, HallPlan
from app.halls.drawing import PlanWords, draw_plan
from app.halls.layouts import booths_in_rows
from app.halls.naming import with_names
from app.halls.pasting import read_sheet
from tests.web.hostile import HOSTILE, SCRIPT

SVG = "{http://www.w3.org/2000/svg}"
WORDS = PlanWords(title="Hall", description="6 booths", door="Door")
PLAN = with_names(read_sheet("##D##\nB...P\nBB.PP\n....."))


def parsed(drawn: str) -> ET.Element:
    """The drawing as a tree; our own text."""
    return ET.fromstring(drawn)  # noqa: S314


def test_cells_doors_names_and_power_are_drawn() -> None:
    drawn = parsed(draw_plan(PLAN, WORDS))
    assert [node.get("data-booth") for node in drawn.iter(f"{SVG}g")] == ["A01", "A02", "B01", "B02", "B03", "B04"]
    assert [node.text for node in drawn.iter(f"{SVG}text")].count("Door") == 1
    looks = [node.get("class") for node in drawn.iter()]
    assert (looks.count("hall-power"), looks.count("hall-blocked"), looks.count("hall-door")) == (3, 4, 1)
    assert drawn.get("viewBox") == "0 0 320 256"
    labels = drawn.get("aria-labelledby", "").split()
    assert [node.text for node in drawn.iter() if node.get("id") in labels] == ["Hall", "6 booths"]


def test_holders_states_and_marks_are_drawn() -> None:
    holders = {"A01": "楚天智能装备股份有限公司武汉分公司", "A02": "Chutian Equipment"}
    drawn = parsed(draw_plan(PLAN, WORDS, key="fair", holders=holders, states={"A02": "is-here"}, marked=[Cell(4, 1)]))
    booths = {node.get("data-booth"): node for node in drawn.iter(f"{SVG}g")}
    assert [text.text for text in booths["A01"].iter(f"{SVG}text")] == ["A01", "楚天智能装", "备股份有限", "公司武汉…"]
    assert booths["A02"].get("class") == "hall-booth has-power is-here"
    assert [node.get("y") for node in drawn.iter() if node.get("class") == "hall-marked"] == ["194"]
    assert drawn.get("aria-labelledby") == "fair-title fair-description"


def test_no_colour_is_said_but_the_readers_ink() -> None:
    for node in parsed(draw_plan(PLAN, WORDS, marked=[Cell(1, 1)])).iter():
        assert {node.get("fill"), node.get("stroke")} <= {None, "none", "currentColor"}
        assert node.get("style") is None


@pytest.mark.parametrize("text", [HOSTILE, SCRIPT, "]]>&amp;\"'<", "\x00\x08\ufffe\ud800"])
def test_hostile_texts_stay_texts(text: str) -> None:
    words = PlanWords(title=text, description=text, door=text)
    plan = HallPlan(rows=("DB",), names=(text,))
    drawn = parsed(draw_plan(plan, words, key=text, holders={text: text}, states={text: text}))
    assert {node.tag.removeprefix(SVG) for node in drawn.iter()} <= {
        "svg",
        "title",
        "desc",
        "g",
        "rect",
        "text",
        "path",
    }
    assert not [name for node in drawn.iter() for name in node.attrib if name.startswith("on")]


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_drawn_well_formed(name: str, holder: str) -> None:
    plan = HallPlan(rows=("PD",), names=(name,))
    parsed(draw_plan(plan, WORDS, holders={name: holder}))


def test_the_largest_plan_is_drawn_in_half_a_megabyte() -> None:
    assert len(draw_plan(booths_in_rows(1000), WORDS)) < 500_000
