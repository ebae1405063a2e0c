"""What follows from strikes, by hand: warning, pause, suspension, and when each is over."""

from datetime import date, datetime
from uuid import UUID, uuid4

import msgspec

from app.events import Cause
from app.seasons.policies import DEFAULT_POLICIES, Policies
from app.strikes.domain import Outcome, Strike
from app.strikes.rules import outcome_of
from tests.school import ZONE

RULES = DEFAULT_POLICIES  # 30 days, 3 within a year, two late ones are one


def noted(day: date, cause: Cause = "no_show", *, over: date = date(2030, 1, 1)) -> Strike:
    """Something that a day of 2023 has against somebody."""
    return Strike(
        id=uuid4(),
        employer_id=UUID(int=1),
        request_id=uuid4(),
        season_id=UUID(int=2),
        reference="E001",
        title="Talk",
        cause=cause,
        noted_at=datetime(day.year, day.month, day.day, 15, tzinfo=ZONE),
        expires_on=over,
        removed_at=None,
        removed_reason="",
        row_version=1,
    )


def holds(
    *strikes: Strike, on: date, rules: Policies = RULES, waived_at: datetime | None = None
) -> tuple[str, date | None]:
    """What holds on a day."""
    outcome = outcome_of(strikes, rules, today=on, zone=ZONE, waived_at=waived_at)
    return outcome.kind, outcome.until


MARCH_1, MARCH_8, MARCH_15 = date(2023, 3, 1), date(2023, 3, 8), date(2023, 3, 15)


def test_nothing_holds_without_a_strike() -> None:
    assert outcome_of((), RULES, today=MARCH_1, zone=ZONE, waived_at=None) == Outcome(kind="clear", next="warned")


def test_the_first_no_show_is_a_warning() -> None:
    first = noted(MARCH_1)
    assert holds(first, on=MARCH_1) == ("warned", None)
    assert outcome_of([first], RULES, today=MARCH_1, zone=ZONE, waived_at=None).next == "paused"


def test_the_second_pauses_for_thirty_days_from_the_latest() -> None:
    two = noted(MARCH_1), noted(MARCH_8)
    assert holds(*two, on=MARCH_8) == ("paused", date(2023, 4, 7))
    assert holds(*two, on=date(2023, 4, 6)) == ("paused", date(2023, 4, 7))
    assert holds(*two, on=date(2023, 4, 7)) == ("warned", None)
    assert outcome_of(two, RULES, today=MARCH_8, zone=ZONE, waived_at=None).next == "suspended"


def test_the_third_within_a_year_suspends_until_the_first_is_over() -> None:
    three = noted(MARCH_1, over=date(2024, 2, 29)), noted(MARCH_8), noted(MARCH_15)
    assert holds(*three, on=MARCH_15) == ("suspended", date(2024, 2, 29))
    assert holds(*three, on=date(2024, 2, 29)) == ("warned", None)


def test_a_suspension_is_no_shorter_than_a_pause() -> None:
    three = noted(date(2022, 3, 16)), noted(MARCH_8), noted(MARCH_15)
    assert holds(*three, on=MARCH_15) == ("suspended", date(2023, 4, 14))
    # The first is a year old: of the last year are two, and the pause of the latest lasts on.
    assert holds(*three, on=date(2023, 3, 16)) == ("paused", date(2023, 4, 14))


def test_two_late_cancellations_count_as_one_no_show_from_the_second_on() -> None:
    late = [noted(day, "late_cancel") for day in (MARCH_1, MARCH_8)]
    assert holds(late[0], on=MARCH_1) == ("noted", None)
    assert holds(*late, on=MARCH_8) == ("warned", None)
    assert holds(noted(MARCH_1), *late, on=MARCH_8) == ("paused", date(2023, 4, 7))
    # One more late one is half of the next, and lengthens nothing.
    assert holds(noted(MARCH_1), *late, noted(MARCH_15, "late_cancel"), on=MARCH_15) == ("paused", date(2023, 4, 7))


def test_what_expired_or_was_removed_does_not_count() -> None:
    over = noted(MARCH_1, over=MARCH_15)
    assert holds(over, noted(MARCH_8), on=date(2023, 3, 14)) == ("paused", date(2023, 4, 7))
    assert holds(over, noted(MARCH_8), on=MARCH_15) == ("warned", None)
    removed = msgspec.structs.replace(noted(MARCH_1), removed_at=datetime(2023, 3, 9, tzinfo=ZONE))
    assert holds(removed, noted(MARCH_8), on=MARCH_15) == ("warned", None)


def test_what_was_waived_holds_nothing_back_until_the_next() -> None:
    two = noted(MARCH_1), noted(MARCH_8)
    waived_at = datetime(2023, 3, 9, tzinfo=ZONE)
    assert holds(*two, on=date(2023, 3, 10), waived_at=waived_at) == ("warned", None)
    assert holds(*two, noted(MARCH_15), on=MARCH_15, waived_at=waived_at)[0] == "suspended"


def test_rules_of_a_school_that_has_others() -> None:
    none = msgspec.structs.replace(RULES, no_show_suspend_after=0, late_cancels_per_no_show=0, no_show_block_days=0)
    assert holds(*(noted(MARCH_1) for _ in range(9)), on=MARCH_1, rules=none) == ("warned", None)
    assert holds(*(noted(MARCH_1, "late_cancel") for _ in range(9)), on=MARCH_1, rules=none) == ("noted", None)
    strict = msgspec.structs.replace(RULES, no_show_suspend_after=1)
    assert holds(noted(MARCH_1, over=date(2023, 9, 1)), on=MARCH_1, rules=strict) == ("suspended", date(2023, 9, 1))


def test_the_day_is_the_schools() -> None:
    evening = msgspec.structs.replace(noted(MARCH_8), noted_at=datetime(2023, 3, 8, 23, 30, tzinfo=ZONE))
    assert holds(noted(MARCH_1), evening, on=MARCH_8) == ("paused", date(2023, 4, 7))
