"""The believable school's places: three campuses, twenty departments, sixty majors, rooms, halls and channels."""

# ruff: noqa: E501 - tables read better in long lines

from random import Random

import msgspec

UNIVERSITY_ZH, UNIVERSITY_EN = "江城大学", "Jiangcheng University"
GRADUATES = 8000
CATALOGUE_YEAR = 2023


class Campus(msgspec.Struct, frozen=True):
    """A campus: code, names."""

    code: str
    zh: str
    en: str


class Department(msgspec.Struct, frozen=True):
    """A department, its campus, the seats and booths of its hall, and its majors with relative sizes."""

    code: str
    zh: str
    en: str
    campus: str
    booths: int
    majors: tuple[tuple[str, str, str, int], ...]

    @property
    def hall_seats(self) -> int:
        """A booth's place is twelve seats' place."""
        return 12 * self.booths


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


CAMPUSES = (
    Campus("main", "主校区", "Main Campus"),
    Campus("lake", "东湖校区", "East Lake Campus"),
    Campus("south", "南校区", "South Campus"),
)

DEPARTMENTS = (
    Department("CS", "计算机学院", "School of Computing", "main", 40, (
        ("080901", "计算机科学与技术", "Computer Science and Technology", 9),
        ("080902", "软件工程", "Software Engineering", 8),
        ("080910T", "数据科学与大数据技术", "Data Science and Big Data", 4))),
    Department("EI", "电子信息学院", "School of Electronic Information", "main", 36, (
        ("080701", "电子信息工程", "Electronic Information Engineering", 7),
        ("080703", "通信工程", "Communication Engineering", 6),
        ("080714T", "电子信息科学与技术", "Electronic Information Science", 4))),
    Department("EA", "电气与自动化学院", "School of Electrical Engineering and Automation", "main", 36, (
        ("080601", "电气工程及其自动化", "Electrical Engineering", 8),
        ("080801", "自动化", "Automation", 6),
        ("080717T", "人工智能", "Artificial Intelligence", 3))),
    Department("ME", "机械工程学院", "School of Mechanical Engineering", "main", 40, (
        ("080202", "机械设计制造及其自动化", "Mechanical Design and Manufacturing", 9),
        ("080207", "车辆工程", "Vehicle Engineering", 4),
        ("080205", "工业设计", "Industrial Design", 2))),
    Department("MS", "材料科学与工程学院", "School of Materials", "main", 28, (
        ("080401", "材料科学与工程", "Materials Science and Engineering", 5),
        ("080407", "高分子材料与工程", "Polymer Materials", 3),
        ("080402", "材料物理", "Materials Physics", 2))),
    Department("CE", "土木建筑学院", "School of Civil Engineering and Architecture", "main", 40, (
        ("081001", "土木工程", "Civil Engineering", 8),
        ("081002", "建筑环境与能源应用工程", "Building Environment and Energy", 3),
        ("082801", "建筑学", "Architecture", 3))),
    Department("WR", "水利水电学院", "School of Water Resources", "lake", 30, (
        ("081101", "水利水电工程", "Hydropower Engineering", 5),
        ("081102", "水文与水资源工程", "Hydrology and Water Resources", 3),
        ("081103", "港口航道与海岸工程", "Harbour and Coastal Engineering", 2))),
    Department("TR", "交通学院", "School of Transport", "south", 30, (
        ("081801", "交通运输", "Transport", 4),
        ("081802", "交通工程", "Traffic Engineering", 3),
        ("081901", "船舶与海洋工程", "Naval Architecture", 4))),
    Department("SG", "测绘遥感学院", "School of Geodesy and Remote Sensing", "lake", 28, (
        ("081201", "测绘工程", "Surveying", 4),
        ("081202", "遥感科学与技术", "Remote Sensing", 4),
        ("070504", "地理信息科学", "Geographic Information Science", 3))),
    Department("CH", "化学化工学院", "School of Chemistry", "lake", 28, (
        ("070301", "化学", "Chemistry", 4),
        ("070302", "应用化学", "Applied Chemistry", 3),
        ("081301", "化学工程与工艺", "Chemical Engineering", 4))),
    Department("EV", "资源与环境学院", "School of Resources and Environment", "lake", 24, (
        ("082502", "环境工程", "Environmental Engineering", 4),
        ("082503", "环境科学", "Environmental Science", 3),
        ("082504", "环境生态工程", "Ecological Engineering", 2))),
    Department("BI", "生命科学学院", "School of Life Sciences", "lake", 24, (
        ("071001", "生物科学", "Biology", 3),
        ("071002", "生物技术", "Biotechnology", 3),
        ("083001", "生物工程", "Bioengineering", 3))),
    Department("MA", "数学与统计学院", "School of Mathematics and Statistics", "main", 24, (
        ("070101", "数学与应用数学", "Mathematics", 3),
        ("070102", "信息与计算科学", "Information and Computing Science", 3),
        ("071201", "统计学", "Statistics", 3))),
    Department("PH", "物理与光电学院", "School of Physics and Optoelectronics", "lake", 30, (
        ("070201", "物理学", "Physics", 3),
        ("070202", "应用物理学", "Applied Physics", 3),
        ("080705", "光电信息科学与工程", "Optoelectronics", 4))),
    Department("EC", "经济学院", "School of Economics", "main", 36, (
        ("020101", "经济学", "Economics", 4),
        ("020301K", "金融学", "Finance", 6),
        ("020401", "国际经济与贸易", "International Trade", 5))),
    Department("MG", "管理学院", "School of Management", "main", 40, (
        ("120201K", "工商管理", "Business Administration", 5),
        ("120203K", "会计学", "Accounting", 6),
        ("120601", "物流管理", "Logistics", 3))),
    Department("LA", "法学院", "School of Law", "main", 24, (
        ("030101K", "法学", "Law", 6),
        ("030302", "社会工作", "Social Work", 2),
        ("120402", "行政管理", "Public Administration", 3))),
    Department("LT", "文学与新闻学院", "School of Literature and Journalism", "main", 28, (
        ("050101", "汉语言文学", "Chinese Literature", 5),
        ("050301", "新闻学", "Journalism", 3),
        ("050303", "广告学", "Advertising", 3))),
    Department("FL", "外国语学院", "School of Foreign Languages", "main", 28, (
        ("050201", "英语", "English", 5),
        ("050207", "日语", "Japanese", 2),
        ("050203", "德语", "German", 2))),
    Department("MD", "医学院", "School of Medicine", "south", 36, (
        ("100201K", "临床医学", "Clinical Medicine", 8),
        ("101101", "护理学", "Nursing", 5),
        ("100701", "药学", "Pharmacy", 3))),
)  # fmt: skip

