"""A school with a season, rooms and majors, and one way to import a file into it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.clock import Clock
from app.database import Database, open_database
from app.database.business_clock import step_clock
from app.imports.domain import ImportReport, What
from app.imports.opening import open_table
from app.imports.service import import_table
from app.seasons.domain import CreateSeason, Season
from app.seasons.service import create_season

ZONE = ZoneInfo("Asia/Shanghai")
OPENING_DAY = datetime(2023, 2, 2, 9, tzinfo=ZONE)
CLOCK = Clock(round((OPENING_DAY - datetime.now(UTC)).total_seconds()), ZONE)
SPRING = CreateSeason(
    code="spring-2023",
    name_zh="2023春招",
    name_en="Spring 2023",
    first_day=date(2023, 2, 2),
    last_day=date(2023, 4, 30),
    term_first_day=date(2023, 2, 13),
)
ImportFile = Callable[..., Awaitable[ImportReport]]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Commits for real."""
    async with open_database(database_url, size=3) as opened:
        yield opened


@pytest.fixture
async def season(database: Database) -> Season:
    """Spring 2023; business time is its opening day, so that its dates are not past."""
    await database.transact(step_clock, CLOCK.offset_seconds)
    return await database.transact(create_season, SPRING, actor=None, now=CLOCK.now())


@pytest.fixture
def import_file(database: Database, season: Season) -> ImportFile:
    """Import bytes or a csv's text; gives the report."""

    async def run(
        what: What,
        content: bytes | str,
        *,
        skip_bad: bool = False,
        file: str = "file.csv",
        season: Season = season,
    ) -> ImportReport:
        data = content if isinstance(content, bytes) else content.encode()
        table = open_table(data, what, season, ZONE)
        return await database.transact(
            import_table, what, table, file=file, season_id=season.id, skip_bad=skip_bad, actor=None, clock=CLOCK
        )

    return run


ROOMS_CSV = """教室编号,名称,英文名称,校区,校区英文名,校区代码,座位数,设施
ZJ-101,主楼101,Main 101,主校区,Main Campus,main,120,投影、扩声
ZJ-102,主楼102,Main 102,主校区,Main Campus,main,60,投影
D-201,东201,East 201,东校区,East Campus,east,300,舞台
"""
MAJORS_CSV = """专业代码,专业名称,院系,院系代码,毕业生人数,目录年份
080901,计算机科学与技术,计算机学院,CS,180,2023
080902,软件工程,计算机学院,CS,120,2023
050201,英语,外国语学院,FL,60,2023
"""
EMPLOYERS_CSV = """统一社会信用代码,单位名称,单位规模,执照名称,执照有效期至
91350100M000100Y43,江城示例科技有限公司,中型企业,江城示例科技有限公司,长期
"""


@pytest.fixture
async def school(import_file: ImportFile) -> ImportFile:
    """Rooms, majors and an employer stand in the database."""
    for what, content in (("rooms", ROOMS_CSV), ("majors", MAJORS_CSV), ("employers", EMPLOYERS_CSV)):
        await import_file(what, content)
    return import_file


REQUESTS_CSV = """申请编号,活动名称,统一社会信用代码,主办院系,联系人,联系邮箱,活动类型,预计人数,时长分钟,教室间数,面向专业,意向时间,与上一活动间隔分钟,与上一活动同日,招聘岗位
R1,示例宣讲会,91350100M000100Y43,,李敏,li@example.com,宣讲会,100,120,,080901、软件工程,3月14日-3月16日 19:00-21:00*10; 3月20日,,,工程师×5@武汉; 销售x10
R1,,,,,,笔试,80,90,2,,3月15-17日,30,是,
R2,学院招聘会,,CS,王,,department_fair,300,240,,,2023/3/8,,,
R3,简历讲座,,,赵,,就业指导活动,100,90,1,,,,,
"""  # noqa: E501


async def count(database: Database, table: str) -> int:
    found: int = await database.pool.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608 - the test's own word
    return found
