"""The season's ordinary requests: talks, itineraries, streams, tests, interviews, visits, fairs, guidance."""

# ruff: noqa: E501 - tables read better in long lines

from datetime import date
from random import Random

from app.demo.asks import Activity, Ask, Desk, interviews, talk
from app.demo.companies import Company
from app.demo.rhythm import shift
from app.demo.school import DEPARTMENTS, Department

TALK_AND_INTERVIEWS, TALK_TEST_INTERVIEWS = 28, 32
LIVESTREAMS, ONLINE_SESSIONS, VISITS, TESTS, JOINT_SESSIONS = 57, 30, 18, 8, 8
INTERVIEW_BLOCKS = (1, 1, 2, 2, 3, 4, 4, 5, 6, 8, 10, 20)  # rooms at once
TWO_WAY_FAIRS = (date(2023, 3, 22), date(2023, 4, 12))
GUIDANCE = (
    "简历撰写讲座", "面试技巧工作坊", "公务员备考讲座", "国际组织实习说明会", "职业生涯规划讲座", "就业政策解读会", "求职权益保护讲座",
    "行业分析沙龙", "模拟面试大赛", "考研调剂指导会", "基层就业宣讲", "创业指导讲座", "无领导小组讨论训练营", "毕业手续说明会",
)  # fmt: skip
_STREAM_STARTS = (("14:00", 2), ("16:00", 2), ("19:00", 4), ("20:00", 2))


class Companies:
    """Gives employers in turn, so that every one asks and none too often."""

    def __init__(self, rng: Random, companies: list[Company]) -> None:
        self._queue = list(companies)
        self._rng = rng
        self._at = len(companies)

    def take(self) -> Company:
        """Give the next employer."""
        if self._at == len(self._queue):
            self._rng.shuffle(self._queue)
            self._at = 0
        self._at += 1
        return self._queue[self._at - 1]


def employers_asks(desk: Desk, companies: Companies, talks: int) -> list[Ask]:
    """Give everything that single employers ask for, with so many plain talks."""
    return [
        *(_talk(desk, companies.take()) for _ in range(talks)),
        *(_talk_and_interviews(desk, companies.take()) for _ in range(TALK_AND_INTERVIEWS)),
        *(_whole_day(desk, companies.take(), far=index % 4 == 3) for index in range(TALK_TEST_INTERVIEWS)),
        *(_stream(desk, companies.take(), in_studio=index % 3 == 0) for index in range(LIVESTREAMS)),
        *(_online(desk, companies.take()) for _ in range(ONLINE_SESSIONS)),
        *(_visit(desk, companies.take()) for _ in range(VISITS)),
        *(_test(desk, companies.take()) for _ in range(TESTS)),
        *(_interviews(desk, companies.take(), rooms=rooms) for rooms in INTERVIEW_BLOCKS),
        *(_joint(desk, companies) for _ in range(JOINT_SESSIONS)),
    ]


PLAIN_EMPLOYER_ASKS = (
    TALK_AND_INTERVIEWS
    + TALK_TEST_INTERVIEWS
    + LIVESTREAMS
    + ONLINE_SESSIONS
    + VISITS
    + TESTS
    + len(INTERVIEW_BLOCKS)
    + JOINT_SESSIONS
)


def one_ask(desk: Desk, company: Company) -> Ask:
    """Give one request of an employer, of a sort that is about as frequent as in the whole season."""
    (make,) = desk.rng.choices(
        (_talk, _talk_and_interviews, _whole_day_near, _stream_anywhere, _online, _visit, _test, _small_interviews),
        (120, TALK_AND_INTERVIEWS, TALK_TEST_INTERVIEWS, LIVESTREAMS, ONLINE_SESSIONS, VISITS, TESTS, 12),
    )
    return make(desk, company)


def department_fairs(desk: Desk, fairs: int) -> list[Ask]:
    """Give half-day fairs of 12 to 40 booths in the departments' halls, at most two for each department."""
    order = [department for department in DEPARTMENTS if department.code != "PH"] * 2
    return [_fair(desk, department) for department in order[:fairs]]


def career_centre_asks(desk: Desk) -> list[Ask]:
    """Give two-way fairs in the gym and guidance events."""
    fairs = [
        desk.of_career_centre(
            f"江城大学2023届春季双选会（第{index}场）",
            {
                "kind": "双选会",
                "attendance": 3000,
                "duration_minutes": 360,
                "rooms_needed": 1,
                "booths": 180,
                "windows": f"{desk.around(day, before=1, after=2)}",
            },
        )
        for index, day in enumerate(TWO_WAY_FAIRS, start=1)
    ]
    return fairs + [_guidance(desk, title, online=index % 5 == 4) for index, title in enumerate(GUIDANCE)]


def _talk(desk: Desk, company: Company) -> Ask:
    hybrid = desk.rng.random() < 0.06
    activity = talk(desk, company, windows=desk.wish(desk.talk_days.draw(), 120))
    if hybrid:
        activity["attendance_mode"] = "线上线下"
    if desk.rng.random() < 0.12 and activity["attendance"] <= 190:  # the largest rooms are on one campus
        activity["campus_ids"] = desk.rng.choice(("主校区", "主校区", "东湖校区", "主校区、东湖校区"))
    return desk.of_company(company, "2023届春季宣讲会", activity)


