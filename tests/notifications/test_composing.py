"""Each purpose in both languages: text, HTML and calendar say the same, and nothing in the other language."""

import html
import re
from datetime import UTC, date, datetime, time
from email import message_from_bytes, policy
from typing import get_args
from uuid import uuid4

import msgspec
import pytest

from app.amendments.domain import HELPS
from app.events import BookingConfirmed, BookingMoved, BookingReleased, Cause, EventPlacement, OutcomeKind
from app.locales import translator
from app.notifications.composing import compose
from app.notifications.domain import Recipient, Told, invitation_uid
from app.notifications.letters import (
    Blocked,
    Composed,
    FairNote,
    Gathered,
    InboxCounts,
    Letter,
    Named,
    Offered,
    Overdue,
    Refusal,
    RoomName,
    Sender,
    Spot,
    Stop,
    StrikeNote,
)
from app.notifications.messages import build_message
from app.notifications.purposes import PURPOSES, Purpose
from app.notifications.service import preview
from app.notifications.wording import wish_text
from app.notifications.writing_letters import write_letters
from app.requests.states import STATE_NAMES
from app.schedules.reasons import COSTS, FACTS, PROOFS
from tests.addresses import JOBS, LIVE
from tests.notifications.calendars import read_calendar
from tests.notifications.school import CLOCK, SHANGHAI, Opened, at, settings_of

LOCALES = ("zh-CN", "en")
CAMPUS = Named("主校区", "Main Campus")
SPOT = Spot(starts_at=at(8, 14), ends_at=at(8, 16), rooms=(RoomName("教一", "Jiao 1", CAMPUS),))
OTHER = Spot(starts_at=at(9, 9, 30), ends_at=at(9, 11), rooms=(RoomName("教二", "Jiao 2", CAMPUS),))
TALK = Stop(activity_id=uuid4(), kind="info_session", attendance=120, state="confirmed", spot=SPOT)
TEST = Stop(activity_id=uuid4(), kind="written_test", attendance=60, state="tentative", spot=OTHER)
VISIT = Stop(activity_id=uuid4(), kind="workplace_experience", attendance=20)
OFFER = uuid4()
STATE = STATE_NAMES["scheduled"]
HALL = {"code": "0101", "name_zh": "教一", "name_en": "Jiao 1"}
REASONS = [
    {"code": "rooms_too_small", "needed": 9_999, "rooms": 1, "most": 300, "room": HALL},
    {"code": "no_day", "days": 6, "full": 1, "exams": 1, "closed": 1, "clash": 1, "near": 1, "unfit": 1, "step": 2},
]
SENDER = Sender(
    school=Named("江城大学", "Jiangcheng University"),
    mail_from="jobs@school.example",
    base_url=f"{JOBS}/",
    zone=SHANGHAI,
    signing_keys=("k" * 40,),
)


def letter_of(purpose: Purpose, locale: str, *, waits: bool = False) -> Letter:
    english = locale == "en"
    booking = purpose.startswith("booking")
    return Letter(
        purpose=purpose,
        occurred_at=datetime(2023, 2, 20, 2, tzinfo=UTC),
        path="/requests/1",
        person="Li" if english else "李老师",
        owner=Named("楚天智能装备有限公司", "Chutian Devices"),
        participant=Named("江岸软件有限公司", "Riverside Software"),
        season=Named("春招", "Spring"),
        reference="0017",
        title="Spring recruiting" if english else "春季校园招聘",
        reasons=(Named("招聘信息含有违规限制", "The notice holds banned wording"),),
        note="See the licence" if english else "请看营业执照",
        until=at(30, 0).date(),
        days=(at(6, 0).date(), at(30, 0).date()),
        about=TALK if booking else None,
        old=OTHER if purpose == "booking_moved" else None,
        itinerary=(TALK, TEST, VISIT),
        sequence=2,
        refusal=Refusal(
            rules=tuple(fact.plain for fact in FACTS.values()),
            proof=PROOFS["full"],
            offers=(Offered(stops=(TALK, TEST), costs=tuple(COSTS.values())), Offered(stops=(TALK,))),
        ),
        offers=tuple(
            Offered(stops=(TALK,), offer_id=OFFER, until=at(28, 9), **how)
            for how in ({"held": True}, {}, {"moving": 1}, {"moving": 2})
        ),
        answer_until=at(25, 9) if waits else None,
        inbox=InboxCounts(code="spring", requests=3, amendments=1, employers=2, cases=1, mails=4, blockings=2),
        blocked=Blocked(
            place=CAMPUS,
            first_day=date(2023, 3, 15),
            last_day=date(2023, 3, 16),
            hours="08:00-24:00",
            reason=CAMPUS,
            note="2023",
            instead=CAMPUS,
        ),
        samples=() if purpose != "release_test" else (letter_of("booking_moved", locale),),
        gathered=() if purpose != "digest" else (Gathered(letter=letter_of("request_approved", locale), state=STATE),),
        findings={"reasons": REASONS, "helps": list(HELPS)},
        strike=StrikeNote(cause="no_show", outcome="paused", count=2),
        fair=_fair(purpose, locale),
        overdue=(*(Overdue(name=CAMPUS, reference=f"{number}", title="九") for number in range(25)),)
        if not english
        else (Overdue(name=CAMPUS, reference="17", title="Talk"), Overdue(name=CAMPUS)),
    )


