"""The school of the demo: three campuses, twenty departments, sixty majors."""

from random import Random

import msgspec

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
        """Give the seats of the hall: a booth takes the room of twelve."""
        return 12 * self.booths


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


def cohort_sizes() -> dict[str, int]:
    """Give the graduates of each major; together they are the school's."""
    shares = {code: share for department in DEPARTMENTS for code, _, _, share in department.majors}
    total = sum(shares.values())
    sizes = {code: GRADUATES * share // total for code, share in shares.items()}
    rest = GRADUATES - sum(sizes.values())
    return {code: size + (1 if index < rest else 0) for index, (code, size) in enumerate(sizes.items())}


def some_majors(rng: Random, departments: tuple[str, ...]) -> list[str]:
    """Draw two to six majors of the departments that an industry recruits from, the largest among them."""
    pool = [major for department in DEPARTMENTS if department.code in departments for major in department.majors]
    wanted = min(len(pool), rng.choice((2, 3, 3, 4, 5, 6)))
    chosen = rng.sample(pool, wanted)
    return sorted(code for code, *_ in chosen)


def department(code: str) -> Department:
    """Give the department of a code."""
    return next(department for department in DEPARTMENTS if department.code == code)