def _talk_and_interviews(desk: Desk, company: Company) -> Ask:
    day = desk.talk_days.draw()
    first = talk(desk, company, windows=desk.wish(day, 120))
    following = interviews(
        desk, rooms=desk.rng.choice((2, 3, 4, 5)), minutes=240, windows=desk.around(shift(day, 1), before=1, after=12)
    )
    return desk.of_company(company, "宣讲及面试", first, following)


def _whole_day(desk: Desk, company: Company, *, far: bool) -> Ask:
    """Give talk, test and interviews on one day, or with the interviews in the days after."""
    day = desk.talk_days.draw()
    around = desk.around(day, before=3, after=12)
    first = talk(desk, company, windows=around, duration_minutes=90)
    test: Activity = {
        "kind": "笔试",
        "attendance": desk.rng.choice((60, 80, 90)),
        "duration_minutes": desk.rng.choice((60, 90)),
        "rooms_needed": 1,
        "windows": around,
        "gap_after_previous_minutes": 30,
        "same_day_as_previous": "是",
    }
    last = interviews(desk, rooms=desk.rng.choice((2, 3, 4)), minutes=180, windows=around)
    last["gap_after_previous_minutes"] = 60
    last["same_day_as_previous"] = "否" if far else "是"
    return desk.of_company(company, "宣讲、笔试、面试", first, test, last)


def _stream(desk: Desk, company: Company, *, in_studio: bool) -> Ask:
    activity: Activity = {
        "kind": "直播带岗",
        "attendance": desk.rng.choice((30, 50, 80)),
        "duration_minutes": desk.rng.choice((60, 60, 90)),
        "audience": desk.majors(company),
        "windows": desk.wish(desk.other_days.draw(), 90, starts=_STREAM_STARTS),
    }
    if in_studio:
        activity |= {"attendance": 15, "attendance_mode": "线上线下", "rooms_needed": 1, "features": "演播室"}
    return desk.of_company(company, "直播带岗", activity)


def _whole_day_near(desk: Desk, company: Company) -> Ask:
    return _whole_day(desk, company, far=desk.rng.random() < 0.25)


def _stream_anywhere(desk: Desk, company: Company) -> Ask:
    return _stream(desk, company, in_studio=desk.rng.random() < 1 / 3)


def _small_interviews(desk: Desk, company: Company) -> Ask:
    return _interviews(desk, company, rooms=desk.rng.choice((1, 2, 3, 4)))


def _online(desk: Desk, company: Company) -> Ask:
    return desk.of_company(
        company,
        "空中宣讲会",
        {
            "kind": "空中宣讲会",
            "attendance": desk.rng.choice((100, 200, 300)),
            "duration_minutes": desk.rng.choice((60, 90)),
            "audience": desk.majors(company),
            "windows": desk.wish(desk.other_days.draw(), 90, starts=_STREAM_STARTS),
        },
    )


def _visit(desk: Desk, company: Company) -> Ask:
    return desk.of_company(
        company,
        "职场体验日",
        {
            "kind": "职场体验",
            "attendance": desk.rng.choice((20, 30, 40)),
            "duration_minutes": 240,
            "audience": desk.majors(company),
            "windows": desk.around(desk.other_days.draw()),
        },
    )


def _test(desk: Desk, company: Company) -> Ask:
    return desk.of_company(
        company,
        "统一笔试",
        {
            "kind": "笔试",
            "attendance": desk.rng.choice((80, 160, 180)),
            "duration_minutes": 120,
            "rooms_needed": 2,
            "features": "考试教室" if desk.rng.random() < 0.5 else None,
            "campus_ids": "主校区",
            "windows": desk.around(desk.other_days.draw(), before=3, after=10),
        },
    )


def _interviews(desk: Desk, company: Company, *, rooms: int) -> Ask:
    activity = interviews(
        desk, rooms=rooms, minutes=240, windows=desk.around(desk.other_days.draw(), before=2, after=12)
    )
    if rooms > 10:  # all interview rooms of a campus are ten: the largest block takes any room
        activity["features"] = None
    return desk.of_company(company, "现场面试", activity)


def _joint(desk: Desk, companies: Companies) -> Ask:
    host, *others = dict.fromkeys(companies.take() for _ in range(desk.rng.choice((3, 4, 5))))
    activity = talk(
        desk, host, windows=desk.wish(desk.talk_days.draw(), 150), kind="组团宣讲", duration_minutes=150, rooms_needed=1
    )
    return desk.of_company(host, "等单位组团宣讲会", activity, participants=tuple(company.code for company in others))


def _fair(desk: Desk, department: Department) -> Ask:
    booths = desk.rng.randrange(12, department.booths + 1, 2)
    return desk.of_department(
        department,
        "2023届毕业生小型专场招聘会",
        {
            "kind": "小型专场招聘会",
            "attendance": min(department.hall_seats, booths * 8),
            "duration_minutes": desk.rng.choice((180, 240)),
            "booths": booths,
            "audience": "、".join(code for code, *_ in department.majors),
            "windows": desk.around(desk.other_days.draw(), before=2, after=10),
        },
    )


def _guidance(desk: Desk, title: str, *, online: bool) -> Ask:
    activity: Activity = {
        "kind": "就业指导活动",
        "attendance": desk.rng.choice((60, 100, 120)),
        "duration_minutes": desk.rng.choice((90, 120)),
        "windows": desk.wish(desk.other_days.draw(), 120),
    }
    activity |= {"attendance_mode": "线上"} if online else {"rooms_needed": 1, "features": "投影"}
    return desk.of_career_centre(title, activity)
