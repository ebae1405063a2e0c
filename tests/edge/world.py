"""What the table's `@names` stand for: somebody of each role, and things in states that refuse."""

import re
from datetime import date, time
from typing import Any

from app.accounts import service as accounts
from app.accounts.domain import Account
from app.actors import Actor
from app.bookings import service as bookings
from app.bookings.domain import ConfirmPlacement
from app.duties.domain import GiveDuty
from app.duties.service import give_duty
from app.seasons import service as seasons
from app.seasons.domain import CreateSeason
from tests.school import School, at, credit_code, talk

Names = dict[str, str]
_NAME = re.compile(r"@([a-z_]+)")


class World:
    """The names, and a session token for each role."""

    def __init__(self, names: Names, tokens: Names) -> None:
        self.names = names
        self.tokens = tokens

    def headers(self, role: str) -> Names:
        """Somebody of this role, reading English."""
        token = self.tokens.get(role)
        return {"Accept-Language": "en"} | ({"Cookie": f"session={token}; locale=en"} if token else {})

    def path(self, path: str) -> str:
        """With the names' ids."""
        return _NAME.sub(lambda found: self.names[found[1]], path)

    def fill(self, sent: Any) -> Any:
        """A body with the names' ids."""
        if isinstance(sent, dict):
            return {key: self.fill(value) for key, value in sent.items()}
        if isinstance(sent, list):
            return [self.fill(value) for value in sent]
        if isinstance(sent, str) and sent.startswith("@"):
            return self.names[sent[1:]]
        return sent


async def build(school: School) -> World:
    """Fill a school."""
    database, clock = school.database, school.clock
    department = await school.department("CS")
    mine, others = await school.employer(), await school.employer(verified=False)
    people: dict[str, Account] = {
        "organiser": await school.account("organiser"),
        "administrator": await school.account("administrator"),
        "staff": await school.account("department_staff", department_id=department.id),
        "contact": await school.account("employer_contact", employer_id=mine.id),
        "newcomer": await school.account("employer_contact"),
        "plain": await school.account("staff"),
        "approver": await school.account("staff"),
    }
    tokens = {role: await _token(school, account) for role, account in people.items()}
    organiser = people["organiser"].actor()
    given = GiveDuty(
        account_id=people["approver"].id,
        department_id=department.id,
        first_day=clock.now().date(),
        last_day=date(2023, 4, 30),
    )
    await database.transact(give_duty, given, actor=organiser, clock=clock)
    room, small = await school.room(100), await school.room(10)
    asked = await school.request(talk(), employer=mine)
    streamed = await school.request(talk(features=("streaming",)), employer=mine)
    waiting = await school.request(talk(), employer=mine, approved=False)
    unverified = await school.request(talk(), employer=others, approved=False)
    names = {
        "season": school.season.id,
        "short_season": await _short_season(school, organiser),
        "campus": school.campus.id,
        "department": department.id,
        "room": room.id,
        "small_room": small.id,
        "hall": (await school.room(100, department=department)).id,
        "channel": (await school.channel()).id,
        "employer": mine.id,
        "other_employer": others.id,
        "taken_code": mine.credit_code,
        "credit_code": credit_code(90_001),
        "wrong_code": _one_wrong(credit_code(90_002)),
        "request": asked.request.id,
        "activity": asked.activities[0].id,
        "streamed": streamed.activities[0].id,
        "waiting_activity": waiting.activities[0].id,
        "waiting_request": waiting.request.id,
        "unverified_request": unverified.request.id,
        "released": await _released(school, asked.activities[0].id, room.id, organiser),
    }
    links = [await database.transact(accounts.issue_token, people["newcomer"].id, "verify_email") for _ in range(3)]
    await database.transact(accounts.verify_email, links[0], now=clock.now())
    expire = "UPDATE one_time_token SET expires_at = now() - interval '1 second' WHERE token_hash = sha256($1::bytea)"
    await database.pool.execute(expire, links[1].encode())
    names |= {"used_link": links[0], "old_link": links[1], "verify_link": links[2]}
    return World({name: str(value) for name, value in names.items()}, {**tokens, "stranger": "nobody-gave-me-this"})


async def _token(school: School, account: Account) -> str:
    return await school.database.transact(accounts.open_session, account.id)


async def _short_season(school: School, organiser: Actor) -> object:
    command = CreateSeason(
        code="short-2023",
        name_zh="短",
        name_en="Short",
        first_day=date(2023, 2, 2),
        last_day=date(2023, 4, 30),
        day_opens=time(12),
        day_closes=time(20),
    )
    created = await school.database.transact(seasons.create_season, command, actor=organiser, now=school.clock.now())
    return created.id


async def _released(school: School, activity_id: Any, room_id: Any, organiser: Actor) -> object:
    wanted = ConfirmPlacement(activity_id=activity_id, starts_at=at(20, 14), room_ids=(room_id,))
    booking = await bookings.confirm_placement(
        school.database, wanted, actor=organiser, locale="en", clock=school.clock
    )
    await school.database.transact(
        bookings.release_booking, booking.id, reason="", actor=organiser, now=school.clock.now()
    )
    return booking.id


def _one_wrong(code: str) -> str:
    return code[:9] + ("B" if code[9] == "A" else "A") + code[10:]
