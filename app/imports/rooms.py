"""Files of rooms and of livestream channels."""

from typing import Any

from app.database import Connection
from app.errors import N_
from app.imports.domain import Outcome
from app.imports.importing import Importer, Importing, differing
from app.imports.known import Known, names_of
from app.tables import cells
from app.tables.cells import Cell
from app.tables.columns import Column, Row, simple
from app.tables.errors import CellError
from app.tables.phrases import phrases, weekly_hours
from app.venues import rooms, service
from app.venues.commands import AddChannel, AddRoom, ChangeChannel, ChangeRoom
from app.venues.domain import AddCampus, Campus, Channel, OpeningHours, Room

PLACE_CODE = cells.code(pattern=r"[\w.#-]{1,40}")


def _features(cell: Cell, known: Known) -> list[str]:
    return cells.listed(cell, known.features.get)


def _department(cell: Cell, known: Known) -> Any:
    return known.departments.get(cell).id


def _opening_hours(cell: Cell) -> list[OpeningHours]:
    return [OpeningHours(*hours) for hours in weekly_hours(cell)]


def _turnover_by_kind(cell: Cell, known: Known) -> dict[str, int]:
    """Read minutes by kind: 双选会:120; 笔试:15."""
    found = {}
    for part in phrases(cell):
        kind, colon, minutes = part.rpartition(":")
        if not colon:
            raise CellError(N_("“{value}” is not minutes such as “双选会:120”."), "wrong-turnover", value=part[:60])
        name = str(known.kinds.get(kind))
        if name in found:
            raise CellError(N_("“{value}” stands in the list twice."), "doubled", value=kind[:60])
        found[name] = cells.integer(0, 480)(minutes)
    return found


_SHARED = (
    Column(
        field="turnover_minutes",
        zh="周转分钟",
        en="Turnover minutes",
        parse=simple(cells.integer(0, 480)),
        example=30,
        default=30,
        also=("周转时间", "Turnover"),
    ),
    Column(
        field="turnover_by_kind",
        zh="各类活动周转",
        en="Turnover by kind",
        parse=_turnover_by_kind,
        example="双选会:120; 笔试:15",
        default={},
    ),
    Column(
        field="opening_hours",
        zh="开放时间",
        en="Opening hours",
        parse=simple(_opening_hours),
        example="周一-周五 08:00-22:00; 周六 09:00-17:00",
        default=[],
    ),
)

ROOM_COLUMNS = (
    Column(
        field="code",
        zh="教室编号",
        en="Room code",
        parse=simple(PLACE_CODE),
        example="ZJ-101",
        needed=True,
        also=("编号", "场地编号", "房间编号", "Code"),
    ),
    Column(
        field="name_zh",
        zh="名称",
        en="Chinese name",
        parse=simple(cells.text()),
        example="主教学楼101",
        needed=True,
        also=("教室名称", "场地名称", "中文名称", "Name"),
    ),
    Column(
        field="name_en",
        zh="英文名称",
        en="English name",
        parse=simple(cells.text()),
        example="Main Building 101",
    ),
    Column(
        field="campus",
        zh="校区",
        en="Campus",
        parse=simple(cells.text()),
        example="主校区",
        needed=True,
        also=("所在校区", "校区名称"),
    ),
    Column(
        field="campus_en",
        zh="校区英文名",
        en="Campus in English",
        parse=simple(cells.text()),
        example="Main Campus",
        also=("English campus", "校区英文名称"),
    ),
    Column(field="campus_code", zh="校区代码", en="Campus code", parse=simple(PLACE_CODE), example="main"),
    Column(
        field="capacity",
        zh="座位数",
        en="Capacity",
        parse=simple(cells.integer(1, 100_000)),
        example=120,
        needed=True,
        also=("容量", "容纳人数", "Seats"),
    ),
    Column(
        field="booths",
        zh="展位数",
        en="Booths",
        parse=simple(cells.integer(0, 2000)),
        example=0,
        default=0,
        also=("最多展位数",),
    ),
    Column(
        field="features",
        zh="设施",
        en="Features",
        parse=_features,
        example="投影、扩声",
        default=[],
        also=("设备", "Equipment"),
    ),
    Column(
        field="department_id",
        zh="归属院系",
        en="Department",
        parse=_department,
        example="",
        also=("院系", "所属院系", "Owner"),
    ),
    Column(
        field="max_minutes",
        zh="单场最长分钟",
        en="Longest booking in minutes",
        parse=simple(cells.integer(15, 840)),
        example="",
        also=("最长分钟", "Longest booking"),
    ),
    Column(
        field="needs_approval",
        zh="须审批",
        en="Needs approval",
        parse=simple(cells.yes_no),
        example="否",
        default=False,
        also=("需审批", "是否需审批"),
    ),
    *_SHARED,
)

