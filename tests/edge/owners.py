"""Owners with everything that can be theirs: somebody to sign in, a booked request, a draft, a booking, a closure."""

from itertools import count
from typing import Any
from uuid import UUID, uuid4

import msgspec

from app.accounts import service as accounts
from app.accounts.domain import Account
from app.amendments.domain import ProposeAmendment
from app.amendments.proposing import propose_amendment
from app.blockings.domain import AskBlocking
from app.blockings.service import ask_blocking
from app.bookings import service as bookings
from app.bookings.domain import ConfirmPlacement
from app.decisions import decide
from app.duties.domain import AddAbsence, GiveDuty
from app.duties.service import add_absence, give_duty
from app.employers import service as employers
from app.employers.claim_repository import insert_claim
from app.fairs.domain import Invite as InviteExhibitors
from app.fairs.domain import Invited, OpenFair
from app.fairs.inviting import invite as invite_exhibitors
from app.fairs.opening import open_fair
from app.halls.drafting import PutHallPlan
from app.halls.service import put_plan
from app.notices.service import add_file
from app.offers import offering
from app.offers.domain import MakeOffers
from app.offers.finding import Finder
from app.people.domain import Invite
from app.people.inviting import invite
from app.programme.feed_domain import AskFeed
from app.programme.feeds import ask_feed
from app.requests import service as requests
from app.requests.domain import ActivityWish, RequestDetail, SubmitRequest
from app.schedules import solve
from app.schedules.domain import AskSolve, Release
from app.schedules.release import release_version
from app.series.asking import create_series
from app.series.domain import CreateSeries, Repeat
from app.settings import Settings
from app.strikes.domain import MakeAppeal
from app.strikes.noting import note_strike
from app.strikes.showing import make_appeal_with
from app.venues import closures
from app.venues.closure_domain import AddClosure
from app.venues.domain import Room
from tests.school import School, at, credit_code, talk

_numbers = count(1)
# The parameters of paths that name something of an owner, and of the career centre.
OWNED = (
    *("request_id", "activity_id", "booking_id", "offer_id", "amendment_id", "closure_id", "blocking_id"),
    *("employer_id", "resource_id", "room_id", "account_id", "strike_id", "appeal_id"),
    *("invitation_id", "feed_id", "claim_id", "absence_id", "series_id", "attachment_id"),
    *("fair_id", "exhibitor_id", "hall_id"),
)
OF_THE_CENTRE = (
    *("season_id", "channel_id", "version_id", "run_id", "delivery_id", "case_id", "message_channel_id"),
    *("duty_id", "department_id"),
)
GUIDANCE = ActivityWish(kind="guidance_event", attendance=50, duration_minutes=60)


class Things(msgspec.Struct, frozen=True):
    """Ids by the names of paths' parameters, and what nobody but the owner and the career centre may read."""

    ids: dict[str, str]
    secrets: frozenset[str]

    def hidden_from(self, path: str) -> frozenset[str]:
        """Give the secrets that are not said by whoever asks with this path."""
        return frozenset(secret for secret in self.secrets if secret not in path)


class OwnThings(msgspec.Struct, frozen=True):
    """An owner: the token of its person, its booked request, its draft, and one for which no room is large enough;
    `joint` is a request of somebody else that asks an employer to take part."""

    token: str
    booked: Things
    draft: Things
    unplaced: Things
    joint: Things | None = None

    @property
    def all(self) -> tuple[Things, Things, Things]:
        """Give the things of each request."""
        return self.booked, self.draft, self.unplaced


def nothing() -> Things:
    """Ids of things that are not there."""
    return Things({name: str(uuid4()) for name in (*OWNED, *OF_THE_CENTRE)} | {"kind": "info_session"}, frozenset())


async def with_series(school: School, owner: OwnThings) -> OwnThings:
    """The same owner with a series of one date; it takes as long to make as everything else."""
    detail = await _booked(school, owner)
    request = detail.request
    command = CreateSeries(
        season_id=school.season.id,
        title=f"title-{uuid4().hex}",
        owner_kind=request.owner_kind,
        employer_id=request.employer_id,
        department_id=request.department_id,
        activities=(ActivityWish(kind=detail.activities[0].kind, attendance=20, duration_minutes=60),),
        repeat=Repeat(days=(at(4, 0, month=4).date(),)),
    )
    series = await school.database.transact(create_series, command, actor=school.organiser, clock=school.clock)
    booked, draft, unplaced = [
        Things({**things.ids, "series_id": str(series.id)}, things.secrets | {series.title, str(series.id)})
        for things in owner.all
    ]
    return OwnThings(owner.token, booked, draft, unplaced, owner.joint)


