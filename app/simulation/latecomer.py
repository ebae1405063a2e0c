"""Somebody who comes late and needs just what another one was given and has not confirmed: that one moves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from app.clock import Clock
from app.simulation.owners import Owner
from app.simulation.people import Person

_TRIES: Final = 12


class Latecomer:
    """An employer who calls the career centre on the day of a release, until once somebody has moved for it."""

    def __init__(self, owner: Owner, centre: Person, clock: Clock) -> None:
        self._owner, self._centre, self._clock = owner, centre, clock
        self._has_come = False

    async def come(self) -> None:
        """Ask for the time and room of somebody who has not answered, the largest rooms first."""
        if self._has_come:
            return
        rooms = {room["id"]: room for room in await self._centre.get("/api/rooms") if room["department_id"] is None}
        season = {"season_id": str(self._centre.place.season_id)}
        kept = [
            (rooms[booking["room_ids"][0]], booking)
            for booking in await self._centre.get("/api/bookings", **season)
            if booking["state"] == "tentative"
            and booking["channel_id"] is None
            and len(booking["room_ids"]) == 1
            and booking["room_ids"][0] in rooms
        ]
        kept.sort(key=lambda pair: (-pair[0]["capacity"], pair[1]["starts_at"]))
        for room, booking in kept[:_TRIES]:
            if await self._gets(room, booking):
                self._has_come = True
                return

    async def _gets(self, room: dict[str, Any], booking: dict[str, Any]) -> bool:
        asked = await self._owner.ask_for(self._wish(room, booking))
        if not asked.is_yes:
            return False
        path, seen = f"/api/requests/{asked.body['request']['id']}", asked.body["request"]["row_version"]
        await self._centre.must("POST", f"{path}/approve", seen=seen)
        offered = await self._centre.post(f"{path}/offers", {})
        for offer in offered.body if offered.is_yes else ():
            answer = await self._owner.person.post(f"/api/offers/{offer['id']}/accept", seen=offer["row_version"])
            if answer.is_yes:
                return bool(offer["moving"])
        await self._owner.person.post(f"{path}/withdraw")
        return False

    def _wish(self, room: dict[str, Any], booking: dict[str, Any]) -> dict[str, Any]:
        starts, ends = (self._clock.local(datetime.fromisoformat(booking[name])) for name in ("starts_at", "ends_at"))
        day = starts.date().isoformat()
        window = {"first_day": day, "last_day": day, "preference": 10}
        return {
            "kind": "info_session",
            "attendance": room["capacity"],
            "duration_minutes": round((ends - starts).total_seconds() / 60),
            "features": room["features"],
            "campus_ids": [room["campus_id"]],
            "windows": [{**window, "from_time": starts.time().isoformat(), "until_time": ends.time().isoformat()}],
        }


def latest(owners: Sequence[Owner]) -> Owner:
    """Give the employer that asks for its own last of all."""
    return max(
        (owner for owner in owners if not owner.plans[0].ask.department), key=lambda owner: owner.plans[0].asked_on
    )
