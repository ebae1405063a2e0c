"""What owners do in a day: ask, read their mail, answer, change their minds."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from app.demo.asks import Ask
from app.demo.rhythm import LAST_DAY, shift
from app.simulation.letters import Letter, LetterBox
from app.simulation.people import Answer, Person, Reader
from app.simulation.season import Plan

STEP_FIELDS: Final = (
    *("id", "kind", "attendance", "duration_minutes", "attendance_mode", "rooms_needed", "booths", "outsiders"),
    *("features", "campus_ids", "asked_room_ids", "audience", "windows"),
    *("gap_after_previous_minutes", "same_day_as_previous"),
)
REQUEST_FIELDS: Final = (
    "title",
    "contact_name",
    "contact_email",
    "contact_phone",
    "contact_locale",
    "notice_text",
    "remark",
)
_AMENDABLE: Final = ("approved", "scheduled", "waitlisted")
Wish = dict[str, Any]


class Owner:
    """A contact of an employer, or the staff of a department, with what they are going to ask for."""

    def __init__(
        self, person: Person, reader: Reader, box: LetterBox, plans: Sequence[Plan], rng: Random,
        as_request: Callable[[Ask], Wish], successor: Person | None = None, leaves_on: date = LAST_DAY,
    ) -> None:  # fmt: skip
        self.person, self.plans = person, tuple(plans)
        self._successor, self._leaves_on = successor, leaves_on
        self._reader, self._box, self._rng, self._as_request = reader, box, rng, as_request
        self._kept: set[UUID] = set()

    async def live(self, today: date) -> None:
        """Do what this owner does on a day."""
        for plan in self.plans:
            if plan.request_id is None and plan.asked_on <= today:
                await self._ask(plan)
        for letter in self._box.take_unread(self.person.email):
            await self._read(letter)
        for request_id in sorted(self._kept):
            await self._answer_kept(request_id)
        for plan in self.plans:
            if plan.request_id is not None and plan.fate_on <= today:
                await self._meet_fate(plan, plan.request_id, today)

    def leaves(self, today: date) -> bool:
        """Whether this contact hands everything over to a colleague on a day."""
        return self._successor is not None and today >= self._leaves_on

    async def hand_over(self) -> None:
        """Give all requests to the colleague, who reads the mail from now on."""
        assert self._successor is not None  # noqa: S101 - whoever leaves has one
        path = f"/api/employers/{(await self.person.get('/api/session'))['employer_id']}"
        people = {one["email"]: one["account_id"] for one in (await self.person.get(f"{path}/people"))["people"]}
        given = {"from_account_id": people[self.person.email], "to_account_id": people[self._successor.email]}
        await self.person.must("POST", f"{path}/handovers", given)
        self.person, self._successor = self._successor, None

    async def _ask(self, plan: Plan) -> None:
        answer = await self.person.post("/api/requests", self._as_request(plan.ask))
        if not answer.is_yes:
            plan.asked_on = LAST_DAY + timedelta(days=1)  # it was refused, and is not tried again
            return
        plan.request_id = UUID(answer.body["request"]["id"])
        plan.activity_ids = frozenset(UUID(activity["id"]) for activity in answer.body["activities"])

    async def ask_for(self, activity: Wish) -> Answer:
        """Ask for something that was not planned."""
        return await self.person.post("/api/requests", self.as_wish(activity))

    def as_wish(self, activity: Wish) -> Wish:
        """Give what one asks with for something that was not planned."""
        return {**self._as_request(self.plans[0].ask), "activities": [activity]}

    async def _read(self, letter: Letter) -> None:
        if letter.purpose == "booking_tentative" and letter.activity_id is not None:
            self._kept |= await self._requests_with(letter.activity_id)
        tokens = letter.offer_tokens
        if not tokens:
            return
        token, act = (
            self._rng.choice(tokens),
            self._rng.choices(("accept", "api", "decline", "ignore"), (5, 3, 1, 2))[0],
        )
        if act in ("accept", "decline"):
            await self._reader.answer_offer(token, act)
        elif act == "api":
            for plan in self.plans:
                if plan.request_id is not None:
                    await self.accept_an_offer(plan.request_id)

    async def _requests_with(self, activity_id: UUID) -> set[UUID]:
        """Give the request that an activity is a step of; a change may have brought it."""
        if all(activity_id not in plan.activity_ids for plan in self.plans):
            for plan in self.plans:
                if plan.request_id is not None:
                    detail = await self.person.get(f"/api/requests/{plan.request_id}")
                    plan.activity_ids |= {UUID(step["id"]) for step in detail["activities"]}
        return {plan.request_id for plan in self.plans if plan.request_id and activity_id in plan.activity_ids}

    async def accept_an_offer(self, request_id: UUID) -> None:
        """Accept one of the offers that are open for a request, if there is any."""
        offers = await self.person.get(f"/api/requests/{request_id}/offers")
        still = [offer for offer in offers if offer["state"] == "open" and not offer["awaits_approval"]]
        if still:
            offer = self._rng.choice(still)
            await self.person.post(f"/api/offers/{offer['id']}/accept", seen=offer["row_version"])

    async def _answer_kept(self, request_id: UUID) -> None:
        """Answer what a release keeps, some days later, or never."""
        act = self._rng.choices(("wait", "accept", "decline", "another"), (10, 8, 1, 1))[0]
        if act == "wait":
            return
        detail = await self.person.get(f"/api/requests/{request_id}")
        path, seen = f"/api/requests/{request_id}", detail["request"]["row_version"]
        self._kept.discard(request_id)
        if act == "accept":
            await self.person.post(f"{path}/accept", seen=seen)
        elif act == "decline":
            body = {"note": "这个时间不合适。", "withdraw": self._rng.random() < 1 / 3}
            await self.person.post(f"{path}/decline", body, seen=seen)
        elif (await self.person.post(f"{path}/ask-another")).is_yes:
            await self.accept_an_offer(request_id)

    async def _meet_fate(self, plan: Plan, request_id: UUID, today: date) -> None:
        detail = await self.person.get(f"/api/requests/{request_id}")
        state = detail["request"]["state"]
        if plan.fate == "cancel" and state in ("approved", "scheduled"):
            await self.give_up(request_id, state)
            plan.fate = ""
        elif plan.fate == "amend" and state in _AMENDABLE:
            await self._amend(detail, request_id, today)
            plan.fate = ""

    async def give_up(self, request_id: UUID | str, state: str) -> None:
        """Cancel what has a place, withdraw what has none."""
        act = "cancel" if state == "scheduled" else "withdraw"
        body = {"note": "计划有变。"} if act == "cancel" else None
        await self.person.post(f"/api/requests/{request_id}/{act}", body)

    async def _amend(self, detail: dict[str, Any], request_id: UUID, today: date) -> None:
        wish: Wish = {name: detail["request"][name] for name in REQUEST_FIELDS}
        wish["posts"] = detail["posts"]
        wish["activities"] = [{name: activity[name] for name in STEP_FIELDS} for activity in detail["activities"]]
        changed = self._rng.choice(_CHANGES)(wish, today, self._rng)
        answer = await self.person.ask(
            "PUT", f"/api/requests/{request_id}/amendment", changed, seen=detail["request"]["row_version"]
        )
        offers = [offer for offer in answer.body["offers"] if not offer["awaits_approval"]] if answer.is_yes else []
        if offers and self._rng.random() < 0.7:
            offer = self._rng.choice(offers)
            await self.person.post(f"/api/offers/{offer['id']}/accept", seen=offer["row_version"])


def _fewer(wish: Wish, _: date, __: Random) -> Wish:
    for activity in wish["activities"]:
        activity["attendance"] = max(1, activity["attendance"] * 7 // 10)
    return wish


def _shorter(wish: Wish, _: date, __: Random) -> Wish:
    last = wish["activities"][-1]
    last["duration_minutes"] = max(60, last["duration_minutes"] - 30)
    return wish


def _some_more(wish: Wish, _: date, rng: Random) -> Wish:
    first = wish["activities"][0]
    first["attendance"] = first["attendance"] * rng.choice((11, 12, 16)) // 10
    return wish


def _longer(wish: Wish, _: date, rng: Random) -> Wish:
    wish["activities"][0]["duration_minutes"] += rng.choice((30, 60))
    return wish


def _other_days(wish: Wish, today: date, rng: Random) -> Wish:
    later = shift(max(today, date(2023, 2, 13)) if today.weekday() < 5 else date(2023, 3, 1), rng.randint(6, 12))
    window = {"first_day": later.isoformat(), "last_day": shift(later, 8).isoformat(), "preference": 10}
    for activity in wish["activities"]:
        activity["windows"] = [window]
    return wish


def _one_step_more(wish: Wish, _: date, __: Random) -> Wish:
    if wish["activities"][-1]["kind"] not in ("info_session", "written_test"):
        return _fewer(wish, _, __)
    wish["activities"].append(
        {
            "kind": "interview_block",
            "attendance": 6,
            "duration_minutes": 120,
            "rooms_needed": 2,
            "gap_after_previous_minutes": 30,
            "windows": wish["activities"][-1]["windows"],
        }
    )
    return wish


def _one_step_less(wish: Wish, today: date, rng: Random) -> Wish:
    if len(wish["activities"]) == 1:
        return _longer(wish, today, rng)
    wish["activities"].pop()
    return wish


def _text_only(wish: Wish, _: date, __: Random) -> Wish:
    wish["notice_text"] += "（岗位有更新）"
    return wish


_CHANGES: Final = (
    _fewer,
    _shorter,
    _some_more,
    _longer,
    _other_days,
    _other_days,
    _one_step_more,
    _one_step_less,
    _text_only,
)
