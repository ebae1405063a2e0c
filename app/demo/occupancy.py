"""When rooms are closed: a class timetable in weeks and periods, exams, maintenance, a hall under repair."""

from datetime import date
from random import Random

from app.demo.rooms import list_rooms
from app.demo.school import DEPARTMENTS
from app.tables.cells import Cell

TIMETABLE_HEADINGS = ("教室编号", "课程名称", "上课时间")
CLOSURE_HEADINGS = ("教室编号", "开始日期", "结束日期", "开始时间", "结束时间", "原因", "说明")
REPAIRED_HALL = "HALL-PH"

_WEEKS = ("第1-16周", "第1-16周", "第1-16周(单)", "第1-16周(双)", "第1-8周", "第9-16周")
_PERIODS = ("1-2节", "3-4节", "3-5节", "6-7节", "8-9节")
_COURSES = ("概论", "原理", "导论", "实验方法", "专题研讨")


def list_classes(rng: Random) -> list[tuple[Cell, ...]]:
    """List classes in lecture rooms, three to six a week in each by day; evenings stay free."""
    rows: list[tuple[Cell, ...]] = []
    for room in list_rooms():
        if room.seats not in (60, 120, 200) or room.department:
            continue
        slots = [(weekday, periods) for weekday in "一二三四五" for periods in _PERIODS if periods != "3-4节"]
        for weekday, periods in rng.sample(slots, rng.randint(3, 6)):
            majors = rng.choice(DEPARTMENTS).majors
            course = f"{rng.choice(majors)[1]}{rng.choice(_COURSES)}"
            rows.append((room.code, course, f"{rng.choice(_WEEKS)} 周{weekday} {periods}"))
    return rows


def list_closures() -> list[tuple[Cell, ...]]:
    """List closures as a spreadsheet has them; first and last day are both closed."""
    whole_day: tuple[Cell, Cell] = (None, None)
    return [
        ("MB-201", date(2023, 3, 17), None, "08:00", "18:00", "考试", "计算机等级考试"),
        ("TEST-1", date(2023, 3, 20), date(2023, 3, 22), *whole_day, "考试", "研究生复试机考"),
        ("TEST-3", date(2023, 3, 21), date(2023, 3, 22), *whole_day, "考试", "研究生复试机考"),
        ("HALL-300A", date(2023, 3, 27), date(2023, 3, 29), *whole_day, "检修", "扩声系统检修"),
        ("HALL-500", date(2023, 4, 17), date(2023, 4, 18), *whole_day, "学校活动", "校园文化节"),
        ("EL-304", date(2023, 4, 10), date(2023, 4, 14), *whole_day, "检修", "空调检修"),
        ("STUDIO-2", date(2023, 4, 3), date(2023, 4, 4), *whole_day, "检修", "灯光检修"),
        (REPAIRED_HALL, date(2023, 3, 6), date(2023, 4, 30), *whole_day, "检修", "大厅翻修"),
        ("GYM", date(2023, 4, 24), date(2023, 4, 28), *whole_day, "学校活动", "春季运动会"),
    ]
