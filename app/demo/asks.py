"""Requests as rows of a file; the ordinary wishes, which a school can grant."""

from collections.abc import Iterator
from datetime import date
from itertools import count
from random import Random
from typing import Any

import msgspec

from app.demo.companies import Company
from app.demo.rhythm import DayBook, shift
from app.demo.school import Department, some_majors

Activity = dict[str, Any]

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗"
_GIVEN = (
    "敏",
    "静",
    "伟",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "杰",
    "娟",
    "涛",
    "明",
    "霞",
    "平",
    "婷",
    "晨",
    "欣怡",
    "子涵",
    "雨桐",
    "浩然",
)
_USUAL = (("09:30", 2), ("14:00", 4), ("16:30", 4), ("19:00", 8))
_NOTICES = (
    "我们面向2023届毕业生招聘，欢迎到场交流，现场接收简历。",
    "诚邀2023届毕业生加入，提供完善的培训与晋升通道。",
    "宣讲结束后现场答疑，请携带纸质简历。",
)


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One request: the fields of its first row, and its activities."""

    reference: str
    title: str
    employer: str = ""
    department: str = ""
    participants: tuple[str, ...] = ()
    contact_name: str
    contact_email: str
    contact_phone: str
    contact_locale: str = "中文"
    posts: str = ""
    notice_text: str = ""
    remark: str = ""
    activities: tuple[Activity, ...]


class Desk:
    """Writes requests: numbers them, finds contacts, wishes for days."""

    def __init__(self, rng: Random, prefix: str, *, talk_days: DayBook, other_days: DayBook) -> None:
        self.rng = rng
        self.talk_days = talk_days
        self.other_days = other_days
        self._prefix = prefix
        self._numbers = count(1)

    def of_company(self, company: Company, title: str, *activities: Activity, **more: Any) -> Ask:
        """Give a request of an employer."""
        number = self._next()
        english = company.property == "外商投资企业" and self.rng.random() < 0.7
        fields = {
            "posts": self._posts(company),
            "notice_text": f"{company.name}：{self.rng.choice(_NOTICES)}",
            "contact_locale": "English" if english else "中文",
            **more,
        }
        return Ask(
            reference=f"{self._prefix}{number:03d}",
            title=f"{company.name}{title}",
            employer=company.code,
            contact_name=self._person(),
            contact_email=f"campus@{company.city_en.lower()}-{company.code[8:14].lower()}.example.com",
            contact_phone=f"0{self.rng.randint(21, 29)}-5550{self.rng.randint(1000, 9999)}",
            activities=activities,
            **fields,
        )

    def of_department(self, department: Department, title: str, *activities: Activity, **more: Any) -> Ask:
        """Give a request of a department."""
        return Ask(
            reference=f"{self._prefix}{self._next():03d}",
            title=f"{department.zh}{title}",
            department=department.code,
            contact_name=self._person(),
            contact_email=f"jiuye-{department.code.lower()}@jcu.example.edu.cn",
            contact_phone=f"027-5551{self.rng.randint(1000, 9999)}",
            activities=activities,
            **more,
        )

    def of_career_centre(self, title: str, *activities: Activity, **more: Any) -> Ask:
        """Give a request of the career centre itself."""
        return Ask(
            reference=f"{self._prefix}{self._next():03d}",
            title=title,
            contact_name=self._person(),
            contact_email="jiuye@jcu.example.edu.cn",
            contact_phone="027-55510000",
            activities=activities,
            **more,
        )

    def majors(self, company: Company) -> str:
        """Give the audience that an employer names."""
        return "、".join(some_majors(self.rng, company.trade.departments))

    def wish(self, day: date, minutes: int, *, starts: tuple[tuple[str, int], ...] = _USUAL) -> str:
        """Give a day and hour that is liked best, and the days around it that are possible too."""
        (start,) = self.rng.choices([start for start, _ in starts], [weight for _, weight in starts])
        best = f"{text(day)} {start}-{later(start, minutes)}*{self.rng.choice((10, 10, 12))}"
        first, last = shift(day, -self.rng.randint(1, 3)), shift(day, self.rng.randint(5, 10))
        return f"{best}; {text(first)}-{text(last)}*{self.rng.choice((4, 5, 6))}"

    def around(self, day: date, *, before: int = 2, after: int = 8) -> str:
        """Give any hour of the days around one."""
        return f"{text(day)}*10; {text(shift(day, -before))}-{text(shift(day, after))}*5"

    def _posts(self, company: Company) -> str:
        chosen = self.rng.sample(company.trade.posts, self.rng.randint(1, len(company.trade.posts)))
        return "; ".join(f"{post}×{self.rng.choice((1, 2, 3, 5, 8, 10))}@{company.city}#本科" for post in chosen)

    def _person(self) -> str:
        return self.rng.choice(_SURNAMES) + self.rng.choice(_GIVEN)

    def _next(self) -> int:
        return next(self._numbers)


def text(day: date) -> str:
    """Give a date as 3月8日."""
    return f"{day.month}月{day.day}日"


def later(start: str, minutes: int) -> str:
    """Give the time of day so many minutes later, at most the day's end."""
    hour, minute = (int(part) for part in start.split(":"))
    end = min(hour * 60 + minute + minutes, 22 * 60)
    return f"{end // 60:02d}:{end % 60:02d}"


def talk(desk: Desk, company: Company, *, windows: str, **more: Any) -> Activity:
    """Give an info session, mostly of 60 to 120 seats."""
    attendance = desk.rng.choices((45, 55, 80, 110, 150, 190, 260, 400), (12, 14, 26, 24, 10, 6, 3, 1))[0]
    equipment = desk.rng.choice(("投影", "投影", "投影、扩声")) if attendance > 60 else "投影"
    return {
        "kind": "宣讲会",
        "attendance": attendance,
        "duration_minutes": desk.rng.choice((90, 120, 120)),
        "features": equipment,
        "audience": desk.majors(company),
        "windows": windows,
        **more,
    }


def interviews(desk: Desk, *, rooms: int, minutes: int, windows: str, **more: Any) -> Activity:
    """Give interviews in so many small rooms at once."""
    return {
        "kind": "面试",
        "attendance": rooms * desk.rng.choice((3, 4, 4)),
        "duration_minutes": minutes,
        "rooms_needed": rooms,
        "features": "面试间",
        "windows": windows,
        **more,
    }


def rows_of(asks: list[Ask], fields: tuple[str, ...]) -> Iterator[list[Any]]:
    """Give one row for each activity; fields of the request stand in its first row only, except the reference."""
    for ask in asks:
        for index, activity in enumerate(ask.activities):
            shared = msgspec.structs.asdict(ask) if index == 0 else {"reference": ask.reference}
            shared = {**shared, "department_id": shared.get("department", "")}
            shared["participants"] = "、".join(shared.get("participants", ()))
            yield [shared.get(field, activity.get(field)) or None for field in fields]
