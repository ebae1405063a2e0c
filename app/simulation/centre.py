"""What the career centre does in a day: decide, settle cases, change facts, place anew, offer."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import date, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from app.simulation.people import Answer, Person, SimulationFailed

_SOLVE_LOOK_SECONDS: Final = 0.05
_NOTE: Final = "场地排期紧张，目前排不下。"


class CareerCentre:
    """An organiser at work."""

    def __init__(self, person: Person, rng: Random, *, solve_seconds: int) -> None:
        self.person, self._rng, self._solve_seconds = person, rng, solve_seconds
        self._season = person.place.season_id
        self._refused_for_place: set[str] = set()
        # Who was left out by the release before knows it.
        self._told: set[str] = set()

    async def decide(self) -> None:
        """Decide what was asked for, and what changes of it wait for approval."""
        waiting = await self._requests("submitted")
        for series_id in sorted({request["series_id"] for request in waiting if request["series_id"]}):
            # Of the others each date is decided by itself.
            if self._rng.random() < 0.7:
                seen = (await self.person.get(f"/api/series/{series_id}"))["row_version"]
                await self.person.post(f"/api/series/{series_id}/approve", seen=seen)
        for request in await self._requests("submitted"):
            path, seen = f"/api/requests/{request['id']}", request["row_version"]
            act = self._rng.choices(("approve", "refuse", "waitlist"), (90, 5, 5))[0]
            body = {"reason_code": "unsuitable", "note": "活动内容不适合进校。"} if act == "refuse" else None
            await self.person.post(f"{path}/{act}", body, seen=seen)
        for change in await self.person.get("/api/amendments", season_id=str(self._season)):
            path, seen = f"/api/amendments/{change['id']}", change["row_version"]
            if self._rng.random() < 0.8:
                await self.person.post(f"{path}/accept", seen=seen)
            else:
                await self.person.post(f"{path}/refuse", {"reason_code": "other", "note": "暂不调整。"}, seen=seen)

    async def settle_cases(self) -> None:
        """Work on open cases: move, offer others, agree, give back, or leave it for another day."""
        for case in await self.person.get("/api/cases", season_id=str(self._season), state="open"):
            act = self._rng.choices(("move", "offer", "keep", "give_back", "later"), (5, 3, 1, 1, 2))[0]
            if act == "move":
                await self._move_away(case)
            elif act == "offer":
                await self.person.post(f"/api/requests/{case['request_id']}/offers", {"origin": "replacement"})
            elif act == "keep":
                await self.person.post(
                    f"/api/cases/{case['id']}/keep", {"reason": "已与单位商定。"}, seen=case["row_version"]
                )
            elif act == "give_back":
                await self.person.ask("DELETE", f"/api/bookings/{case['booking_id']}", reason="场地情况有变。")

    async def _move_away(self, case: dict[str, Any]) -> None:
        found = await self.person.ask(
            "GET", "/api/bookings/free", activity_id=case["activity_id"], near=case["starts_at"]
        )
        if found.is_yes and found.body["alternatives"]:
            place = self._rng.choice(found.body["alternatives"])
            wanted = {name: place[name] for name in ("starts_at", "room_ids", "channel_id")}
            await self.person.ask("PUT", f"/api/bookings/{case['booking_id']}", {**wanted, "outside_wishes": True})

    async def change_a_fact(self, today: date) -> None:
        """Change a fact; where that breaks promises, leave it or say yes to breaking them."""
        change = self._rng.choice(
            (self._close_a_room, self._close_a_room, self._shrink_a_room, self._shorten_hours, self._declare_day_off)
        )
        act = await change(today)
        answer = await act({})
        if answer.problem == "promises-broken" and self._rng.random() < 0.6:
            await act({"accept_broken": [entry["booking_id"] for entry in answer.body["broken"]]})

    async def release(self, today: date) -> UUID | None:
        """Place what waits and release it; give the version, where one was released.

        Those whom the last release left out are tried again on Mondays.
        """
        waiting = {request["id"] for request in await self._requests("approved")}
        if not waiting or (waiting <= self._told and today.weekday() != 0):
            return None
        wanted = {"season_id": str(self._season), "time_limit_seconds": self._solve_seconds}
        asked = await self.person.post("/api/solve-runs", wanted)
        if not asked.is_yes:
            return None
        run = asked.body
        while run["state"] in ("queued", "running"):
            await asyncio.sleep(_SOLVE_LOOK_SECONDS)
            run = await self.person.get(f"/api/solve-runs/{run['id']}")
        if run["state"] != "finished":
            raise SimulationFailed(f"the solve {run['state']}: {run['error']}")
        path = f"/api/versions/{run['version_id']}"
        version = await self.person.get(path)
        left_out = [entry["request_id"] for entry in await self.person.get(f"{path}/unplaced")]
        body = {"changelog": "更新", "tell_unplaced": sorted(set(left_out) - self._told)}
        released = await self.person.post(f"{path}/release", body, seen=version["row_version"])
        if not released.is_yes:
            await self.person.post(f"{path}/discard")
            return None
        self._told = set(left_out)
        return UUID(run["version_id"])

    async def care_for_left_out(self, version_id: UUID) -> None:
        """Refuse some of those that a release left out, waitlist others; offer other places to some."""
        for entry in await self.person.get(f"/api/versions/{version_id}/unplaced"):
            path, drawn = f"/api/requests/{entry['request_id']}", self._rng.random()
            request = (await self.person.get(path))["request"]
            if request["state"] != "approved":
                continue
            if drawn < 0.12:
                body = {"reason_code": "other", "note": _NOTE}
                if (await self.person.post(f"{path}/refuse", body, seen=request["row_version"])).is_yes:
                    self._refused_for_place.add(entry["request_id"])
            elif drawn < 0.3:
                await self.person.post(f"{path}/waitlist", seen=request["row_version"])
            elif drawn < 0.6:
                await self.person.post(f"{path}/offers", {"note": "可以考虑以下安排。"})
        for request_id in sorted(self._refused_for_place):
            await self.person.post(f"/api/requests/{request_id}/offers", {})
        self._refused_for_place.clear()

    async def look_at_waitlist(self) -> None:
        """Take some of those who wait into the next solve; the others get what becomes free by themselves."""
        for request in await self._requests("waitlisted"):
            if self._rng.random() < 0.2:
                await self.person.post(f"/api/requests/{request['id']}/approve", seen=request["row_version"])

    async def note_no_shows(self, missed: Collection[str]) -> None:
        """Note that nobody came to what is over."""
        for request in await self._requests("took_place"):
            if request["id"] in missed:
                await self.person.post(f"/api/requests/{request['id']}/no-show")

    async def _requests(self, state: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.person.get("/api/requests", season_id=str(self._season), state=state)
        return found

    async def _a_room(self) -> dict[str, Any]:
        rooms = await self.person.get("/api/rooms")
        booked = {
            room
            for booking in await self.person.get("/api/bookings", season_id=str(self._season))
            for room in booking["room_ids"]
        }
        used = [room for room in rooms if room["id"] in booked] or rooms
        chosen: dict[str, Any] = self._rng.choice(used)
        return chosen

    async def _close_a_room(self, today: date) -> "Change":
        room, first = await self._a_room(), today + timedelta(days=self._rng.randint(3, 12))
        body = {"first_day": first.isoformat(), "last_day": (first + timedelta(days=2)).isoformat(), "note": "检修"}
        return lambda more: self.person.post(f"/api/resources/{room['id']}/closures", {**body, **more})

    async def _shrink_a_room(self, _: date) -> "Change":
        room = await self._a_room()
        body = {"capacity": max(4, room["capacity"] * 4 // 5)}
        return lambda more: self.person.ask(
            "PATCH", f"/api/rooms/{room['id']}", {**body, **more}, seen=room["row_version"]
        )

    async def _shorten_hours(self, _: date) -> "Change":
        room = await self._a_room()
        hours = [
            {"weekday": day, "opens": "08:00:00", "closes": "19:00:00" if day == 3 else "22:00:00"}
            for day in range(1, 8)
        ]
        return lambda more: self.person.ask(
            "PATCH", f"/api/rooms/{room['id']}", {"opening_hours": hours, **more}, seen=room["row_version"]
        )

    async def _declare_day_off(self, today: date) -> "Change":
        day = today + timedelta(days=self._rng.randint(8, 25))
        body = {"is_working": False, "name_zh": "校运会", "name_en": "Sports day"}
        return lambda more: self.person.ask("PUT", f"/api/seasons/calendar/{day}", {**body, **more})


Change = Callable[[dict[str, Any]], Awaitable[Answer]]
