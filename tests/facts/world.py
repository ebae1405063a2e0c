"""A school with promises on which many facts bear, and every way of writing such a fact."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import msgspec

from app.bookings import service as bookings
from app.bookings.domain import Booking, ConfirmPlacement
from app.cases import repository
from app.cases.domain import CaseRow
from app.requests.domain import ActivityWish, RequestDetail
from app.schedules.audit import audit_season
from app.venues.domain import Campus, Channel, Department, OpeningHours, Room
from tests.school import School, at, talk

Answer = Any
Write = Callable[["PromisingSchool", Any, list[str]], Awaitable[Answer]]


class PromisingSchool:
    """Two campuses, three rooms, a channel; bookings on 8 and 9 March."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.east: Campus
        self.hall: Room
        self.fair_hall: Room
        self.east_room: Room
        self.channel: Channel
        self.department: Department
        self.talk: Booking
        self.interviews: Booking
        self.online: Booking
        self.early: Booking
        self.late: Booking
        self.fair: Booking

    async def open(self) -> "PromisingSchool":
        """Make venues, requests and bookings."""
        school = self.school
        self.east = await school.add_campus("east", "东校区", "East campus")
        hours = [OpeningHours(weekday, at(1, 8).time(), at(1, 22).time()) for weekday in range(1, 7)]
        self.hall = await school.room(100, features=["projector"], opening_hours=hours)
        self.fair_hall = await school.room(400, booths=20)
        self.east_room = await school.room(40, campus=self.east)
        self.channel = await school.channel()
        employer = await school.employer()
        self.talk = await self.book(
            await school.request(talk(features=("projector",)), employer=employer), at(8, 14), self.hall
        )
        block = ActivityWish(kind="interview_block", attendance=20, duration_minutes=60, rooms_needed=1)
        self.interviews = await self.book(await school.request(block, employer=employer), at(8, 17, 30), self.east_room)
        online = ActivityWish(kind="online_session", attendance_mode="online", attendance=50, duration_minutes=120)
        self.online = await self.book(await school.request(online), at(9, 9), channel=self.channel)
        on_main = talk(campus_ids=(school.campus.id,))
        self.early = await self.book(await school.request(on_main), at(9, 10), self.hall)
        self.late = await self.book(await school.request(talk()), at(9, 12, 30), self.hall)
        fair = ActivityWish(kind="department_fair", attendance=300, duration_minutes=240, booths=20)
        self.department = await school.department("CS")
        self.fair = await self.book(await school.request(fair, department=self.department), at(9, 14), self.fair_hall)
        return self

    async def book(
        self, detail: RequestDetail, starts_at: datetime, *rooms: Room, channel: Channel | None = None
    ) -> Booking:
        """Book a request's only activity."""
        wanted = ConfirmPlacement(
            activity_id=detail.activities[0].id,
            starts_at=starts_at,
            room_ids=tuple(room.id for room in rooms),
            channel_id=None if channel is None else channel.id,
        )
        school = self.school
        return await bookings.confirm_placement(
            school.database, wanted, actor=school.organiser, locale="en", clock=school.clock
        )

    def named(self, names: str) -> set[UUID]:
        """Give the bookings of some names."""
        return {getattr(self, name).id for name in names.split()}

    async def cases(self) -> list[CaseRow]:
        """Every case."""
        async with self.school.database.read() as connection:
            return await repository.list_cases(connection, season_id=self.school.season.id)

    async def audit(self) -> list[str]:
        """The rules that are broken without anybody's consent."""
        found = await audit_season(self.school.database, self.school.season.id, clock=self.school.clock)
        return [violation.rule for violation in found]

    async def facts(self) -> list[Any]:
        """Everything that these writes change."""
        tables = [
            *("season", "season_policy", "calendar_day", "room", "channel"),
            *("campus_travel", "opening_hours", "resource_turnover", "closure"),
        ]
        async with self.school.database.read() as connection:
            return [
                [tuple(row) for row in await connection.fetch(f"SELECT * FROM {table} ORDER BY {table}")]  # noqa: S608
                for table in tables
            ]


async def api(client: Any, method: str, path: str, body: dict[str, Any], accepted: list[str]) -> Answer:
    """Send a change over the API, on the version that is there now."""
    headers = {}
    if method in ("PUT", "PATCH"):
        headers["If-Match"] = "*"
    return await client.request(method, path, json={**body, "accept_broken": accepted}, headers=headers)


async def page(client: Any, path: str, values: dict[str, Any], accepted: list[str]) -> Answer:
    """Send a form; with a yes where bookings are accepted."""
    fields = {name: value for name, value in values.items() if value not in ("", None)}
    if accepted:
        fields |= {"accept_broken": accepted, "take_broken": "yes"}
    return await client.post(path, data=fields, follow_redirects=False)


async def file(client: Any, what: str, text: str, accepted: list[str]) -> Answer:
    """Send a file over the API."""
    files = {"file": ("facts.csv", text.encode(), "text/csv")}
    return await client.post(f"/api/imports/{what}", files=files, data={"accept_broken": ",".join(accepted)})


def season_api(**change: Any) -> Write:
    """A change of the season over the API."""
    return lambda w, client, yes: api(client, "PATCH", f"/api/seasons/{w.school.season.id}", change, yes)


def season_page(**change: Any) -> Write:
    """The same by its form."""

    async def send(w: PromisingSchool, client: Any, yes: list[str]) -> Answer:
        season = w.school.season
        shown = msgspec.to_builtins(season) | {"day_opens": "08:00", "day_closes": "22:00"}
        values = {name: shown[name] for name in ("name_zh", "name_en", "first_day", "last_day", "term_first_day")}
        values |= {name: shown[name] for name in ("day_opens", "day_closes", "grid_minutes", "row_version")}
        return await page(client, f"/seasons/{season.code}/edit", values | change, yes)

    return send