CHANNEL_COLUMNS = (
    Column(
        field="code",
        zh="直播间编号",
        en="Channel code",
        parse=simple(PLACE_CODE),
        example="ZB-1",
        needed=True,
        also=("编号", "Code"),
    ),
    Column(
        field="name_zh",
        zh="名称",
        en="Chinese name",
        parse=simple(cells.text()),
        example="就业直播间1",
        needed=True,
        also=("直播间名称", "中文名称", "Name"),
    ),
    Column(
        field="name_en",
        zh="英文名称",
        en="English name",
        parse=simple(cells.text()),
        example="Career Channel 1",
    ),
    Column(
        field="platform", zh="平台", en="Platform", parse=simple(cells.text(longest=60)), example="校内平台", default=""
    ),
    Column(
        field="url",
        zh="链接",
        en="Address",
        parse=simple(cells.text(longest=400)),
        example="https://live.example.edu.cn/1",
        default="",
        also=("网址", "URL", "Link"),
    ),
    Column(
        field="features", zh="设施", en="Features", parse=_features, example="", default=[], also=("设备", "Equipment")
    ),
    *_SHARED,
)


async def _campus_of(connection: Connection, row: Row, run: Importing) -> Campus:
    """Give the row's campus; a new one is created, and the report names it."""
    name, code = row.values["campus"], row.values["campus_code"]
    found = run.known.campuses.with_code(code) if code else run.known.campuses.find(name)
    if found is not None:
        return found  # type: ignore[no-any-return]
    command = AddCampus(
        code=code or PLACE_CODE("".join(name.split())),
        name_zh=name,
        name_en=row.values["campus_en"] or name,
        ordinal=len(run.known.campuses),  # in the order of the file: the main campus usually comes first
    )
    campus = await service.add_campus(connection, command, actor=run.actor, now=run.clock.now())
    run.later(lambda: run.known.campuses.learn(campus, names_of(campus)))
    run.later(lambda: run.also_created.append(name))
    return campus


async def _keep_room(connection: Connection, rows: list[Row], run: Importing) -> Outcome:
    row, now = rows[0], run.clock.now()
    values = run.given(row)
    for name in ("campus", "campus_en", "campus_code"):
        values.pop(name, None)
    values["campus_id"] = (await _campus_of(connection, row, run)).id
    _settle(values)
    existing: Room | None = run.known.rooms.with_code(values["code"])
    if existing is None:
        values.setdefault("name_en", values["name_zh"])
        room = await rooms.add_room(connection, AddRoom(**values), actor=run.actor, now=now)
        run.later(lambda: run.known.rooms.learn(room, names_of(room)))
        return "created"
    if not (changes := differing(values, existing)):
        return "unchanged"
    command = ChangeRoom(**changes)
    room = await rooms.change_room(connection, existing.id, command, expected_version=None, actor=run.actor, now=now)
    run.later(lambda: run.known.rooms.learn(room, names_of(room)))
    return "changed"


async def _keep_channel(connection: Connection, rows_of_channel: list[Row], run: Importing) -> Outcome:
    values, now = run.given(rows_of_channel[0]), run.clock.now()
    _settle(values)
    existing: Channel | None = run.known.channels.with_code(values["code"])
    if existing is None:
        values.setdefault("name_en", values["name_zh"])
        channel = await rooms.add_channel(connection, AddChannel(**values), actor=run.actor, now=now)
        run.later(lambda: run.known.channels.learn(channel, names_of(channel)))
        return "created"
    if not (changes := differing(values, existing)):
        return "unchanged"
    command = ChangeChannel(**changes)
    channel = await rooms.change_channel(
        connection, existing.id, command, expected_version=None, actor=run.actor, now=now
    )
    run.later(lambda: run.known.channels.learn(channel, names_of(channel)))
    return "changed"


def _settle(values: dict[str, Any]) -> None:
    if "name_en" in values and not values["name_en"]:
        values["name_en"] = values["name_zh"]


ROOMS = Importer(what="rooms", columns=ROOM_COLUMNS, keep=_keep_room, key="code", changes_facts=True)
CHANNELS = Importer(what="channels", columns=CHANNEL_COLUMNS, keep=_keep_channel, key="code", changes_facts=True)
