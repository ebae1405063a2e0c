"""Every rule that the audit can find broken is said in words."""

from app.bookings.domain import LIMITS, UNWISHED
from app.cases.words import RULE_WORDS
from scheduling import RULES

# Of drafts and solves: what stands is not held against them.
_OF_DRAFTS = {"held_dropped", "held_moved", "move_budget", "small_share", "evening_share"}
# What the grid of the problem cannot show (app/schedules/audit.py).
_BESIDE_THE_GRID = {"day_off", "start_not_allowed"}


def test_every_rule_of_the_audit_has_words_and_no_other() -> None:
    assert set(RULE_WORDS) == (set(RULES) - _OF_DRAFTS) | _BESIDE_THE_GRID


def test_every_rule_that_a_booking_agrees_to_break_has_words() -> None:
    assert {*LIMITS, *UNWISHED} <= set(RULE_WORDS)