def _fair(purpose: Purpose, locale: str) -> FairNote | None:
    if not purpose.startswith(("exhibitor", "booth", "fair")):
        return None
    return FairNote(
        kind="department_fair",
        spot=SPOT,
        introduction="Welcome" if locale == "en" else "欢迎参会",
        state="accepted",
        answer_until=at(3, 9),
        is_verified=True,
        booth="A01",
        old_booth="A02",
        link_id=OFFER,
    )


def composed_of(purpose: Purpose, locale: str, *, waits: bool = False) -> Composed:
    return compose(letter_of(purpose, locale, waits=waits), Recipient("hr@employer.test", locale), SENDER)


def words_of(page: str) -> list[str]:
    body = re.sub(r"<head>.*?</head>", " ", page, flags=re.DOTALL)
    return re.findall(r"[\w\-]+", html.unescape(re.sub(r"<[^>]+>", " ", body)))


@pytest.mark.parametrize("waits", [False, True])
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("purpose", sorted(PURPOSES.values()))
def test_nothing_stands_in_the_other_language(purpose: Purpose, locale: str, waits: bool) -> None:
    composed = composed_of(purpose, locale, waits=waits)
    for part in (composed.subject, composed.text, re.sub(r"<[^>]+>", " ", composed.html)):
        said = re.sub(r"https?://\S+", "", part)
        foreign = re.findall(r"[\u3000-\u9fff\uff00-\uffef]+" if locale == "en" else r"[A-Za-z]{2,}", said)
        assert foreign == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("purpose", sorted(PURPOSES.values()))
def test_text_and_html_say_the_same_words_in_the_same_order(purpose: Purpose, locale: str) -> None:
    composed = composed_of(purpose, locale)
    text = [word for word in re.findall(r"[\w\-]+", composed.text) if word.strip("-")]
    page = [word for word in words_of(composed.html) if word.strip("-")]
    assert page == text
    assert composed.subject
    assert "{" not in composed.subject + composed.text + composed.html


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("outcome", ["noted", "warned", "paused", "suspended"])
@pytest.mark.parametrize("purpose", ["strike_noted", "strike_removed", "appeal_decided"])
def test_what_follows_from_a_strike_is_said_in_the_readers_language(
    purpose: Purpose, outcome: OutcomeKind, locale: str
) -> None:
    for cause in get_args(Cause):
        for upheld in (True, False):
            note = StrikeNote(cause=cause, outcome=outcome, count=2, upheld=upheld)
            letter = msgspec.structs.replace(letter_of(purpose, locale), strike=note)
            composed = compose(letter, Recipient("hr@employer.test", locale), SENDER)
            said = composed.subject + re.sub(r"https?://\S+", "", composed.text)
            assert not re.findall(r"[\u3000-\u9fff\uff00-\uffef]+" if locale == "en" else r"[A-Za-z]{2,}", said)
            assert f"{JOBS}/requests/1" in composed.text, "the way to the page where appeals are made"


