"""Use cases of cases: look at them, agree that a booking stays as it is."""

from datetime import datetime
from uuid import UUID

from app.actors import Actor
from app.cases import repository
from app.cases.domain import OPEN_ACTS, Case, CaseIsOver, CaseRow, CaseState, KeepCase
from app.cases.repository import ResourceName
from app.cases.words import in_words
from app.database import Connection
from app.database.rows import must_be_seen
from app.events import CaseKept
from app.facts.locks import lock_season
from app.locales import Translator
from app.outbox import append
from app.permissions import must


async def list_cases(
    connection: Connection,
    season_id: UUID,
    *,
    state: CaseState | None,
    actor: Actor,
    translate: Translator,
    on_board: bool = False,
) -> list[Case]:
    """List a season's cases in one state or in all, the most urgent first; `on_board` as the board shows them."""
    must(actor, "see_cases")
    states: list[CaseState] | None = None if state is None else [state]
    rows = await repository.list_cases(connection, season_id=season_id, states=states, on_board=on_board)
    names = await repository.list_resource_names(connection)
    return [_case(row, names, translate) for row in rows]


async def get_case(connection: Connection, case_id: UUID, *, actor: Actor, translate: Translator) -> Case:
    """Give a case. Raises CaseNotFound."""
    must(actor, "see_cases")
    row = await repository.get_case(connection, case_id)
    return _case(row, await repository.list_resource_names(connection), translate)


async def keep_case(
    connection: Connection,
    case_id: UUID,
    command: KeepCase,
    *,
    seen: int | None,
    actor: Actor,
    translate: Translator,
    now: datetime,
) -> Case:
    """Agree that the booking of a case stays as it is. Raises CaseNotFound, CaseIsOver, PreconditionFailed."""
    must(actor, "settle_cases")
    await lock_season(connection, await repository.get_season_of_case(connection, case_id))
    row = await repository.get_case(connection, case_id)
    if row.state != "open":
        raise CaseIsOver
    must_be_seen(row.row_version, seen)
    await repository.end_case(
        connection, case_id, "kept", "agreed", ended_by=actor.account_id, agreed_reason=command.reason, now=now
    )
    event = CaseKept(
        subject_id=row.request_id,
        season_id=row.season_id,
        case_id=case_id,
        activity_id=row.activity_id,
        booking_id=row.booking_id,
    )
    await append(connection, event, actor_id=actor.account_id, now=now, reason=command.reason)
    return await get_case(connection, case_id, actor=actor, translate=translate)


def _case(row: CaseRow, names: dict[str, ResourceName], translate: Translator) -> Case:
    english = translate.locale == "en"
    return Case(
        id=row.id,
        season_id=row.season_id,
        booking_id=row.booking_id,
        activity_id=row.activity_id,
        request_id=row.request_id,
        reference=row.reference,
        title=row.title,
        kind=row.kind,
        owner=row.owner_en if english else row.owner_zh,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        places=row.places_en if english else row.places_zh,
        rules=in_words(row.breaks, names, translate),
        state=row.state,
        reason=row.reason,
        opened_at=row.opened_at,
        opened_by_name=row.opened_by_name,
        due_at=row.due_at,
        outcome=row.outcome,
        ended_at=row.ended_at,
        ended_by_name=row.ended_by_name,
        agreed_reason=row.agreed_reason,
        row_version=row.row_version,
        acts=OPEN_ACTS if row.state == "open" else (),
    )
