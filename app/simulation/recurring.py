"""Employers that ask for one thing on many days; they change the rest of it, give up a date, some all that is left."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

import msgspec

from app.demo.rhythm import FIRST_DAY, LAST_DAY, worked_days
from app.simulation.owners import REQUEST_FIELDS, STEP_FIELDS, Owner, Wish
from app.simulation.season import Plan

_KIND: Final = "interview_block"
_WEEKS: Final = 8
_LIVE: Final = ("submitted", "returned", "approved", "waitlisted", "scheduled")
# All of them want more than half of the interview rooms at the same hours: where two series meet, a date clashes.
_ROOMS_NEEDED: Final = 3
_WEEKDAYS: Final = (3, 3, 5)
_AHEAD_WORKING_DAYS: Final = 8


class SeriesPlan(msgspec.Struct, kw_only=True):
    """A series that an employer is going to ask for, and when it does what else with it; None: never."""

    asked_on: date
    weekday: int
    changed_on: date
    given_up_on: date
    ended_on: date | None
    id: str | None = None


def plan_series(seed: int, companies: Sequence[str], *, count: int) -> dict[str, SeriesPlan]:
    """Give the plans of some companies; the first of them asks before anybody is placed."""
    rng = Random(f"{seed} series")
    days = worked_days(FIRST_DAY, LAST_DAY)
    plans = {}
    for number, company in enumerate(rng.sample(list(companies), min(count, len(companies)))):
        asked = 1 if number == 0 else rng.randint(2, 20)
        changed, given_up = asked + rng.randint(5, 14), asked + rng.randint(6, 24)
        plans[company] = SeriesPlan(
            asked_on=days[asked],
            weekday=rng.choice(_WEEKDAYS),
            changed_on=days[changed],
            given_up_on=days[given_up],
            ended_on=days[given_up + rng.randint(1, 10)] if rng.random() < 0.3 else None,
        )
    return plans


class Recurring:
    """A series in the hands of its owner."""

    def __init__(self, owner: Owner, plan: SeriesPlan, rng: Random) -> None:
        self._owner, self._plan, self._rng = owner, plan, rng

    async def live(self, today: date) -> None:
        """Do what is planned for a day."""
        plan = self._plan
        if plan.id is None:
            if plan.asked_on <= today:
                plan.asked_on = LAST_DAY + timedelta(days=1)  # what is refused is not tried again
                await self._ask(today)
            return
        if plan.changed_on <= today:
            plan.changed_on = LAST_DAY
            await self._change(plan.id, today)
        if plan.given_up_on <= today:
            plan.given_up_on = LAST_DAY
            await self._give_a_date_up(plan.id)
        if plan.ended_on is not None and plan.ended_on <= today:
            plan.ended_on = None
            body = {"from_day": (today + timedelta(days=4)).isoformat(), "note": "招满了。"}
            await self._owner.person.post(f"/api/series/{plan.id}/cancel", body)

    async def _ask(self, today: date) -> None:
        first = [day for day in worked_days(FIRST_DAY, LAST_DAY) if day > today][_AHEAD_WORKING_DAYS]
        last = min(first + timedelta(weeks=_WEEKS), LAST_DAY)
        wish = self._owner.as_wish(
            {"kind": _KIND, "attendance": 9, "duration_minutes": 120, "rooms_needed": _ROOMS_NEEDED}
        )
        wish["activities"][0].pop("windows", None)
        wish["title"] = "每周面试日"
        wish["repeat"] = {
            "first_day": first.isoformat(), "last_day": last.isoformat(), "weekdays": [self._plan.weekday],
            "from_time": "13:30:00", "until_time": "17:00:00",
        }  # fmt: skip
        answer = await self._owner.person.post("/api/series", wish)
        if answer.is_yes:
            self._plan.id = answer.body["id"]
            await self._take_over(answer.body)

    async def _take_over(self, series: dict[str, Any]) -> None:
        """Its dates are requests like others to their owner, who answers what is kept for them."""
        for entry in series["dates"]:
            request_id = entry["request"]["id"]
            detail = await self._owner.person.get(f"/api/requests/{request_id}")
            self._owner.plans = (
                *self._owner.plans,
                Plan(
                    ask=self._owner.plans[0].ask,
                    asked_on=FIRST_DAY,
                    fate="",
                    fate_on=LAST_DAY,
                    request_id=UUID(request_id),
                    activity_ids=frozenset(UUID(activity["id"]) for activity in detail["activities"]),
                ),
            )

    async def _change(self, series_id: str, today: date) -> None:
        """Ask for something else on the dates that are still to come."""
        series = await self._owner.person.get(f"/api/series/{series_id}")
        live = _live(series)
        if not live:
            return
        detail = await self._owner.person.get(f"/api/requests/{live[0]['request']['id']}")
        wish: Wish = {name: detail["request"][name] for name in REQUEST_FIELDS}
        wish["posts"] = detail["posts"]
        wish["activities"] = [
            {name: step[name] for name in STEP_FIELDS if name not in ("id", "windows")} for step in detail["activities"]
        ]
        wish["from_day"] = (today + timedelta(days=7)).isoformat()
        change = self._rng.choice(("fewer", "longer", "evening"))
        if change == "fewer":
            wish["activities"][0]["rooms_needed"] = _ROOMS_NEEDED - 1
        elif change == "longer":
            wish["activities"][0]["duration_minutes"] = 150
        else:
            wish |= {"from_time": "17:00:00", "until_time": "21:00:00"}
        answer = await self._owner.person.ask("PUT", f"/api/series/{series_id}", wish, seen=series["row_version"])
        for outcome in answer.body["outcomes"] if answer.is_yes else ():
            if outcome["outcome"] == "choose":
                await self._owner.accept_an_offer(UUID(outcome["request_id"]))

    async def _give_a_date_up(self, series_id: str) -> None:
        live = _live(await self._owner.person.get(f"/api/series/{series_id}"))
        if live:
            request = self._rng.choice(live)["request"]
            await self._owner.give_up(request["id"], request["state"])


def _live(series: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry for entry in series["dates"] if entry["request"]["state"] in _LIVE and not entry["has_begun"]]