@pytest.mark.parametrize("locale", LOCALES)
def test_a_move_of_what_is_only_kept_confirms_nothing(locale: str) -> None:
    letter = letter_of("booking_moved", locale)
    kept = msgspec.structs.replace(letter, tentative=True, answer_until=at(6, 9))
    said, kept_said = (compose(one, Recipient("hr@employer.test", locale), SENDER) for one in (letter, kept))
    statuses = [read_calendar(one.calendar or "").status for one in (said, kept_said)]
    assert statuses == ["CONFIRMED", "TENTATIVE"]
    sentence = "The new one is confirmed when you accept it." if locale == "en" else "新安排在您接受之后确认。"
    assert sentence in kept_said.text
    assert sentence not in said.text


@pytest.mark.parametrize("proof", sorted(PROOFS.values()))
def test_every_proof_and_rule_has_a_chinese_sentence(proof: str) -> None:
    letter = letter_of("request_left_unplaced", "zh-CN")
    assert letter.refusal is not None
    refusal = Refusal(rules=tuple(fact.plain for fact in FACTS.values()), proof=proof)
    written = compose(
        Letter(purpose="request_left_unplaced", occurred_at=letter.occurred_at, owner=letter.owner, refusal=refusal),
        Recipient("a@b.test", "zh-CN"),
        SENDER,
    )
    assert re.findall(r"[A-Za-z]{2,}", re.sub(r"https?://\S+", "", written.text)) == []


def test_what_people_wrote_is_escaped_in_html_and_cannot_break_a_header() -> None:
    letter = Letter(
        purpose="request_approved",
        occurred_at=CLOCK.now(),
        owner=Named("<b>", "<b>"),
        title="<script>alert(1)</script>\r\nBcc: x@y.test",
        reference="1",
    )
    composed = compose(letter, Recipient("hr@employer.test", "en"), SENDER)
    assert "<script>" not in composed.html
    assert "\n" not in composed.subject
    assert "\r" not in composed.subject


@pytest.mark.parametrize("locale", LOCALES)
async def test_body_and_calendar_give_the_same_instant_in_two_parsers(school: Opened, locale: str) -> None:
    detail = await school.ask_for(locale)
    booking = await school.confirm(detail, 0, at(8, 14))
    placement = EventPlacement(
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        room_ids=booking.room_ids,
        channel_id=booking.channel_id,
    )
    event = BookingConfirmed(
        subject_id=booking.id,
        season_id=school.season.id,
        activity_id=booking.activity_id,
        request_id=booking.request_id,
        place=placement,
        sequence=3,
    )
    async with school.database.read() as connection:
        (composed,) = await preview(connection, [event], settings=settings_of(), now=CLOCK.now())
    assert composed.calendar is not None
    entry = read_calendar(composed.calendar)
    assert (entry.starts_at, entry.ends_at) == (booking.starts_at, booking.ends_at)
    written = {"en": "Wed 8 Mar 2023 14:00-16:00 (Beijing time)", "zh-CN": "2023年3月8日 周三 14:00-16:00（北京时间）"}
    assert written[locale] in composed.text
    assert written[locale] in html.unescape(composed.html)
    assert (entry.method, entry.sequence, entry.zone) == ("REQUEST", 3, "Asia/Shanghai")
    assert entry.uid == invitation_uid(booking.activity_id, composed.recipient)
    assert entry.location in composed.text
    assert LIVE in entry.location
    assert entry.organizer == "mailto:jobs@school.example"
    assert entry.attendee == f"mailto:{composed.recipient}"
    # The whole itinerary: the test is not booked yet.
    assert {"en": "2. Written test: no place yet", "zh-CN": "2. 笔试：尚无安排"}[locale] in composed.text


async def test_an_itinerary_shows_what_a_release_will_have_made_of_it(school: Opened) -> None:
    detail = await school.ask_for("en")
    talk, test = detail.activities
    placements = [
        EventPlacement(
            starts_at=at(8, 14), ends_at=at(8, 16), room_ids=(school.hall.id,), channel_id=school.channel.id
        ),
        EventPlacement(starts_at=at(9, 9), ends_at=at(9, 10, 30), room_ids=(school.test_room.id,)),
    ]
    common = {"season_id": school.season.id, "request_id": detail.request.id, "subject_id": talk.id}
    events = [
        BookingConfirmed(activity_id=talk.id, place=placements[0], sequence=0, **common),
        BookingConfirmed(activity_id=test.id, place=placements[1], sequence=0, **common),
    ]
    async with school.database.read() as connection:
        mails = await preview(connection, events, settings=settings_of(), now=CLOCK.now())
    assert [mail.recipient for mail in mails] == ["hr@chutian.test", "hr@chutian.test"]
    for mail in mails:
        assert "1. Info session: Wed 8 Mar 2023 14:00-16:00 (Beijing time), Jiao 1-101 (Main Campus)" in mail.text
        assert "2. Written test: Thu 9 Mar 2023 09:00-10:30 (Beijing time), Jiao 2-201 (Main Campus)" in mail.text


