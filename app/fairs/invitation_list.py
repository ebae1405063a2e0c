"""Lists of legal entities to invite (xlsx, csv): every bad row is named, and of a bad list nothing is kept."""

from collections.abc import Sequence
from typing import Any, Final

from app.addresses import read_address
from app.employers.code_cells import credit_code
from app.errors import N_
from app.fairs.domain import LONGEST_LIST, Invited
from app.locales import translator
from app.tables import cells
from app.tables.columns import Column, Row, read_row, simple
from app.tables.errors import FileRefused
from app.tables.layout import lay_out
from app.tables.reading import AS_FOUND, FileOptions, read_table
from app.tables.writing import write_xlsx

_ROWS_LISTED: Final = 500


class ListRefused(FileRefused):
    """Some rows cannot be read; each of them is named."""

    type = "invitation-list-refused"
    sentence = N_("{count} rows of {rows} cannot be read. Nobody was invited.")


COLUMNS: Final[tuple[Column[Any], ...]] = (
    Column(
        field="credit_code",
        zh="统一社会信用代码",
        en="Credit code",
        parse=simple(credit_code),
        example="91350100M000100Y43",
        needed=True,
        also=("信用代码", "社会信用代码"),
    ),
    Column(
        field="legal_name",
        zh="单位名称",
        en="Legal name",
        parse=simple(cells.text()),
        example="江城示例科技有限公司",
        default="",
        also=("用人单位", "企业名称", "公司名称", "Employer", "Name"),
    ),
    Column(
        field="contact_name",
        zh="联系人",
        en="Contact",
        parse=simple(cells.text()),
        example="王经理",
        default="",
        also=("姓名", "Contact name"),
    ),
    Column(
        field="contact_email",
        zh="邮箱",
        en="Mail address",
        parse=simple(cells.text(longest=254, read=read_address)),
        example="hr@example.com",
        default="",
        also=("电子邮箱", "联系邮箱", "Email", "E-mail"),
    ),
    Column(
        field="contact_phone",
        zh="电话",
        en="Telephone",
        parse=simple(cells.code(pattern=r"[0-9+()\- ]{5,40}")),
        example="13800138000",
        default="",
        also=("联系电话", "手机", "Phone"),
    ),
)


def read_invitation_list(content: bytes, options: FileOptions = AS_FOUND) -> tuple[Invited, ...]:
    """Give the entities of a list. Raises ListRefused (naming every bad row) and errors of the file as a whole."""
    sheet = lay_out(read_table(content, options), COLUMNS)
    for row in sheet.rows:
        read_row(row, COLUMNS, None)
    bad = [row for row in sheet.rows if row.faults]
    if bad:
        raise ListRefused(count=len(bad), rows=len(sheet.rows), extra={"rows": _in_words(bad)})
    if len(sheet.rows) > LONGEST_LIST:
        raise FileRefused.at("file", N_("At most {limit} can be invited at once."), "too-many", limit=LONGEST_LIST)
    return tuple(Invited(**{column.field: row.values[column.field] for column in COLUMNS}) for row in sheet.rows)


def write_list_template(locale: str) -> bytes:
    """Give an empty list with an example, to be filled and sent back."""
    english = translator(locale).locale == "en"
    headings = [f"{column.en if english else column.zh}{'*' if column.needed else ''}" for column in COLUMNS]
    return write_xlsx(headings, [[column.example for column in COLUMNS]])


def _in_words(bad: Sequence[Row]) -> list[dict[str, object]]:
    chinese, english = translator("zh-CN"), translator("en")
    return [
        {
            "row": row.number,
            "column": fault.column,
            "code": fault.error.code,
            "reason_zh": chinese(fault.error.sentence, **fault.error.values),
            "reason_en": english(fault.error.sentence, **fault.error.values),
        }
        for row in bad
        for fault in row.faults
    ][:_ROWS_LISTED]
