"""Files of employers. A name that differs from the licence, or an expired licence, is kept for the review."""

from datetime import date
from typing import Any

from app.database import Connection
from app.employers import repository, service
from app.employers.code_cells import credit_code
from app.employers.domain import ChangeEmployer, Employer, RegisterEmployer
from app.errors import N_
from app.imports.domain import Outcome
from app.imports.importing import Importer, Importing, differing
from app.imports.known import Known
from app.tables import cells
from app.tables.cells import Cell, folded, halfwidth, plain
from app.tables.columns import Column, Row, simple
from app.tables.errors import CellError
from app.tables.reading_notes import Guessed, guessed
from app.texts import prose

_FOR_EVER = frozenset(folded(word) for word in ("长期", "无固定期限", "永久", "long-term", "no end", "indefinite"))


def _licence_code(cell: Cell) -> str:
    # As it stands on the licence: a reviewer compares it, also where it is wrong.
    return cells.text(longest=40)(halfwidth(cell).upper())


def _valid_until(cell: Cell, known: Known) -> date | Guessed | None:
    return None if folded(plain(cell)) in _FOR_EVER else cells.noted_day(cell, known.year)


def _website(cell: Cell) -> str | Guessed:
    given = halfwidth(cell)
    address = cells.code(pattern=r"https?://\S{1,280}")(given if "://" in given else f"https://{given}")
    if address == given:
        return address
    sentence = N_("“{value}” was read as {address}.")
    return Guessed(address, guessed("web-address", sentence, value=given, address=address))


COLUMNS: tuple[Column[Known], ...] = (
    Column(
        field="credit_code",
        zh="统一社会信用代码",
        en="Credit code",
        parse=simple(credit_code),
        example="91350100M000100Y43",
        needed=True,
        also=("信用代码", "社会信用代码", "Unified social credit code"),
    ),
    Column(
        field="legal_name",
        zh="单位名称",
        en="Legal name",
        parse=simple(cells.text()),
        example="江城示例科技有限公司",
        needed=True,
        also=("用人单位", "企业名称", "公司名称", "Employer", "Name"),
    ),
    Column(
        field="name_en", zh="英文名称", en="English name", parse=simple(cells.text()), example="Example Ltd", default=""
    ),
    Column(
        field="size_class",
        zh="单位规模",
        en="Size",
        parse=lambda cell, known: known.sizes.get(cell),
        example="中型企业",
        needed=True,
        also=("规模", "企业规模"),
    ),
    Column(
        field="property_code",
        zh="单位性质",
        en="Property",
        parse=lambda cell, known: known.properties.get(cell),
        example="民营企业",
        default="other",
        also=("企业性质", "性质"),
    ),
    Column(
        field="industry_code",
        zh="所属行业",
        en="Industry",
        parse=lambda cell, known: known.industries.get(cell),
        example="制造业",
        default="",
        also=("行业",),
    ),
    Column(
        field="city",
        zh="所在城市",
        en="City",
        parse=simple(cells.text()),
        example="江城",
        default="",
        also=("城市", "所在地"),
    ),
    Column(
        field="website",
        zh="网址",
        en="Website",
        parse=simple(_website),
        example="https://www.example.com",
        default="",
        also=("官网",),
    ),
    Column(
        field="introduction",
        zh="单位简介",
        en="Introduction",
        parse=simple(cells.text(longest=5000, read=prose)),
        default="",
        also=("简介",),
    ),
    Column(
        field="licence_name",
        zh="执照名称",
        en="Name on licence",
        parse=simple(cells.text()),
        example="江城示例科技有限公司",
        default="",
        also=("营业执照名称",),
    ),
    Column(
        field="licence_code",
        zh="执照代码",
        en="Code on licence",
        parse=simple(_licence_code),
        example="91350100M000100Y43",
        default="",
        also=("营业执照代码",),
    ),
    Column(
        field="licence_valid_until",
        zh="执照有效期至",
        en="Licence valid until",
        parse=_valid_until,
        example="长期",
        also=("营业期限至", "执照有效期"),
    ),
)


async def _keep(connection: Connection, rows: list[Row], run: Importing) -> Outcome:
    values: dict[str, Any] = run.given(rows[0])
    if len(values["legal_name"]) < 2:
        raise CellError(N_("A legal name has at least two characters."), "too-short")
    existing = await repository.find_employer_by_code(connection, values["credit_code"])
    if existing is None:
        command = RegisterEmployer(**values)
        employer = await service.register_employer(connection, command, actor=run.actor, now=run.clock.now())
        await service.ask_review(connection, employer.id, actor=run.actor, clock=run.clock)
        return "created"
    del values["credit_code"]
    if not (changes := differing(values, existing)):
        return "unchanged"
    employer = await service.change_employer(
        connection, existing.id, ChangeEmployer(**changes), expected_version=None, actor=run.actor, clock=run.clock
    )
    await _ask_again(connection, employer, run)
    return "changed"


async def _ask_again(connection: Connection, employer: Employer, run: Importing) -> None:
    if employer.state in ("registered", "refused"):
        await service.ask_review(connection, employer.id, actor=run.actor, clock=run.clock)


EMPLOYERS = Importer(what="employers", columns=COLUMNS, keep=_keep, key="credit_code")
