"""Who comes first: who answers in time, then the heavier, then who asked first; small employers are not last."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from app.waitlist.domain import SMALL_ONE_OF, Waiting, ranked

START = datetime(2023, 3, 1, tzinfo=UTC)


def waits(weight: int, *, small: bool = False, minute: int = 0, missed: int = 0) -> Waiting:
    """Somebody on the waitlist."""
    moment = START + timedelta(minutes=minute)
    return Waiting(
        request_id=uuid4(),
        season_id=UUID(int=0),
        reference="",
        title="",
        owner_zh="",
        owner_en="",
        small_or_medium=small,
        submitted_at=moment,
        since=moment,
        missed=missed,
        kept_until=None,
        weight=weight,
    )


def test_the_heavier_comes_first_then_who_asked_first() -> None:
    late, early, heavy = waits(10, minute=5), waits(10, minute=1), waits(30, minute=9)
    assert [entry.waiting for entry in ranked([late, early, heavy])] == [heavy, early, late]


def test_who_did_not_answer_in_time_comes_after_who_did() -> None:
    missed, light = waits(30, missed=1), waits(1)
    assert [entry.waiting for entry in ranked([missed, light])] == [light, missed]


def test_small_employers_are_not_last() -> None:
    large = [waits(30, minute=number) for number in range(5)]
    small = [waits(12, small=True, minute=number) for number in range(2)]
    order = ranked([*large, *small])
    assert [entry.waiting for entry in order] == [*large[:2], small[0], *large[2:4], small[1], large[4]]
    assert [entry.rank for entry in order if entry.lifted] == [3, 6]


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.integers(0, 1)), max_size=30))
def test_of_so_many_in_a_row_one_is_small_while_any_waits(given_list: list[tuple[int, bool, int]]) -> None:
    waiting = [
        waits(weight, small=small, minute=minute, missed=missed)
        for minute, (weight, small, missed) in enumerate(given_list)
    ]
    order = ranked(waiting)
    assert sorted(entry.waiting.request_id for entry in order) == sorted(entry.request_id for entry in waiting)
    assert [entry.rank for entry in order] == list(range(1, len(waiting) + 1))
    for at in range(len(order) - SMALL_ONE_OF + 1):
        row = [entry.waiting for entry in order[at : at + SMALL_ONE_OF]]
        behind = [entry.waiting for entry in order[at + SMALL_ONE_OF :] if entry.waiting.missed == row[-1].missed]
        assert any(entry.small_or_medium for entry in row) or not any(entry.small_or_medium for entry in behind)
    large = [entry.waiting for entry in order if not entry.waiting.small_or_medium]
    assert large == sorted(large, key=lambda entry: (entry.missed, -entry.weight, entry.submitted_at))