async def with_fair(school: School, owner: OwnThings) -> OwnThings:
    """The same owner with a fair of its department, or one that invites the employer; it takes no applications.

    It has a hall, and an assignment that is worked out.
    """
    room_id = UUID(owner.booked.ids["room_id"])
    drawn = PutHallPlan(cells="BBB\n..D")
    request = (await _booked(school, owner)).request
    who: dict[str, Any] = {"actor": school.organiser, "clock": school.clock}
    command = OpenFair(
        season_id=school.season.id,
        title=f"title-{uuid4().hex}",
        department_id=request.department_id,
        room_ids=(room_id,),
        takes_applications=False,
    )
    if await school.database.pool.fetchval("SELECT count(*) FROM hall_plan WHERE venue_id = $1", room_id) == 0:
        await school.database.transact(
            put_plan, room_id, drawn, seen=None, actor=school.organiser, now=school.clock.now()
        )
    fair = await school.database.transact(open_fair, command, **who)
    listed = Invited(credit_code=credit_code(60_000 + next(_numbers)), legal_name=f"listed-{uuid4().hex}")
    invited = InviteExhibitors(
        entities=() if request.employer_id else (listed,),
        employer_ids=(request.employer_id,) if request.employer_id else (),
    )
    (exhibitor_id,) = (await school.database.transact(invite_exhibitors, fair.id, invited, **who)).invited
    pool = school.database.pool
    hall_id = await pool.fetchval("SELECT id FROM fair_hall WHERE fair_id = $1", fair.id)
    run_id = await pool.fetchval(
        "INSERT INTO booth_run (fair_id, state, seconds, asked_at) VALUES ($1, 'finished', 1, $2) RETURNING id",
        fair.id,
        school.clock.now(),
    )
    if request.department_id is not None:
        await pool.execute("UPDATE exhibitor SET state = 'accepted' WHERE id = $1", exhibitor_id)
    made = {"fair_id": fair.id, "exhibitor_id": exhibitor_id, "hall_id": hall_id, "run_id": run_id}
    ids = {name: str(id_) for name, id_ in made.items()}
    booked, draft, unplaced = [
        Things({**things.ids, **ids}, things.secrets | {fair.title, listed.legal_name, str(exhibitor_id)})
        for things in owner.all
    ]
    return OwnThings(owner.token, booked, draft, unplaced, owner.joint)


async def _booked(school: School, owner: OwnThings) -> RequestDetail:
    async with school.database.read() as connection:
        return await requests.get_detail(connection, UUID(owner.booked.ids["request_id"]), actor=school.organiser)


async def employer_owner(school: School) -> OwnThings:
    """An employer."""
    employer = await school.employer()
    person = await school.account("employer_contact", employer_id=employer.id)
    scan = f"%PDF-1.7 {uuid4().hex}"
    await school.database.transact(
        employers.store_scan, employer.id, scan.encode(), actor=person.actor(), clock=school.clock
    )
    await school.database.transact(
        employers.verify_employer, employer.id, seen=None, actor=school.organiser, clock=school.clock
    )
    asked = Invite(email=f"invited-{uuid4().hex}@employer.example")
    now = school.clock.now()
    invitation = await school.database.transact(invite, employer.id, asked, actor=person.actor(), now=now)
    # Without a password: hashing one for each of a thousand owners takes minutes.
    claimant = await school.database.pool.fetchval(
        "INSERT INTO account (email, password_hash, display_name, role, created_at) "
        "VALUES ($1, '', 'Claimant', 'employer_contact', $2) RETURNING id",
        f"claimant-{uuid4().hex}@employer.example",
        now,
    )
    proof = f"proof-{uuid4().hex}"
    claim_id = await school.database.transact(insert_claim, employer.id, claimant, note=proof, now=now)
    owner = await _owner(
        school,
        person,
        talk(minutes=60),
        await school.room(100),
        ids={
            "employer_id": employer.id,
            "invitation_id": invitation.id,
            "claim_id": claim_id,
            "absence_id": uuid4(),
        },
        secrets={employer.credit_code, scan, asked.email, proof},
    )
    owner = await _with_a_strike(school, employer.id, owner, person)
    host = await school.account("employer_contact", employer_id=(await school.employer()).id)
    joint = await _ask(school, host, talk(minutes=60), participant_codes=(employer.credit_code,))
    named = {"request_id": joint.request.id, "activity_id": joint.activities[0].id, "employer_id": employer.id}
    ids = {**nothing().ids, **{name: str(id_) for name, id_ in named.items()}}
    secrets = frozenset({joint.request.title, joint.request.reference})
    return msgspec.structs.replace(owner, joint=Things(ids, secrets))


