"""Files of majors with their departments and the graduates of this season."""

from app.database import Connection
from app.errors import N_
from app.imports.domain import Outcome
from app.imports.importing import Importer, Importing, differing
from app.imports.known import names_of
from app.imports.rooms import PLACE_CODE
from app.tables import cells
from app.tables.cells import Cell, halfwidth
from app.tables.columns import Column, Row, simple
from app.tables.reading_notes import Guessed, guessed
from app.venues import service
from app.venues.domain import AddDepartment, AddMajor, Department, Major, PutMajor

MAJOR_CODE = cells.code(pattern="[0-9]{6}[A-Z]{0,2}", digits=6)


def _code(cell: Cell) -> str | Guessed:
    code, given = MAJOR_CODE(cell), halfwidth(cell)
    if code == given:
        return code
    sentence = N_("“{value}” was read as {code}: spreadsheets cut off zeros in front.")
    return Guessed(code, guessed("zeros", sentence, value=given, code=code))


COLUMNS = (
    Column(
        field="code",
        zh="专业代码",
        en="Major code",
        parse=simple(_code),
        example="080901",
        needed=True,
        also=("代码", "Code"),
    ),
    Column(
        field="name_zh",
        zh="专业名称",
        en="Major",
        parse=simple(cells.text()),
        example="计算机科学与技术",
        needed=True,
        also=("专业", "名称", "Name"),
    ),
    Column(
        field="name_en",
        zh="专业英文名",
        en="Major in English",
        parse=simple(cells.text()),
        example="Computer Science and Technology",
        default="",
        also=("英文名称", "English name"),
    ),
    Column(
        field="department",
        zh="院系",
        en="Department",
        parse=simple(cells.text()),
        example="计算机学院",
        also=("院系名称", "学院", "所属院系"),
    ),
    Column(
        field="department_code",
        zh="院系代码",
        en="Department code",
        parse=simple(PLACE_CODE),
        example="CS",
        also=("学院代码",),
    ),
    Column(
        field="department_en",
        zh="院系英文名",
        en="Department in English",
        parse=simple(cells.text()),
        example="School of Computing",
        also=("English department",),
    ),
    Column(
        field="cohort_size",
        zh="毕业生人数",
        en="Graduates",
        parse=simple(cells.integer(0, 100_000)),
        example=180,
        default=0,
        also=("人数", "Cohort", "Cohort size"),
    ),
    Column(
        field="catalogue_year",
        zh="目录年份",
        en="Catalogue year",
        parse=simple(cells.integer(1950, 2200)),
        example=2023,
        also=("年份", "Year"),
    ),
)


async def _department_of(connection: Connection, row: Row, run: Importing) -> Department | None:
    """Give the row's department; a new one is created with its team, and the report names it."""
    name, code = row.values["department"], row.values["department_code"]
    if not name and not code:
        return None
    found = run.known.departments.with_code(code) if code else run.known.departments.find(name)
    if found is None and name:
        found = run.known.departments.find(name)
    if found is not None:
        return found  # type: ignore[no-any-return]
    command = AddDepartment(
        code=code or PLACE_CODE("".join(name.split())),
        name_zh=name or code,
        name_en=row.values["department_en"] or name or code,
    )
    department = await service.add_department(connection, command, actor=run.actor, now=run.clock.now())
    run.later(lambda: run.known.departments.learn(department, names_of(department)))
    run.later(lambda: run.also_created.append(department.name_zh))
    return department


def _year(row: Row, run: Importing) -> int:
    """Give the row's catalogue year; where it says none, the season's."""
    season = run.known.season
    return row.values["catalogue_year"] or (season.first_day.year if season else run.clock.now().year)


def _identity(row: Row, run: Importing) -> tuple[str, int]:
    return row.values["code"], _year(row, run)


async def _keep(connection: Connection, rows: list[Row], run: Importing) -> Outcome:
    row, now = rows[0], run.clock.now()
    code = row.values["code"]
    year = _year(row, run)
    department = await _department_of(connection, row, run)
    wanted = {name: value for name, value in run.given(row).items() if name in ("name_zh", "name_en", "cohort_size")}
    if department is not None:
        wanted["department_id"] = department.id
    existing: Major | None = run.known.majors_by_year.get((code, year))
    if existing is None:
        command = AddMajor(code=code, catalogue_year=year, **wanted)
        major = await service.add_major(connection, command, actor=run.actor, now=now)
    elif not differing(wanted, existing):
        return "unchanged"
    else:
        kept = {name: getattr(existing, name) for name in PutMajor.__struct_fields__}
        change = PutMajor(**{**kept, **wanted})
        major = await service.change_major(
            connection, code, year, change, expected_version=None, actor=run.actor, now=now
        )
    run.later(lambda: run.known.majors_by_year.update({(code, year): major}))
    return "created" if existing is None else "changed"


MAJORS = Importer(what="majors", columns=COLUMNS, keep=_keep, key="code", identity=_identity)
