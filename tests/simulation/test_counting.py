"""What the simulation counts: each figure sees what it is there for."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from app.simulation.counting import About, CaseTime, Happened, Unchanged, count_moves, most_of_unchanged
from app.simulation.figures import Simulated, SimulatedFigures
from app.simulation.floor import Standing, untrue_calendars
from app.simulation.letters import Invitation, Letter

START = datetime(2023, 3, 8, 6, tzinfo=UTC)
ACTIVITY, REQUEST, OTHER = uuid4(), uuid4(), uuid4()
_NOTHING = {**dict.fromkeys(SimulatedFigures.__struct_fields__, 0), "messages_unchanged_kinds": {}}


class Story:
    """Events in transactions, each a minute after the one before."""

    def __init__(self) -> None:
        self.events: list[Happened] = []
        self._transactions = 0

    def together(self, *types: str, role: str = "organiser", request: UUID = REQUEST) -> "Story":
        """Some events that were committed together."""
        self._transactions += 1
        moment = START + timedelta(minutes=self._transactions)
        for name in types:
            about = None if name == "version.released" else ACTIVITY
            self.events.append(Happened(len(self.events), name, moment, moment, request, about, role))
        return self


def figures(**changes: float) -> SimulatedFigures:
    """A season in which nothing else happened."""
    return msgspec.convert({**_NOTHING, **changes}, SimulatedFigures)


def letter(status: str, *, hours: int = 0) -> Letter:
    """What the owner's calendar was told."""
    invitation = Invitation(status, START + timedelta(hours=hours))
    return Letter(message_id="", recipient="a@b.test", purpose="", activity_id=ACTIVITY, text="", invitation=invitation)


def told_of(name: str, recipient: str) -> Letter:
    """A letter of that kind and Message-ID."""
    return Letter(message_id=name, recipient=recipient, purpose=name, activity_id=None, text="", invitation=None)


@pytest.mark.parametrize("name", ["cases_untold", "violations", "messages_lost", "unexplained_refusals"])
def test_one_broken_promise_is_enough(name: str) -> None:
    kept, broken = figures(tentative_moves_max=1.0, tentative_moves_median=2.0), figures(**{name: 1})
    assert (kept.broken_promises(), broken.broken_promises()) == ({}, {name: 1})
    assert Simulated(off=figures(), on=kept).is_as_promised()
    assert not Simulated(off=broken, on=kept).is_as_promised()


def test_more_moves_than_two_for_a_change_or_none_at_all_fall_short() -> None:
    many = figures(tentative_moves_max=9.0, tentative_moves_median=2.5)
    assert many.broken_promises() == {"tentative_moves_median": 2.5}
    assert not Simulated(off=figures(), on=many).is_as_promised()
    assert not Simulated(off=figures(), on=figures()).is_as_promised()


def test_more_messages_than_four_about_what_never_changed_fall_short() -> None:
    assert figures(messages_unchanged_max=4).broken_promises() == {}
    assert figures(messages_unchanged_max=5).broken_promises() == {"messages_unchanged_max": 5}


def test_messages_are_counted_for_each_booking_and_person() -> None:
    second, elsewhere = uuid4(), uuid4()
    about = {
        "series": About(event_id=1, request_ids=frozenset({OTHER, REQUEST})),
        "answer": About(event_id=2, request_ids=frozenset({REQUEST})),
        "first": About(event_id=3, request_ids=frozenset({REQUEST}), activity_ids=frozenset({ACTIVITY})),
        "second": About(event_id=4, request_ids=frozenset({REQUEST}), activity_ids=frozenset({second})),
        "day": About(event_id=5, request_ids=frozenset({REQUEST}), activity_ids=frozenset({ACTIVITY, second})),
        "other": About(event_id=6, request_ids=frozenset({OTHER})),
    }
    told = [told_of(name, "a@b.test") for name in about] + [
        told_of("answer", "c@d.test"),
        told_of("unknown", "a@b.test"),
    ]
    never_changed = [Unchanged(ACTIVITY, REQUEST), Unchanged(second, REQUEST)]
    assert most_of_unchanged(told, about, never_changed) == dict.fromkeys(("series", "answer", "first", "day"), 1)
    assert most_of_unchanged(told, about, [Unchanged(elsewhere, OTHER)]) == {"series": 1, "other": 1}
    assert most_of_unchanged(told, about, []) == {}


def test_a_release_that_moves_what_was_confirmed_is_counted() -> None:
    story = Story().together("booking.confirmed", "version.released").together("booking.moved", "version.released")
    assert count_moves(story.events, []).without_consent == 1


@pytest.mark.parametrize("consent", ["offer.accepted", "amendment.accepted"])
def test_what_its_owner_agreed_to_is_not(consent: str) -> None:
    story = Story().together("booking.confirmed").together("booking.moved", consent, role="")
    assert count_moves(story.events, []).without_consent == 0


def test_nor_is_what_an_open_case_made_necessary() -> None:
    story = Story().together("booking.confirmed").together("booking.moved")
    case = CaseTime(uuid4(), ACTIVITY, "a@b.test", START, None)
    assert count_moves(story.events, [case]).without_consent == 0
    over = CaseTime(uuid4(), ACTIVITY, "a@b.test", START, START + timedelta(seconds=1))
    assert count_moves(story.events, [over]).without_consent == 1


def test_tentative_moves_are_counted_for_each_request_that_they_made_room_for() -> None:
    story = Story().together("booking.tentative", "version.released")
    story.together("booking.moved", "version.released")
    new = Happened(99, "booking.tentative", *(story.events[-1].recorded_at,) * 2, OTHER, uuid4(), "organiser")
    story.events.append(new)
    assert count_moves(story.events, []).tentative == (1.0,)
    assert count_moves(story.events, []).without_consent == 0


@pytest.mark.parametrize(("first", "without_consent"), [("booking.tentative", 0), ("booking.confirmed", 1)])
def test_who_accepts_an_offer_moves_others_whoever_they_are(first: str, without_consent: int) -> None:
    story = Story().together(first)
    story.together("booking.moved", role="employer_contact")
    moment = story.events[-1].recorded_at
    accepted = Happened(98, "offer.accepted", moment, moment, OTHER, None, "employer_contact")
    booked = Happened(99, "booking.confirmed", moment, moment, OTHER, uuid4(), "employer_contact")
    story.events += [accepted, booked]
    moves = count_moves(story.events, [])
    assert (moves.without_consent, moves.tentative) == (without_consent, () if without_consent else (1.0,))


@pytest.mark.parametrize(
    ("said", "state", "is_true"),
    [
        ([letter("CONFIRMED")], "confirmed", True),
        ([letter("CONFIRMED"), letter("CONFIRMED", hours=1)], "confirmed", False),
        ([letter("CONFIRMED")], "tentative", False),
        ([], "confirmed", False),
        ([letter("CONFIRMED"), letter("CANCELLED")], None, True),
        ([letter("CONFIRMED")], None, False),
        ([], None, True),
    ],
)
def test_a_calendar_that_says_something_else_is_found(said: list[Letter], state: str | None, is_true: bool) -> None:
    standing = Standing(ACTIVITY, "a@b.test", state, None if state is None else START)
    assert (untrue_calendars(said, [standing]) == []) is is_true