async def department_owner(school: School) -> OwnThings:
    """A department with a hall; employer and account ids are of nobody."""
    department = await school.department(f"D{next(_numbers)}")
    person = await school.account("department_staff", department_id=department.id)
    hall = await school.room(100, department=department)
    booth = f"S{uuid4().hex[:8]}"
    plan = PutHallPlan(cells=f"{booth}\t.\tD")
    await school.database.transact(put_plan, hall.id, plan, seen=0, actor=person.actor(), now=school.clock.now())
    away = AddAbsence(first_day=at(6, 0).date(), last_day=at(7, 0).date())
    absence = await school.database.transact(add_absence, away, actor=person.actor(), clock=school.clock)
    nobodys = {name: uuid4() for name in ("employer_id", "strike_id", "appeal_id", "invitation_id", "claim_id")}
    ids = {**nobodys, "absence_id": absence.id}
    return await _owner(school, person, GUIDANCE, hall, ids=ids, secrets={str(absence.id), booth})


async def _with_a_strike(school: School, employer_id: UUID, owner: OwnThings, person: Account) -> OwnThings:
    """One that holds nothing back, with an appeal that is open."""
    request_id, note = UUID(owner.draft.ids["request_id"]), f"appeal-{uuid4().hex}"
    given: dict[str, Any] = {"request_id": request_id, "season_id": school.season.id}
    who: dict[str, Any] = {"actor": person.actor(), "clock": school.clock}
    await school.database.transact(note_strike, employer_id, "late_cancel", **given, **who)
    find = "SELECT id FROM strike WHERE request_id = $1"
    strike_id: UUID = await school.database.pool.fetchval(find, request_id)
    file = ("ticket.pdf", b"%PDF-1.7")
    appeal = await school.database.transact(make_appeal_with, strike_id, MakeAppeal(note=note), file, **who)
    ids = {"strike_id": str(strike_id), "appeal_id": str(appeal.id)}
    booked, draft, unplaced = [
        Things({**things.ids, **ids}, things.secrets | {note, *ids.values()}) for things in owner.all
    ]
    return OwnThings(owner.token, booked, draft, unplaced)


async def _owner(
    school: School, person: Account, wish: ActivityWish, room: Room, *, ids: dict[str, UUID], secrets: set[str]
) -> OwnThings:
    database, clock = school.database, school.clock
    large = msgspec.structs.replace(wish, attendance=5000)
    booked, draft, unplaced = [
        await _ask(school, person, wanted, draft=is_draft)
        for wanted, is_draft in ((wish, False), (wish, True), (large, False))
    ]
    for detail in (booked, unplaced):
        await database.transact(
            decide.approve_request, detail.request.id, seen=None, actor=school.organiser, now=clock.now()
        )
    placement = ConfirmPlacement(
        activity_id=booked.activities[0].id, starts_at=at(20, 14), room_ids=(room.id,), over_limits=True
    )
    booking = await bookings.confirm_placement(database, placement, actor=school.organiser, locale="en", clock=clock)
    (offer, *_) = await offering.offer_placements(
        database,
        Finder(database, clock),
        booked.request.id,
        MakeOffers(),
        actor=school.organiser,
        locale="en",
        clock=clock,
    )
    longer = msgspec.structs.replace(wish, id=booked.activities[0].id, duration_minutes=wish.duration_minutes + 60)
    texts = {"title": booked.request.title, "contact_name": booked.request.contact_name}
    change = msgspec.convert({"activities": [longer], **texts}, ProposeAmendment)
    proposed = await propose_amendment(
        database, Finder(database, clock), booked.request.id, change, seen=None, actor=person.actor(), clock=clock
    )
    closed = AddClosure(first_day=at(6, 0).date(), last_day=at(6, 0).date(), note=f"closed-{uuid4().hex}")
    (closure,) = await database.transact(
        closures.add_closure, room.id, closed, zone=clock.zone, actor=school.organiser, now=clock.now()
    )
    asks = person.actor() if person.role == "department_staff" else school.organiser
    blocked = AskBlocking(first_day=at(28, 0, month=4).date(), note=f"blocked-{uuid4().hex}")
    blocking = await database.transact(ask_blocking, room.id, blocked, actor=asks, clock=clock)
    feed = await database.transact(
        ask_feed, AskFeed(), actor=person.actor(), settings=Settings(environment="test"), now=clock.now()
    )
    notice = await database.transact(
        add_file, booked.request.id, name="notice.pdf", content=b"%PDF-1.7", actor=person.actor(), now=clock.now()
    )
    common = {
        **ids,
        "feed_id": feed.id,
        "attachment_id": notice.attachments[0].id,
        "booking_id": booking.id,
        "offer_id": offer.id,
        "amendment_id": proposed.amendment.id,
        "closure_id": closure.id,
        "blocking_id": blocking.id,
        "resource_id": room.id,
        "room_id": room.id,
        "season_id": school.season.id,
        "account_id": person.id,
    }
    token = await database.transact(accounts.open_session, person.id)
    secrets |= {
        person.email,
        closure.note,
        blocking.note,
        *map(str, (booking.id, offer.id, proposed.amendment.id, closure.id, blocking.id, person.id)),
    }
    secrets |= {text for detail in (booked, draft, unplaced) for text in _private(detail)}
    secrets |= {draft.request.title, unplaced.request.title}
    return OwnThings(token, *(_things(detail, common, secrets) for detail in (booked, draft, unplaced)))


