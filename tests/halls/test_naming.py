"""Names of booths are unique, follow a scheme, and stay when a plan changes around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.halls.domain import HallPlan, Naming
from app.halls.naming import kept_names, with_names
from app.halls.pasting import read_sheet


def names(text: str, naming: Naming = "rows") -> list[str]:
    return [booth.name for booth in with_names(read_sheet(text, naming=naming)).booths()]


@pytest.mark.parametrize(
    ("naming", "expected"),
    [
        ("rows", ["A01", "A02", "A03", "B01", "B02", "C01"]),
        ("blocks", ["A01", "A02", "B01", "A03", "B02", "C01"]),
        ("serpentine", ["01", "02", "03", "05", "04", "06"]),
    ],
)
def test_each_scheme_names_by_its_rule(naming: Naming, expected: list[str]) -> None:
    assert names("BB.B\n.B.B\n....\nD..P", naming) == expected


def test_after_z_comes_aa() -> None:
    assert names("\n".join(["B."] * 28))[25:] == ["Z01", "AA01", "AB01"]


def test_a_booth_in_between_gets_the_next_free_name_and_the_others_keep_theirs() -> None:
    assert names("A01 A02 B A03 A04\n. . D . .") == ["A01", "A02", "A05", "A03", "A04"]


def test_names_stand_where_they_stood() -> None:
    before = with_names(read_sheet("BBB\n.D."))
    changed = with_names(kept_names(read_sheet("B.B\n.DB"), before))
    assert [booth.name for booth in changed.booths()] == ["A01", "A03", "B01"]
    swapped = kept_names(read_sheet("A03\tB\tB"), before)
    assert swapped.names == ("A03", "A02", ""), "what somebody wrote counts before what stood there"


@given(
    st.integers(1, 7).flatmap(
        lambda width: st.lists(st.text("BP.#D", min_size=width, max_size=width), min_size=1, max_size=7)
    ),
    st.sampled_from(["rows", "blocks", "serpentine"]),
    st.dictionaries(st.integers(0, 48), st.sampled_from(["A01", "B02", "01", "a02", "VIP", "AA01"]), max_size=3),
)
def test_every_booth_has_a_name_of_its_own(rows: list[str], naming: Naming, given_names: dict[int, str]) -> None:
    count = sum(row.count("B") + row.count("P") for row in rows)
    own = {place: name for place, name in given_names.items() if place < count}
    unique = {name.casefold(): place for place, name in own.items()}
    plan = HallPlan(
        rows=tuple(rows),
        names=tuple(own[place] if unique.get(own.get(place, "").casefold()) == place else "" for place in range(count)),
        naming=naming,
    )
    found = [booth.name for booth in with_names(plan).booths()]
    assert "" not in found
    assert len({name.casefold() for name in found}) == len(found)
    assert all(name in ("", now) for name, now in zip(plan.names, found, strict=True))