_EVERY_DAY = "周一-周日 08:00-22:00"


def cohort_sizes() -> dict[str, int]:
    """Graduates of each major; together they are the school's."""
    shares = {code: share for department in DEPARTMENTS for code, _, _, share in department.majors}
    total = sum(shares.values())
    sizes = {code: GRADUATES * share // total for code, share in shares.items()}
    rest = GRADUATES - sum(sizes.values())
    return {code: size + (1 if index < rest else 0) for index, (code, size) in enumerate(sizes.items())}


def list_rooms() -> list[Room]:
    """All 66 rooms."""
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
            place = f"{floor}{number:02d}"
            features = ("投影", "扩声") if seats == 120 else ("投影",)
            rooms.append(Room(code=f"{prefix}-{place}", zh=f"{zh}{place}", en=f"{en}{place}", campus=campus, seats=seats, features=features))  # fmt: skip
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


def some_majors(rng: Random, departments: tuple[str, ...]) -> list[str]:
    """Two to six majors of the departments that an industry looks at, the largest among them."""
    pool = [major for department in DEPARTMENTS if department.code in departments for major in department.majors]
    wanted = min(len(pool), rng.choice((2, 3, 3, 4, 5, 6)))
    chosen = rng.sample(pool, wanted)
    return sorted(code for code, *_ in chosen)


def department(code: str) -> Department:
    """The department of a code."""
    return next(department for department in DEPARTMENTS if department.code == code)