async def release_schedule(school: School) -> dict[str, str]:
    """Solve and release, which leaves some out; give what the career centre has of it, and of a mail."""
    database, person, now = school.database, school.organiser, school.clock.now()
    wanted = AskSolve(season_id=school.season.id, time_limit_seconds=1)
    run = await database.transact(solve.ask_solve, wanted, actor=person, now=now)
    await solve.run_solve(database, run.id, clock=school.clock)
    version_id = await database.pool.fetchval("SELECT version_id FROM solve_run WHERE id = $1", run.id)
    await database.transact(
        release_version, version_id, Release(), expected_version=None, actor=person, clock=school.clock
    )
    delivery_id = await database.pool.fetchval(
        "INSERT INTO delivery (event_id, recipient, locale, purpose, message_id) "
        "SELECT max(id), 'hr@employer.example', 'en', 'request_approved', '<1@school.example>' FROM event RETURNING id"
    )
    robot = await database.pool.fetchval(
        "INSERT INTO message_channel (kind, name, address, topics, locale) "
        "VALUES ('wecom_robot', 'Robot', 'https://wecom.example/cgi-bin/webhook/send?key=k', '{}', 'en') RETURNING id"
    )
    department = await school.department(f"D{next(_numbers)}")
    who = await school.account("staff")
    given = GiveDuty(
        account_id=who.id, department_id=department.id, first_day=at(1, 0).date(), last_day=at(2, 0).date()
    )
    duty = await database.transact(give_duty, given, actor=person, clock=school.clock)
    centre = {
        "run_id": run.id,
        "version_id": version_id,
        "delivery_id": delivery_id,
        "message_channel_id": robot,
        "duty_id": duty.id,
        "department_id": department.id,
    }
    return {name: str(id_) for name, id_ in centre.items()}


async def _ask(
    school: School,
    person: Account,
    wish: ActivityWish,
    *,
    draft: bool = False,
    participant_codes: tuple[str, ...] = (),
) -> RequestDetail:
    mark = uuid4().hex
    command = SubmitRequest(
        season_id=school.season.id,
        title=f"title-{mark}",
        contact_name=f"name-{mark}",
        contact_email=f"mail-{mark}@employer.example",
        remark=f"remark-{mark}",
        activities=(wish,),
        draft=draft,
        participant_codes=participant_codes,
    )
    return await school.database.transact(requests.submit_request, command, actor=person.actor(), clock=school.clock)


def _private(detail: RequestDetail) -> set[str]:
    request = detail.request
    return {request.reference, request.contact_name, request.contact_email, request.remark, str(request.id)}


def _things(detail: RequestDetail, common: dict[str, UUID], secrets: set[str]) -> Things:
    ids = {
        **dict.fromkeys(OF_THE_CENTRE, uuid4()),
        **{name: uuid4() for name in ("series_id", "fair_id", "exhibitor_id", "hall_id")},
        **common,
        "request_id": detail.request.id,
        "activity_id": detail.activities[0].id,
    }
    texts = {name: str(id_) for name, id_ in ids.items()} | {"kind": detail.activities[0].kind}
    return Things(texts, frozenset(secrets))