async def test_a_move_and_a_cancel_keep_the_uid_and_raise_the_sequence(school: Opened) -> None:
    detail = await school.ask_for("en")
    booking = await school.confirm(detail, 1, at(8, 14))
    await school.confirm(detail, 1, at(9, 9))
    moved = await school.database.pool.fetchval("SELECT id FROM booking WHERE state = 'confirmed'")
    async with school.database.read() as connection:
        rows = await connection.fetch("SELECT * FROM event WHERE type LIKE 'booking.%' ORDER BY id")
        assert [row["type"] for row in rows] == ["booking.confirmed", "booking.moved"]
        old = EventPlacement(starts_at=booking.starts_at, ends_at=booking.ends_at, room_ids=booking.room_ids)
        new = EventPlacement(starts_at=at(9, 9), ends_at=at(9, 10, 30), room_ids=booking.room_ids)
        common = {
            "season_id": school.season.id,
            "activity_id": booking.activity_id,
            "request_id": booking.request_id,
            "subject_id": moved,
        }
        told = [
            Told(BookingConfirmed(place=old, sequence=0, **common), CLOCK.now()),
            Told(BookingMoved(old=old, place=new, sequence=1, **common), CLOCK.now()),
            Told(BookingReleased(old=new, sequence=2, **common), CLOCK.now()),
        ]
        letters = [letter for one in told for letter in await write_letters(connection, [one])]
    composed = [compose(letter, Recipient("hr@chutian.test", "en"), SENDER) for letter in letters]
    entries = [read_calendar(mail.calendar or "") for mail in composed]
    assert len({entry.uid for entry in entries}) == 1
    assert [entry.sequence for entry in entries] == [0, 1, 2]
    assert [entry.method for entry in entries] == [mail.method for mail in composed] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [entry.status for entry in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert "Until now: Wed 8 Mar 2023 14:00-15:30" in composed[1].text
    assert composed[1].subject == "Changed: Written test, now Thu 9 Mar 09:00-10:30"
    assert composed[2].subject == "Cancelled: Written test, Thu 9 Mar 09:00-10:30"


@pytest.mark.parametrize(
    ("hours", "written"),
    [((None, None), "14-17 Mar"), ((8, 22), "14-17 Mar"), ((18, 22), "14-17 Mar 18:00-22:00")],
)
def test_hours_that_somebody_narrowed_are_said(hours: tuple[int | None, int | None], written: str) -> None:
    from_time, until_time = (None if hour is None else time(hour) for hour in hours)
    stop = msgspec.structs.replace(
        TALK, first_day=date(2023, 3, 14), last_day=date(2023, 3, 17), from_time=from_time, until_time=until_time
    )
    assert wish_text(stop, translator("en")) == written


@pytest.mark.parametrize(("locale", "choice"), [("en", "Choice 2"), ("zh-CN", "方案2")])
def test_the_steps_of_each_choice_are_numbered(locale: str, choice: str) -> None:
    both = Offered(stops=(TALK, TEST), offer_id=OFFER, until=at(28, 9), held=True)
    letter = msgspec.structs.replace(letter_of("offers_made", locale), offers=(both, both))
    text = compose(letter, Recipient("hr@chutian.test", locale), SENDER).text
    assert [line[:2] for line in text.splitlines() if re.match(r"\d\. ", line)] == ["1.", "2.", "1.", "2."]
    assert choice in text.splitlines()


def test_a_long_subject_begins_on_its_own_line() -> None:
    letter = msgspec.structs.replace(letter_of("request_refused", "zh-CN"), title="春季校园招聘" * 12, about=None)
    composed = compose(letter, Recipient("hr@chutian.test", "zh-CN"), SENDER)
    message = build_message(composed, SENDER, message_id="<1@school.example>", written_at=CLOCK.now(), activity_id=None)
    read = message_from_bytes(message, policy=policy.default)
    assert read["Subject"] == composed.subject