def room_api(room: str = "hall", **change: Any) -> Write:
    """A change of a room over the API."""
    return lambda w, client, yes: api(client, "PATCH", f"/api/rooms/{getattr(w, room).id}", _resolved(w, change), yes)


def room_page(room: str = "hall", **change: Any) -> Write:
    """The same by its form."""

    async def send(w: PromisingSchool, client: Any, yes: list[str]) -> Answer:
        entry: Room = getattr(w, room)
        values = {
            "code": entry.code,
            "name_zh": entry.name_zh,
            "name_en": entry.name_en,
            "campus_id": str(entry.campus_id),
            "capacity": entry.capacity,
            "booths": entry.booths,
            "features": list(entry.features),
            "turnover_minutes": entry.turnover_minutes,
            "opening_hours": "Mon-Sat 08:00-22:00" if entry.opening_hours else "",
            "row_version": 1,
        }
        return await page(client, f"/venues/rooms/{entry.id}", values | _resolved(w, change), yes)

    return send


def room_file(room: str = "hall", **cells: Any) -> Write:
    """The same by a file."""

    async def send(w: PromisingSchool, client: Any, yes: list[str]) -> Answer:
        entry: Room = getattr(w, room)
        campus = w.east if entry.campus_id == w.east.id else w.school.campus
        row = {"教室编号": entry.code, "名称": entry.name_zh, "校区": campus.name_zh, "座位数": entry.capacity} | cells
        return await file(client, "rooms", _csv(row), yes)

    return send


def channel_api(**change: Any) -> Write:
    """A change of the channel over the API."""
    return lambda w, client, yes: api(client, "PATCH", f"/api/channels/{w.channel.id}", change, yes)


def channel_page(**change: Any) -> Write:
    """The same by its form."""

    async def send(w: PromisingSchool, client: Any, yes: list[str]) -> Answer:
        names = {"code": w.channel.code, "name_zh": w.channel.name_zh, "name_en": w.channel.name_en}
        values = {**names, "turnover_minutes": 30, "row_version": 1} | change
        return await page(client, f"/venues/channels/{w.channel.id}", values, yes)

    return send


def channel_file(**cells: Any) -> Write:
    """The same by a file."""
    return lambda w, client, yes: file(
        client, "channels", _csv({"直播间编号": w.channel.code, "名称": w.channel.name_zh} | cells), yes
    )


def campus_api(minutes: int) -> Write:
    """The way between the campuses over the API."""

    async def send(w: PromisingSchool, client: Any, yes: list[str]) -> Answer:
        body = {"name_zh": "东校区", "name_en": "East campus", "travel_minutes": {"main": minutes}}
        return await api(client, "PUT", "/api/campuses/east", body, yes)

    return send


def campus_page(minutes: int) -> Write:
    """The same by its form."""
    values = {"name_zh": "东校区", "name_en": "East campus", "ordinal": 0, "row_version": 1, "way_to_main": minutes}
    return lambda _, client, yes: page(client, "/venues/campuses/east", values, yes)


def policy_api(name: str, value: Any) -> Write:
    """A rule over the API."""
    return lambda w, client, yes: api(
        client, "PUT", f"/api/seasons/{w.school.season.id}/policies/{name}", {"value": value}, yes
    )


def policy_page(name: str, value: Any, seen: str) -> Write:
    """The same by its form."""
    return lambda _, client, yes: page(
        client, f"/seasons/spring-2023/rules/{name}", {"value": value, "seen": seen}, yes
    )


def day_api(day: str, **change: Any) -> Write:
    """A day of the calendar over the API."""
    return lambda _, client, yes: api(client, "PUT", f"/api/seasons/calendar/{day}", change, yes)


def day_page(day: str, **change: Any) -> Write:
    """The same by its form."""
    return lambda _, client, yes: page(client, "/seasons/spring-2023/working-days", {"day": day} | change, yes)


def closure_api(day: str) -> Write:
    """The hall is closed, over the API."""
    return lambda w, client, yes: api(
        client, "POST", f"/api/resources/{w.hall.id}/closures", {"first_day": day, "reason_code": "exam"}, yes
    )


def closure_page(day: str) -> Write:
    """The same by its form."""
    return lambda w, client, yes: page(
        client, f"/venues/{w.hall.id}/closures", {"first_day": day, "reason_code": "exam"}, yes
    )


def closure_file(day: str) -> Write:
    """The same by a file."""
    return lambda w, client, yes: file(
        client, "closures", _csv({"教室": w.hall.code, "开始日期": day, "原因": "考试"}), yes
    )


def _csv(row: dict[str, Any]) -> str:
    return ",".join(row) + "\n" + ",".join(str(value) for value in row.values()) + "\n"


def _resolved(w: PromisingSchool, change: dict[str, Any]) -> dict[str, Any]:
    ids = {"campus_id": str(w.east.id), "department_id": str(w.department.id)}
    return {name: ids.get(name, value) for name, value in change.items()}


def listed_on(answer: httpx.Response) -> list[str]:
    """Give the ids of the bookings that a refusal lists, of a problem or of a page."""
    if "json" in answer.headers["Content-Type"]:
        return [entry["booking_id"] for entry in answer.json()["broken"]]
    return [part.partition('value="')[2].partition('"')[0] for part in answer.text.split('name="accept_broken"')[1:]]
