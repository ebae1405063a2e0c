"""Random commands: the season's first things, then whatever people do with requests, bookings and closures.

A command names things by the order in which they were made, so that two services can be given the same ones.
"""

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from tests.school import credit_code

FIRST_DAY = date(2027, 2, 22)
ZONE = ZoneInfo("Asia/Shanghai")
ROOMS, EMPLOYERS = 8, 6
_KINDS = ("info_session", "written_test", "interview_block", "info_session")
# Stands for an identifier in paths and bodies: what was made under that name, by its number.
Made = tuple[str, int]


class Command(msgspec.Struct, frozen=True):
    """Who sends what; what is made is kept under a name, with the identifiers of its activities."""

    who: str
    method: str
    path: str
    body: Any = None
    makes: str = ""
    of: tuple[Made, ...] = ()


def first_commands() -> Iterator[Command]:
    """Make a campus, a department, rooms, a channel, employers, and a season."""
    yield Command("centre", "POST", "/api/campuses", {"code": "main", "name_zh": "主校区", "name_en": "Main"}, "campus")
    yield Command("centre", "POST", "/api/campuses", {"code": "east", "name_zh": "东区", "name_en": "East"}, "campus")
    for number in range(ROOMS):
        body = {
            "code": f"R{number}",
            "name_zh": f"教{number}",
            "name_en": f"Room {number}",
            "capacity": 60 + 40 * (number % 4),
            "campus_id": "{0}",
        }
        yield Command("centre", "POST", "/api/rooms", body, "room", (("campus", number % 2),))
    body = {"code": "live", "name_zh": "直播间", "name_en": "Live room"}
    yield Command("centre", "POST", "/api/channels", body, "channel")
    for number in range(EMPLOYERS):
        name = f"江城第{number}有限公司"
        registered = {
            "legal_name": name,
            "credit_code": credit_code(number),
            "size_class": "small",
            "licence_name": name,
        }
        yield Command("centre", "POST", "/api/employers", registered, "employer")
        for act in ("review", "verify"):
            yield Command("centre", "POST", f"/api/employers/{{0}}/{act}", None, "", (("employer", number),))
        account = {
            "email": f"hr{number}@employer.example",
            "password": "a long enough password",
            "display_name": f"HR {number}",
        }
        yield Command("centre", "POST", "/api/accounts", account)
    season = {
        "code": "spring",
        "name_zh": "春招",
        "name_en": "Spring",
        "first_day": FIRST_DAY.isoformat(),
        "last_day": (FIRST_DAY + timedelta(days=60)).isoformat(),
    }
    yield Command("centre", "POST", "/api/seasons", season, "season")


class Chooser:
    """Chooses commands by what was made so far."""

    def __init__(self, seed: int, made: dict[str, int]) -> None:
        self._random = random.Random(seed)
        self._made = made

    def choose(self) -> Command:
        """Give the next command; some of them are refused."""
        acts = [self._ask] if self._made.get("request", 0) < 5 else self._acts()
        act: Callable[[], Command] = self._random.choice(acts)
        return act()

    def _acts(self) -> list[Any]:
        booked = self._made.get("booking", 0)
        acts = [self._ask, self._decide, self._decide, self._decide, *[self._book] * 6]
        acts += [self._look, self._free, self._close, self._change, self._weigh]
        return [*acts, self._move, self._give_back] if booked else acts

    def _any(self, name: str) -> Made:
        return name, self._random.randrange(self._made.get(name, 1))

    def _recent(self, name: str) -> Made:
        made = self._made.get(name, 1)
        return name, self._random.randrange(max(0, made - 12), made)

    def _start(self) -> str:
        day = FIRST_DAY + timedelta(days=self._random.randrange(-1, 12))
        minute = self._random.choice((0, 30, 30, 15))
        return datetime(day.year, day.month, day.day, self._random.randrange(7, 21), minute, tzinfo=ZONE).isoformat()

    def _wish(self) -> dict[str, Any]:
        pick = self._random.choice
        activities = [
            {
                "kind": pick(_KINDS),
                "attendance": pick((20, 60, 110, 170)),
                "duration_minutes": pick((30, 60, 90)),
                "gap_after_previous_minutes": pick((0, 0, 60)) if number else 0,
            }
            for number in range(pick((1, 1, 1, 2)))
        ]
        return {"title": f"Request {self._random.randrange(1000)}", "activities": activities}

    def _ask(self) -> Command:
        number = self._random.randrange(EMPLOYERS)
        body = {**self._wish(), "season_id": "{0}", "draft": self._random.random() < 0.1}
        if self._random.random() < 0.3:
            return Command(f"hr{number}", "POST", "/api/requests", body, "request", (("season", 0),))
        body = {**body, "owner_kind": "employer", "employer_id": "{1}"}
        return Command("centre", "POST", "/api/requests", body, "request", (("season", 0), ("employer", number)))

    def _change(self) -> Command:
        who = self._random.choice(("centre", f"hr{self._random.randrange(EMPLOYERS)}"))
        return Command(who, "PUT", "/api/requests/{0}", self._wish(), "wish", (self._any("request"),))

    def _decide(self) -> Command:
        act = self._random.choice(
            (*["approve"] * 12, "submit", "submit", "return", "refuse", "waitlist", "withdraw", "cancel", "stop")
        )
        why = {"reason_code": "other", "note": "why not"}
        bodies = {"return": why, "refuse": why, "stop": why, "cancel": {"note": "no more"}}
        who = "centre"
        if act in ("submit", "withdraw", "cancel") and self._random.random() < 0.8:
            who = f"hr{self._random.randrange(EMPLOYERS)}"
        return Command(who, "POST", f"/api/requests/{{0}}/{act}", bodies.get(act), "", (self._recent("request"),))

    def _weigh(self) -> Command:
        body = {"weight": self._random.randrange(100), "reason": "by hand"}
        return Command("centre", "PUT", "/api/requests/{0}/weight", body, "", (self._any("request"),))

    def _book(self) -> Command:
        body = {"activity_id": "{0}", "starts_at": self._start(), "room_ids": ["{1}"]}
        return Command(
            "centre", "POST", "/api/bookings", body, "booking", (self._recent("activity"), self._any("room"))
        )

    def _move(self) -> Command:
        body = {"starts_at": self._start(), "room_ids": ["{1}"]}
        of = (self._recent("booking"), self._any("room"))
        return Command("centre", "PUT", "/api/bookings/{0}", body, "booking", of)

    def _give_back(self) -> Command:
        return Command("centre", "DELETE", "/api/bookings/{0}?reason=rain", None, "", (self._recent("booking"),))

    def _close(self) -> Command:
        day = (FIRST_DAY + timedelta(days=self._random.randrange(40))).isoformat()
        body = {"first_day": day, "last_day": day, "reason_code": "maintenance"}
        return Command("centre", "POST", "/api/resources/{0}/closures", body, "closure", (self._any("room"),))

    def _free(self) -> Command:
        path = "/api/bookings/free?activity_id={0}&near=" + self._start().replace("+", "%2B")
        return Command("centre", "GET", path, None, "", (self._any("activity"),))

    def _look(self) -> Command:
        who = self._random.choice(("centre", f"hr{self._random.randrange(EMPLOYERS)}"))
        path, of = self._random.choice(
            (
                ("/api/requests?season_id={0}", ("season", 0)),
                ("/api/requests/{0}", self._any("request")),
                ("/api/requests/{0}/history", self._any("request")),
                ("/api/bookings?season_id={0}", ("season", 0)),
            )
        )
        return Command(who, "GET", path, None, "", (of,))
