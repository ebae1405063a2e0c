"""The 66 rooms of the demo's school: lecture halls, interview and test rooms, studios, a gym, departments' halls."""

# ruff: noqa: E501 - tables read better in long lines

import msgspec

from app.demo.school import DEPARTMENTS

_EVERY_DAY = "周一-周日 08:00-22:00"


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A row of rooms.csv."""

    code: str
    zh: str
    en: str
    campus: str
    seats: int
    booths: int = 0
    features: tuple[str, ...] = ()
    department: str = ""
    turnover: int = 30
    turnovers: str = ""
    hours: str = ""


def list_rooms() -> list[Room]:
    """List all 66 rooms."""
    return [*_lecture_halls(), *_small_rooms(), *_special_rooms(), *_department_halls()]


def _lecture_halls() -> list[Room]:
    equipped = ("投影", "扩声")
    plan = (
        (
            500,
            "大学生活动中心报告厅",
            "Student Centre Auditorium",
            "main",
            "HALL-500",
            (*equipped, "舞台", "直播设备", "无障碍"),
        ),
        (300, "图书馆报告厅", "Library Auditorium", "main", "HALL-300A", (*equipped, "舞台", "无障碍")),
        (300, "东湖学术交流中心", "East Lake Conference Centre", "lake", "HALL-300B", (*equipped, "舞台", "直播设备")),
        (200, "主楼201", "Main Building 201", "main", "MB-201", (*equipped, "直播设备")),
        (200, "主楼202", "Main Building 202", "main", "MB-202", equipped),
        (200, "东湖一教101", "East Lake Building 1-101", "lake", "EL-101", equipped),
        (200, "南校区一教101", "South Building 1-101", "south", "SB-101", equipped),
    )
    return [
        Room(code=code, zh=zh, en=en, campus=campus, seats=seats, features=features)
        for seats, zh, en, campus, code, features in plan
    ]


def _small_rooms() -> list[Room]:
    rooms = []
    for seats, floor in ((120, 3), (60, 4)):
        for number, campus in enumerate(("main", "main", "main", "lake", "lake", "south"), start=1):
            prefix, zh, en = {
                "main": ("MB", "主楼", "Main Building "),
                "lake": ("EL", "东湖一教", "East Lake Building 1-"),
                "south": ("SB", "南校区一教", "South Building 1-"),
            }[campus]
            door = f"{floor}{number:02d}"
            features = ("投影", "扩声") if seats == 120 else ("投影",)
            rooms.append(Room(code=f"{prefix}-{door}", zh=f"{zh}{door}", en=f"{en}{door}", campus=campus, seats=seats, features=features))  # fmt: skip
    return rooms


def _special_rooms() -> list[Room]:
    rooms = []
    for number in range(1, 21):
        campus = "main" if number <= 10 else "lake" if number <= 16 else "south"
        rooms.append(
            Room(
                code=f"IV-{number:02d}",
                zh=f"面试间{number:02d}",
                en=f"Interview Room {number:02d}",
                campus=campus,
                seats=(4, 6, 8, 10)[number % 4],
                features=("面试间", "无障碍") if number % 5 == 0 else ("面试间",),
                turnover=15,
            )
        )
    for number, (campus, features) in enumerate(
        (
            ("main", ("考试教室", "机房")),
            ("main", ("考试教室",)),
            ("lake", ("考试教室", "机房")),
            ("south", ("考试教室",)),
        ),
        start=1,
    ):
        rooms.append(
            Room(
                code=f"TEST-{number}",
                zh=f"标准化考场{number}",
                en=f"Test Room {number}",
                campus=campus,
                seats=90,
                features=features,
            )
        )
    for number, campus in enumerate(("main", "lake"), start=1):
        rooms.append(
            Room(
                code=f"STUDIO-{number}",
                zh=f"演播室{number}",
                en=f"Studio {number}",
                campus=campus,
                seats=20,
                features=("演播室", "直播设备"),
                turnovers="直播带岗:45",
            )
        )
    rooms.append(
        Room(
            code="GYM",
            zh="体育馆",
            en="Gymnasium",
            campus="main",
            seats=4000,
            booths=200,
            features=("可摆展位", "扩声", "无障碍"),
            turnover=60,
            turnovers="双选会:180; 小型专场招聘会:60",
            hours=_EVERY_DAY,
        )
    )
    return rooms


def _department_halls() -> list[Room]:
    return [
        Room(
            code=f"HALL-{department.code}",
            zh=f"{department.zh}大厅",
            en=f"{department.en} Hall",
            campus=department.campus,
            seats=department.hall_seats,
            booths=department.booths,
            features=("可摆展位", "扩声"),
            department=department.zh,
            turnover=60,
        )
        for department in DEPARTMENTS
    ]
