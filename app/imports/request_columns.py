"""The columns of a file of requests: one row is an activity, rows with one reference are one request."""

from typing import Any
from uuid import UUID

from app.addresses import read_address
from app.employers.code_cells import credit_code
from app.errors import N_
from app.imports.known import Known
from app.imports.request_phrases import posts, windows
from app.tables import cells
from app.tables.cells import Cell, folded, plain
from app.tables.columns import Column, simple
from app.tables.errors import CellError
from app.texts import prose

_LOCALES = {
    **dict.fromkeys(("en", "english", "英文", "英语"), "en"),
    **dict.fromkeys(("zh", "zh-cn", "chinese", "中文", "汉语", "简体中文"), "zh-CN"),
}


def _many(table: str, attribute: str) -> Any:
    def parse(cell: Cell, known: Known) -> tuple[Any, ...]:
        choices = getattr(known, table)
        return tuple(
            cells.listed(cell, lambda word: getattr(choices.get(word), attribute) if attribute else choices.get(word))
        )

    return parse


def _department(cell: Cell, known: Known) -> UUID:
    return known.departments.get(cell).id  # type: ignore[no-any-return]


def _codes(cell: Cell) -> tuple[str, ...]:
    return tuple(cells.listed(cell, credit_code))


def _locale(cell: Cell) -> str:
    locale = _LOCALES.get(folded(plain(cell)))
    if locale is None:
        raise CellError(N_("“{value}” is not one of the choices."), "unknown-value", value=plain(cell)[:60])
    return locale


# What belongs to the request stands in its first row; later rows repeat it or leave it empty.
REQUEST_COLUMNS = (
    Column(
        field="reference",
        zh="申请编号",
        en="Request reference",
        parse=simple(cells.code(pattern=r"[\w.\-/]{1,40}")),
        example="2023-001",
        needed=True,
        also=("编号", "申请单号", "Reference"),
    ),
    Column(
        field="title",
        zh="活动名称",
        en="Title",
        parse=simple(cells.text(longest=200)),
        example="江城示例科技有限公司2023届春季宣讲会",
        needed=True,
        also=("名称", "标题", "主题"),
    ),
    Column(
        field="employer",
        zh="统一社会信用代码",
        en="Employer credit code",
        parse=simple(credit_code),
        example="91350100M000100Y43",
        also=("单位代码", "信用代码", "Credit code"),
    ),
    Column(
        field="department_id",
        zh="主办院系",
        en="Department",
        parse=_department,
        also=("院系代码", "院系", "Department code"),
    ),
    Column(
        field="participants",
        zh="其他参与单位",
        en="Other employers",
        parse=simple(_codes),
        default=(),
        also=("联合单位", "参与单位"),
    ),
    Column(
        field="contact_name",
        zh="联系人",
        en="Contact",
        parse=simple(cells.text(longest=200)),
        example="李敏",
        default="",
    ),
    Column(
        field="contact_email",
        zh="联系邮箱",
        en="Email",
        parse=simple(lambda cell: cells.read_text(cell, read_address)),
        example="li.min@example.com",
        default="",
        also=("邮箱", "电子邮箱", "Contact email"),
    ),
    Column(
        field="contact_phone",
        zh="联系电话",
        en="Phone",
        parse=simple(cells.text(longest=200)),
        example="027-88880000",
        default="",
        also=("电话", "手机", "Contact phone"),
    ),
    Column(
        field="contact_locale",
        zh="通知语言",
        en="Language",
        parse=simple(_locale),
        example="中文",
        default="zh-CN",
        also=("语言",),
    ),
    Column(
        field="posts",
        zh="招聘岗位",
        en="Posts",
        parse=posts,
        example="软件工程师×5@武汉#本科; 销售×10",
        default=(),
        also=("岗位",),
    ),
    Column(
        field="notice_text",
        zh="招聘简章",
        en="Notice",
        parse=simple(cells.text(longest=20_000, read=prose)),
        example="欢迎2023届毕业生参加。",
        default="",
        also=("简章",),
    ),
    Column(field="remark", zh="备注", en="Remark", parse=simple(cells.text(longest=2000, read=prose)), default=""),
)

ACTIVITY_COLUMNS: tuple[Column[Known], ...] = (
    Column(
        field="kind",
        zh="活动类型",
        en="Kind",
        parse=lambda cell, known: known.kinds.get(cell),
        example="宣讲会",
        needed=True,
        also=("类型", "形式", "Type"),
    ),
    Column(
        field="attendance_mode",
        zh="举办方式",
        en="Mode",
        parse=lambda cell, known: known.modes.get(cell),
        also=("方式", "线上线下"),
    ),
    Column(
        field="attendance",
        zh="预计人数",
        en="Attendance",
        parse=simple(cells.integer(1, 100_000)),
        example=150,
        needed=True,
        also=("人数", "参加人数"),
    ),
    Column(
        field="duration_minutes",
        zh="时长分钟",
        en="Duration minutes",
        parse=simple(cells.integer(15, 840)),
        example=120,
        needed=True,
        also=("时长", "Duration", "Minutes"),
    ),
    Column(
        field="rooms_needed",
        zh="教室间数",
        en="Rooms",
        parse=simple(cells.integer(0, 20)),
        example=1,
        also=("间数", "所需教室数", "Rooms needed"),
    ),
    Column(field="booths", zh="展位数", en="Booths", parse=simple(cells.integer(0, 2000)), default=0, also=("展位",)),
    Column(
        field="outsiders",
        zh="校外人数",
        en="People from outside",
        parse=simple(cells.integer(0, 100_000)),
        default=0,
        also=("校外人员", "Outsiders"),
    ),
    Column(
        field="features",
        zh="所需设施",
        en="Features",
        parse=_many("features", ""),
        example="投影、扩声",
        default=(),
        also=("设施", "设备"),
    ),
    Column(
        field="campus_ids",
        zh="校区",
        en="Campuses",
        parse=_many("campuses", "id"),
        default=(),
        also=("Campus", "意向校区"),
    ),
    Column(
        field="asked_room_ids",
        zh="指定场地",
        en="Rooms asked for",
        parse=_many("rooms", "id"),
        default=(),
        also=("意向场地", "Asked rooms"),
    ),
    Column(
        field="audience",
        zh="面向专业",
        en="Majors",
        parse=_many("majors", "code"),
        example="",
        default=(),
        also=("专业", "专业代码", "Audience"),
    ),
    Column(
        field="windows",
        zh="意向时间",
        en="Preferred windows",
        parse=windows,
        example="3月14日-3月16日 19:00-21:00*10; 3月20日",
        default=(),
        also=("意向时段", "期望时间", "Windows"),
    ),
    Column(
        field="gap_after_previous_minutes",
        zh="与上一活动间隔分钟",
        en="Gap after previous minutes",
        parse=simple(cells.integer(0, 10_080)),
        default=0,
        also=("间隔", "Gap"),
    ),
    Column(
        field="same_day_as_previous",
        zh="与上一活动同日",
        en="Same day as previous",
        parse=simple(cells.yes_no),
        default=False,
        also=("同日", "Same day"),
    ),
)
