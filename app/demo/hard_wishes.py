"""Wishes that a school cannot grant, each for its own reason, and requests that a review must not admit.

The comments say how many of each remain unplaced whatever the schedule.
"""

# ruff: noqa: E501 - one wish a line

from app.demo.asks import Activity, Ask, Desk, interviews, talk
from app.demo.companies import Company
from app.demo.ordinary import Companies
from app.demo.school import department

UNPLACEABLE = 13
_BANNED = (
    ("仅限985、211高校毕业生报名，其他院校勿投。", "算法工程师×3#硕士"),
    ("因岗位需要，限男性，身体健康。", "现场工程师×5#本科"),
    ("应聘者须具有本市户籍。", "柜员×6#本科"),
)


def employers_hard_asks(desk: Desk, companies: Companies) -> list[Ask]:
    """Give employers' wishes for what does not exist, or for what three others want too."""
    return [
        # No room seats 900 in front of a stage: 1.
        _one(
            desk,
            companies.take(),
            "大型宣讲会",
            attendance=900,
            features="舞台",
            windows="3月14日-3月17日 18:00-22:00*10",
        ),
        # Three for the one hall of 450 seats with a stage on one evening: 2.
        *(
            _one(
                desk,
                companies.take(),
                "重点企业宣讲会",
                attendance=450,
                features="舞台",
                windows="3月21日 19:00-21:00*12",
            )
            for _ in range(3)
        ),
        # A talk until 16:00 on one campus and a test from 16:00 on the other: 1 of 2.
        _one(
            desk,
            company := companies.take(),
            "东湖专场宣讲会",
            attendance=80,
            campus_ids="东湖校区",
            windows="3月22日 14:00-16:00*10",
        ),
        desk.of_company(
            company,
            "南校区笔试",
            {
                "kind": "笔试",
                "attendance": 80,
                "duration_minutes": 120,
                "rooms_needed": 1,
                "audience": desk.majors(company),
                "campus_ids": "南校区",
                "windows": "3月22日 16:00-18:00*10",
            },
        ),
        # Three live in a studio at the same hour, and there are two studios: 1.
        *(_studio(desk, companies.take()) for _ in range(3)),
        # Talk, test and interviews of eight hours in an afternoon of seven: 2.
        *(_too_much_for_a_day(desk, companies.take()) for _ in range(2)),
        # Twelve interview rooms at once on a campus that has four: 1.
        desk.of_company(
            company := companies.take(),
            "南校区集中面试",
            interviews(desk, rooms=12, minutes=240, windows="3月13日-3月31日*10", campus_ids="南校区"),
        ),
        # A computer room for 300: 1.
        desk.of_company(
            company := companies.take(),
            "在线机考",
            {
                "kind": "笔试",
                "attendance": 300,
                "duration_minutes": 120,
                "rooms_needed": 1,
                "features": "机房",
                "audience": desk.majors(company),
                "windows": "3月13日-3月31日*10",
            },
        ),
    ]


def departments_hard_asks(desk: Desk) -> list[Ask]:
    """Give fairs that one department wants on one day, under repair, or with too many booths for the hall."""
    computing, physics, environment = department("CS"), department("PH"), department("EV")
    return [
        # One fair a day and department: 2 of 3.
        *(_fair(desk, computing.code, title, 30, "3月16日*10") for title in ("软件专场", "硬件专场", "互联网专场")),
        # The hall is under repair, and the gym is on another campus: 1.
        _fair(desk, physics.code, "光电专场", 20, "3月13日-3月24日*10", campus_ids="东湖校区"),
        # The hall holds 24 booths: 1.
        _fair(desk, environment.code, "环保专场", 40, "3月20日-4月14日*10", campus_ids="东湖校区"),
    ]


def asks_for_review(desk: Desk, suspicious: list[Company], companies: Companies) -> list[Ask]:
    """Give requests of employers with a wrong or expired licence, and notices with banned wording."""
    return [
        *(_one(desk, company, "2023届春季宣讲会", attendance=80, windows="3月6日-3月24日*10") for company in suspicious),
        *(
            _one(
                desk, companies.take(), "2023届专场宣讲会", attendance=80, windows="3月6日-3月24日*10", ask={"notice_text": notice, "posts": posts}
            )
            for notice, posts in _BANNED
        ),
    ]  # fmt: skip


def review_asks(suspicious: list[Company]) -> int:
    """Count the requests that a review refuses or returns."""
    return len(suspicious) + len(_BANNED)


def _one(desk: Desk, company: Company, title: str, *, ask: dict[str, str] | None = None, **more: object) -> Ask:
    activity = talk(desk, company, **{"duration_minutes": 120, "features": "投影", **more})  # type: ignore[arg-type]
    return desk.of_company(company, title, activity, **(ask or {}))


def _studio(desk: Desk, company: Company) -> Ask:
    activity: Activity = {
        "kind": "直播带岗",
        "attendance": 15,
        "attendance_mode": "线上线下",
        "duration_minutes": 60,
        "rooms_needed": 1,
        "features": "演播室",
        "audience": desk.majors(company),
        "windows": "3月15日 19:00-20:00*12",
    }
    return desk.of_company(company, "黄金时段直播带岗", activity)


def _too_much_for_a_day(desk: Desk, company: Company) -> Ask:
    afternoon = "3月15日-3月17日 13:00-20:00*10"
    test: Activity = {
        "kind": "笔试",
        "attendance": 80,
        "duration_minutes": 120,
        "rooms_needed": 1,
        "windows": afternoon,
        "same_day_as_previous": "是",
    }
    last = interviews(desk, rooms=2, minutes=240, windows=afternoon, same_day_as_previous="是")
    first = talk(desk, company, windows=afternoon, duration_minutes=120)
    return desk.of_company(company, "半日宣讲、笔试、面试", first, test, last)


def _fair(desk: Desk, code: str, title: str, booths: int, windows: str, **more: str) -> Ask:
    owner = department(code)
    activity: Activity = {
        "kind": "小型专场招聘会",
        "attendance": min(owner.hall_seats, booths * 8),
        "duration_minutes": 240,
        "booths": booths,
        "audience": "、".join(major for major, *_ in owner.majors),
        "windows": windows,
        **more,
    }
    return desk.of_department(owner, title, activity)
