"""Files of requests: rows with one reference become one request, through the same use cases as any other."""

from typing import Any
from uuid import UUID

import msgspec

from app.database import Connection
from app.employers import repository as employers
from app.errors import N_
from app.imports.domain import Outcome
from app.imports.importing import Importer, Importing
from app.imports.request_columns import ACTIVITY_COLUMNS, REQUEST_COLUMNS
from app.requests import repository, service, wishes
from app.requests.domain import ActivityWish, RequestDetail, RequestWish, SubmitRequest
from app.requests.states import must_be_possible
from app.tables.columns import Row
from app.tables.errors import CellError

_REQUEST_FIELDS = tuple(column.field for column in REQUEST_COLUMNS)
_ACTIVITY_FIELDS = tuple(column.field for column in ACTIVITY_COLUMNS)
_TEXTS = ("title", "contact_name", "contact_email", "contact_phone", "contact_locale", "notice_text", "remark")


async def _keep(connection: Connection, rows: list[Row], run: Importing) -> Outcome:
    season = run.known.season
    if season is None:
        raise AssertionError("importers that need a season get one")
    first = rows[0].values
    _must_agree(rows)
    owner = await _owner(connection, rows[0])
    wish = RequestWish(
        reference=first["reference"],
        participant_ids=tuple([await _employer(connection, code) for code in first["participants"]]),
        posts=first["posts"],
        activities=tuple(ActivityWish(**{name: row.values[name] for name in _ACTIVITY_FIELDS}) for row in rows),
        **owner,
        **{name: first[name] for name in _TEXTS},
    )
    existing = await repository.find_request_by_reference(connection, season.id, first["reference"])
    if existing is None:
        command = SubmitRequest(season_id=season.id, **msgspec.structs.asdict(wish))
        await service.submit_request(connection, command, actor=run.actor, clock=run.clock)
        return "created"
    detail = await service.get_detail(connection, existing, actor=None)
    kept = detail.request
    if (kept.employer_id, kept.department_id) != (owner["employer_id"], owner["department_id"]):
        raise CellError(N_("A request with this reference exists and belongs to somebody else."), "other-owner")
    completed = wishes.completed(wish, season)
    if _says_the_same(completed, detail):
        return "unchanged"
    must_be_possible("edit", kept.state, "organiser")
    await service.change_request(connection, existing, wish, expected_version=None, actor=run.actor, clock=run.clock)
    return "changed"


def _must_agree(rows: list[Row]) -> None:
    """Refuse rows of one request that say different things of it. Raises CellError."""
    for row in rows[1:]:
        for name in _REQUEST_FIELDS:
            value = row.values[name]
            if value != rows[0].values[name]:
                sentence = N_("This differs from the first row of the same request (row {row}).")
                row.refuse(name, sentence, "differs", row=rows[0].number)
    if any(row.faults for row in rows):
        raise CellError("", "noted")


async def _owner(connection: Connection, row: Row) -> dict[str, Any]:
    code, department_id = row.values["employer"], row.values["department_id"]
    if code and department_id:
        raise CellError(N_("A request has one owner: an employer or a department, not both."), "two-owners")
    if code:
        try:
            return {"owner_kind": "employer", "employer_id": await _employer(connection, code), "department_id": None}
        except CellError as refused:
            row.refuse("employer", refused.error.sentence, refused.error.code, **refused.error.values)
            raise CellError("", "noted") from None
    kind = "department" if department_id else "career_centre"
    return {"owner_kind": kind, "employer_id": None, "department_id": department_id}


async def _employer(connection: Connection, code: str) -> UUID:
    employer = await employers.find_employer_by_code(connection, code)
    if employer is None:
        sentence = N_("No employer with the credit code {code} is known. Import the employers first.")
        raise CellError(sentence, "unknown-employer", code=code)
    return employer.id


def _says_the_same(wish: RequestWish, detail: RequestDetail) -> bool:
    activities = tuple(
        ActivityWish(**{name: getattr(activity, name) for name in _ACTIVITY_FIELDS}) for activity in detail.activities
    )
    return (
        all(getattr(wish, name) == getattr(detail.request, name) for name in _TEXTS)
        and wish.posts == detail.posts
        and wish.activities == activities
        and set(wish.participant_ids) == {participant.employer_id for participant in detail.participants}
    )


REQUESTS = Importer(
    what="requests",
    columns=(*REQUEST_COLUMNS, *ACTIVITY_COLUMNS),
    keep=_keep,
    together="reference",
    shared=frozenset(_REQUEST_FIELDS),
    needs_season=True,
)
