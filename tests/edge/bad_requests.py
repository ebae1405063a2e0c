"""The table: what is sent by whom, and the exact refusal. `@name` stands for something of the school in world.py."""

import json
from typing import Any, NamedTuple

NOBODY_KNOWS = "00000000-0000-7000-8000-000000000000"
INT32, INT64 = 2**31, 2**63
Body = dict[str, Any]


class Bad(NamedTuple):
    """One refusal: `code` and `path` of its first field error, where it has any."""

    name: str
    role: str
    request: str
    sent: Any
    status: int
    type: str
    code: str = ""
    path: str = ""
    headers: dict[str, str] = {}


def season(**changes: Any) -> Body:
    given = {"code": "bad", "name_zh": "坏", "name_en": "Bad", "first_day": "2023-02-02", "last_day": "2023-04-30"}
    return {**given, **changes}


def room(**changes: Any) -> Body:
    given = {"code": "bad", "campus_id": "@campus", "name_zh": "坏", "name_en": "Bad", "capacity": 60}
    return {**given, **changes}


def employer(**changes: Any) -> Body:
    return {"legal_name": "江城坏有限公司", "credit_code": "@credit_code", "size_class": "small", **changes}


def activity(**changes: Any) -> Body:
    return {"kind": "info_session", "attendance": 50, "duration_minutes": 120, **changes}


def window(**changes: Any) -> Body:
    return {"first_day": "2023-03-06", "last_day": "2023-03-10", **changes}


def wish(*activities: Body, **changes: Any) -> Body:
    return {"season_id": "@season", "title": "Bad", "activities": list(activities or [activity()]), **changes}


def windowed(**changes: Any) -> Body:
    return wish(activity(windows=[window(**changes)]))


def booking(**changes: Any) -> Body:
    given = {"activity_id": "@activity", "starts_at": "2023-03-08T14:00:00+08:00", "room_ids": ["@room"]}
    return {**given, **changes}


def _at(moment: str) -> Body:
    return booking(starts_at=moment)


_WINDOW = "activities[0].windows[0]"
_DEEP = b"[" * 200_000 + b"]" * 200_000
_LATIN = '{"code": "bad", "name_zh": "坏"}'.encode("gb18030")
_IF = {"If-Match": "*"}

SHAPES = [
    Bad("empty body", "organiser", "POST /api/seasons", b"", 422, "invalid", "invalid"),
    Bad("half a body", "organiser", "POST /api/seasons", b'{"code": "b', 400, "malformed"),
    Bad("huge body", "organiser", "POST /api/seasons", season(name_zh="坏" * 3_500_000), 422, "invalid", "too-long", "name_zh"),
    Bad("larger than accepted", "organiser", "POST /api/seasons", b" " * (12 * 1024 * 1024 + 1), 413, "too-large"),
    Bad("not UTF-8", "organiser", "POST /api/campuses", _LATIN, 400, "malformed"),
    Bad("deep JSON", "organiser", "POST /api/seasons", _DEEP, 400, "malformed"),
    Bad("deep JSON where anything fits", "organiser", "PUT /api/seasons/@season/policies/move_budget", b'{"value": ' + _DEEP + b"}", 400, "malformed"),
    Bad("a list for an object", "organiser", "POST /api/seasons", [], 422, "invalid", "wrong-type"),
    Bad("null", "organiser", "POST /api/seasons", None, 422, "invalid", "wrong-type"),
    Bad("a number for a text", "organiser", "POST /api/seasons", season(code=1), 422, "invalid", "wrong-type", "code"),
    Bad("a missing field", "organiser", "POST /api/seasons", {"code": "bad"}, 422, "invalid", "missing", "name_zh"),
    Bad("an unknown field", "organiser", "POST /api/seasons", season(colour="red"), 422, "invalid", "unknown-field", "colour"),
    Bad("a field of a field is missing", "organiser", "POST /api/requests", wish({"kind": "info_session", "attendance": 1}), 422, "invalid", "missing", "activities[0].duration_minutes"),
    Bad("wrong content type", "organiser", "POST /api/seasons", b"code=bad", 400, "malformed", headers={"Content-Type": "application/x-www-form-urlencoded"}),
    Bad("wrong method", "organiser", "DELETE /api/seasons", b"", 405, "method-not-allowed"),
    Bad("no such address", "organiser", "GET /api/nothing", b"", 404, "not-found"),
    Bad("NUL in an address", "organiser", "GET /api/campuses/%00", b"", 404, "campus-not-found"),
    Bad("NUL in a name", "organiser", "POST /api/campuses", {"code": "bad", "name_zh": "a\0b", "name_en": "x"}, 422, "invalid", "control-character", "name_zh"),
    Bad("half a character", "organiser", "POST /api/campuses", b'{"code": "bad", "name_zh": "\\ud800", "name_en": "x"}', 400, "malformed"),
    Bad("a code with a line end", "organiser", "POST /api/rooms", room(code="A-1\nB"), 422, "invalid", "wrong-form", "code"),
    Bad("a name of two lines", "organiser", "POST /api/rooms", room(name_zh="A\nB"), 422, "invalid", "line-break", "name_zh"),
    Bad("a feature twice", "organiser", "POST /api/rooms", room(features=["stage", " stage"]), 422, "invalid", "doubled", "features[1]"),
]  # fmt: skip

TIMES = [
    Bad("29 February 2023", "organiser", "POST /api/seasons", season(first_day="2023-02-29"), 422, "invalid", "wrong-date", "first_day"),
    Bad("a month 13", "organiser", "POST /api/seasons", season(first_day="2023-13-01"), 422, "invalid", "wrong-date", "first_day"),
    Bad("a season ends before it starts", "organiser", "POST /api/seasons", season(last_day="2023-02-01"), 422, "invalid", "ends-before-start", "last_day"),
    Bad("a season of ten years", "organiser", "POST /api/seasons", season(last_day="2033-02-01"), 422, "invalid", "too-long", "last_day"),
    Bad("a season of the last year", "organiser", "POST /api/seasons", season(first_day="9999-12-01", last_day="9999-12-31"), 422, "invalid", "impossible-year", "first_day"),
    Bad("a season of the first year", "organiser", "POST /api/seasons", season(first_day="0001-01-01", last_day="0001-02-01"), 422, "invalid", "impossible-year", "first_day"),
    Bad("a day that closes before it opens", "organiser", "POST /api/seasons", season(day_opens="22:00:00", day_closes="08:00:00"), 422, "invalid", "ends-before-start", "day_closes"),
    Bad("a day off the grid", "organiser", "POST /api/seasons", season(day_opens="08:10:00"), 422, "invalid", "off-grid", "day_opens"),
    Bad("microseconds", "organiser", "POST /api/seasons", season(day_opens="08:00:00.5"), 422, "invalid", "seconds", "day_opens"),
    Bad("a grid of 7 minutes", "organiser", "POST /api/seasons", season(grid_minutes=7), 422, "invalid", "unknown-value", "grid_minutes"),
    Bad("a season's code twice", "organiser", "POST /api/seasons", season(code="spring-2023"), 409, "season-code-taken"),
    Bad("an unknown policy", "organiser", "PUT /api/seasons/@season/policies/luck", {"value": 1}, 404, "policy-not-found"),
    Bad("a policy of the wrong kind", "organiser", "PUT /api/seasons/@season/policies/move_budget", {"value": "ten"}, 422, "invalid", "wrong-type", "value"),
    Bad("a policy too small", "organiser", "PUT /api/seasons/@season/policies/move_budget", {"value": -1}, 422, "invalid", "too-small", "value"),
    Bad("a share above one", "organiser", "PUT /api/seasons/@season/policies/tolerance_preference", {"value": 1.5}, 422, "invalid", "too-large", "value"),
    Bad("a season that is not there", "organiser", f"GET /api/seasons/{NOBODY_KNOWS}", b"", 404, "season-not-found"),
    Bad("a season's id that is none", "organiser", "GET /api/seasons/spring", b"", 404, "not-found"),
    Bad("a calendar day that is none", "organiser", "PUT /api/seasons/calendar/2023-02-29", {"is_working": True}, 404, "not-found"),
]  # fmt: skip

PLACES = [
    Bad("zero seats", "organiser", "POST /api/rooms", room(capacity=0), 422, "invalid", "too-small", "capacity"),
    Bad("negative seats", "organiser", "POST /api/rooms", room(capacity=-5), 422, "invalid", "too-small", "capacity"),
    Bad("seats beyond int32", "organiser", "POST /api/rooms", room(capacity=INT32), 422, "invalid", "too-large", "capacity"),
    Bad("seats beyond int64", "organiser", "POST /api/rooms", room(capacity=INT64 * 4), 422, "invalid", "too-large", "capacity"),
    Bad("half a seat", "organiser", "POST /api/rooms", room(capacity=1.5), 422, "invalid", "wrong-type", "capacity"),
    Bad("no such campus", "organiser", "POST /api/rooms", room(campus_id=NOBODY_KNOWS), 422, "invalid", "unknown-campus", "campus_id"),
    Bad("no such feature", "organiser", "POST /api/rooms", room(features=["jacuzzi"]), 422, "invalid", "unknown-value", "features[0]"),
    Bad("direction override", "organiser", "POST /api/rooms", room(name_zh="教\u202e室"), 422, "invalid", "control-character", "name_zh"),
    Bad("blank name", "organiser", "POST /api/rooms", room(name_zh="  "), 422, "invalid", "missing", "name_zh"),
    Bad("invisible name", "organiser", "POST /api/rooms", room(name_zh="\u00a0\u200b"), 422, "invalid", "missing", "name_zh"),
    Bad("no If-Match", "organiser", "PATCH /api/rooms/@room", {"capacity": 70}, 428, "version-required"),
    Bad("stale If-Match", "organiser", "PATCH /api/rooms/@room", {"capacity": 70}, 412, "changed-meanwhile", headers={"If-Match": '"99"'}),
    Bad("garbage If-Match", "organiser", "PATCH /api/rooms/@room", {"capacity": 70}, 412, "changed-meanwhile", headers={"If-Match": "'; DROP TABLE room"}),
    Bad("huge If-Match", "organiser", "PATCH /api/rooms/@room", {"capacity": 70}, 412, "changed-meanwhile", headers={"If-Match": f'"{INT64}"'}),
    Bad("no such room", "organiser", f"PATCH /api/rooms/{NOBODY_KNOWS}", {"capacity": 70}, 404, "room-not-found", headers=_IF),
    Bad("a year beyond int32", "organiser", f"GET /api/majors?catalogue_year={INT32}", b"", 422, "invalid", "out-of-range", "catalogue_year"),
    Bad("a year beyond int64 in a path", "organiser", f"PUT /api/majors/{INT64 * 4}/080901", {"name_zh": "x"}, 422, "invalid", "out-of-range", "catalogue_year", headers=_IF),
    Bad("no such code table", "organiser", "GET /api/code-tables/salaries", b"", 422, "invalid", "unknown-value", "code_table"),
    Bad("a limit beyond int64", "organiser", f"GET /api/notifications?limit={INT64 * 4}", b"", 422, "invalid", "too-large", "limit"),
    Bad("a limit of zero", "organiser", "GET /api/notifications?limit=0", b"", 422, "invalid", "too-small", "limit"),
    Bad("no such state of a message", "organiser", "GET /api/notifications?state=lost", b"", 422, "invalid", "unknown-value", "state"),
    Bad("no such state of a request", "organiser", "GET /api/requests?season_id=@season&state=asleep", b"", 422, "invalid", "unknown-value", "state"),
    Bad("a missing parameter", "organiser", "GET /api/requests", b"", 422, "invalid", "missing", "season_id"),
    Bad("a seed beyond int32", "organiser", "POST /api/solve-runs", {"season_id": "@season", "seed": INT32}, 422, "invalid", "too-large", "seed"),
    Bad("a solve of no season", "organiser", "POST /api/solve-runs", {"season_id": NOBODY_KNOWS}, 404, "season-not-found"),
    Bad("a plan without a booth", "organiser", "PUT /api/venues/@room/hall-plan", {"cells": "..\n.D"}, 422, "invalid", "no-booth", "cells", headers=_IF),
    Bad("a plan of a million cells", "organiser", "PUT /api/venues/@room/hall-plan", {"cells": "B" * 10**6}, 422, "invalid", "too-many-cells", "cells", headers=_IF),
    Bad("a cell that is none", "organiser", "PUT /api/venues/@room/hall-plan", {"cells": "B.\n.?"}, 422, "invalid", "unknown-cell", "cells", headers=_IF),
    Bad("a booth twice", "organiser", "PUT /api/venues/@room/hall-plan", {"cells": "A1\ta1+"}, 422, "invalid", "doubled", "cells", headers=_IF),
    Bad("a plan nobody can enter", "organiser", "PUT /api/venues/@room/hall-plan", {"cells": "BB\n.."}, 409, "hall-plan-questioned", headers=_IF),
    Bad("a plan without If-Match", "organiser", "PUT /api/venues/@room/hall-plan", {"cells": "B.\n.D"}, 428, "version-required"),
    Bad("no plan to remove", "organiser", "DELETE /api/venues/@room/hall-plan", b"", 404, "hall-plan-not-found", headers=_IF),
    Bad("another department's plan", "staff", "PUT /api/venues/@room/hall-plan", {"cells": "B.\n.D"}, 403, "forbidden", headers=_IF),
    Bad("a closure that ends before it starts", "organiser", "POST /api/resources/@room/closures", {"first_day": "2023-03-08", "last_day": "2023-03-07"}, 422, "invalid", "ends-before-start", "last_day"),
    Bad("a closure of nothing", "organiser", f"POST /api/resources/{NOBODY_KNOWS}/closures", {"first_day": "2023-03-08"}, 404, "not-found"),
]  # fmt: skip

ASKS = [
    Bad("an address with a dot at its end", "organiser", "POST /api/requests", wish(contact_email="a..b@example.com."), 422, "invalid", "wrong-address", "contact_email"),
    Bad("a post of two lines", "organiser", "POST /api/requests", wish(posts=[{"title": "A"}, {"title": "A\nB"}]), 422, "invalid", "line-break", "posts[1].title"),
    Bad("a major twice", "organiser", "POST /api/requests", wish(activity(audience=["080901", "０８０９０１ "])), 422, "invalid", "doubled", "activities[0].audience[1]"),
    Bad("no activity", "organiser", "POST /api/requests", {**wish(), "activities": []}, 422, "invalid", "too-short", "activities"),
    Bad("nobody comes", "organiser", "POST /api/requests", wish(activity(attendance=0)), 422, "invalid", "too-small", "activities[0].attendance"),
    Bad("a kind that is none", "organiser", "POST /api/requests", wish(activity(kind="party")), 422, "invalid", "unknown-value", "activities[0].kind"),
    Bad("a mode against the kind", "organiser", "POST /api/requests", wish(activity(attendance_mode="online")), 422, "invalid", "mode", "activities[0].attendance_mode"),
    Bad("a season that is none", "organiser", "POST /api/requests", wish(season_id=NOBODY_KNOWS), 404, "season-not-found"),
    Bad("a window of the past", "organiser", "POST /api/requests", windowed(first_day="2023-01-02", last_day="2023-01-03"), 422, "invalid", "outside-season", f"{_WINDOW}.first_day"),
    Bad("a window after the season", "organiser", "POST /api/requests", windowed(first_day="2023-05-02", last_day="2023-05-03"), 422, "invalid", "outside-season", f"{_WINDOW}.first_day"),
    Bad("a window ends before it starts", "organiser", "POST /api/requests", windowed(last_day="2023-03-05"), 422, "invalid", "ends-before-start", f"{_WINDOW}.last_day"),
    Bad("hours end before they start", "organiser", "POST /api/requests", windowed(from_time="12:00:00", until_time="11:00:00"), 422, "invalid", "ends-before-start", f"{_WINDOW}.until_time"),
    Bad("seconds where a window begins", "organiser", "POST /api/requests", windowed(from_time="12:00:30", until_time="15:00:00"), 422, "invalid", "seconds", f"{_WINDOW}.from_time"),
    Bad("seconds after the end of the day", "organiser", "POST /api/requests", windowed(from_time="12:00:00", until_time="00:00:30"), 422, "invalid", "seconds", f"{_WINDOW}.until_time"),
    Bad("a day that opens at a second", "organiser", "POST /api/seasons", season(day_opens="08:00:01"), 422, "invalid", "seconds", "day_opens"),
    Bad("a window shorter than the activity", "organiser", "POST /api/requests", windowed(from_time="12:00:00", until_time="13:00:00"), 422, "invalid", "window-too-short", f"{_WINDOW}.until_time"),
    Bad("longer than a day", "organiser", "POST /api/requests", wish(activity(duration_minutes=841)), 422, "invalid", "too-large", "activities[0].duration_minutes"),
    Bad("longer than this season's day", "organiser", "POST /api/requests", wish(activity(duration_minutes=600), season_id="@short_season"), 422, "invalid", "too-long", "activities[0].duration_minutes"),
    Bad("too late to tell students", "organiser", "POST /api/requests", windowed(first_day="2023-02-03", last_day="2023-02-03"), 422, "invalid", "lead-time", "activities[0].windows"),
    Bad("no such major", "organiser", "POST /api/requests", wish(activity(audience=["999999"])), 422, "invalid", "unknown-major", "activities[0].audience"),
    Bad("no such feature asked for", "organiser", "POST /api/requests", wish(activity(features=["moon"])), 422, "invalid", "unknown-feature", "activities[0].features"),
    Bad("no such campus asked for", "organiser", "POST /api/requests", wish(activity(campus_ids=[NOBODY_KNOWS])), 422, "invalid", "unknown-campus", "activities[0].campus_ids"),
    Bad("no such employer", "organiser", "POST /api/requests", wish(employer_id=NOBODY_KNOWS), 422, "invalid", "unknown-reference", "employer_id"),
    Bad("no such department", "organiser", "POST /api/requests", wish(department_id=NOBODY_KNOWS), 422, "invalid", "unknown-reference", "department_id"),
    Bad("a hidden character in a participant's code", "organiser", "POST /api/requests", wish(participant_codes=["91\u202e42"]), 422, "invalid", "control-character", "participant_codes[0]"),
    Bad("a hidden character in an address", "organiser", "POST /api/requests", wish(contact_email="li\u202e@example.com"), 422, "invalid", "control-character", "contact_email"),
    Bad("no such participant", "organiser", "POST /api/requests", wish(participant_ids=[NOBODY_KNOWS]), 422, "invalid", "unknown-employer", "participant_ids[0]"),
    Bad("a title that reads backwards", "contact", "POST /api/requests", wish(title="\u202egnp.exe"), 422, "invalid", "control-character", "title"),
    Bad("for another employer", "contact", "POST /api/requests", wish(employer_id="@other_employer"), 422, "invalid", "owner", "employer_id"),
    Bad("without an employer", "newcomer", "POST /api/requests", wish(), 403, "no-employer"),
    Bad("a weight beyond int64", "organiser", "PUT /api/requests/@request/weight", {"weight": INT64 * 2}, 422, "invalid", "too-large", "weight"),
    Bad("approved twice", "organiser", "POST /api/requests/@request/approve", b"", 409, "request-state", headers={"If-Match": "*"}),
    Bad("approved blindly", "organiser", "POST /api/requests/@request/approve", b"", 428, "version-required"),
    Bad("returned without a reason", "organiser", "POST /api/requests/@request/return", {}, 422, "invalid", "missing", "reason_code"),
    Bad("of an employer not verified", "organiser", "POST /api/requests/@unverified_request/approve", b"", 409, "employer-not-verified", headers={"If-Match": "*"}),
]  # fmt: skip

BOOKINGS = [
    Bad("no such activity", "organiser", "POST /api/bookings", booking(activity_id=NOBODY_KNOWS), 404, "activity-not-found"),
    Bad("no such room to book", "organiser", "POST /api/bookings", booking(room_ids=[NOBODY_KNOWS]), 422, "invalid", "unknown-room", "room_ids"),
    Bad("one room twice", "organiser", "POST /api/bookings", booking(room_ids=["@room", "@room"]), 422, "invalid", "doubled", "room_ids[1]"),
    Bad("no room", "organiser", "POST /api/bookings", booking(room_ids=[]), 422, "invalid", "rooms", "room_ids"),
    Bad("a room too small", "organiser", "POST /api/bookings", booking(room_ids=["@small_room"]), 422, "invalid", "too-small-room", "room_ids"),
    Bad("a room that lacks features", "organiser", "POST /api/bookings", booking(activity_id="@streamed"), 422, "invalid", "missing-feature", "room_ids"),
    Bad("another department's room", "organiser", "POST /api/bookings", booking(room_ids=["@hall"]), 422, "invalid", "other-department", "room_ids"),
    Bad("a channel nobody needs", "organiser", "POST /api/bookings", booking(channel_id="@channel"), 422, "invalid", "channel", "channel_id"),
    Bad("a time that has passed", "organiser", "POST /api/bookings", _at("2023-02-01T14:00:00+08:00"), 422, "invalid", "in-the-past", "starts_at"),
    Bad("after the season", "organiser", "POST /api/bookings", _at("2023-05-08T14:00:00+08:00"), 422, "invalid", "outside-season", "starts_at"),
    Bad("the wrong minute", "organiser", "POST /api/bookings", _at("2023-03-08T14:10:00+08:00"), 422, "invalid", "off-grid", "starts_at"),
    Bad("at night", "organiser", "POST /api/bookings", _at("2023-03-08T21:00:00+08:00"), 422, "invalid", "outside-hours", "starts_at"),
    Bad("the last moment of time", "organiser", "POST /api/bookings", _at("9999-12-31T23:30:00+00:00"), 422, "invalid", "impossible-year", "starts_at"),
    Bad("the first moment of time", "organiser", "POST /api/bookings", _at("0001-01-01T00:00:00+00:00"), 422, "invalid", "impossible-year", "starts_at"),
    Bad("a time without a zone", "organiser", "POST /api/bookings", _at("2023-03-08T14:00:00"), 422, "invalid", "zone-missing", "starts_at"),
    Bad("not approved", "organiser", "POST /api/bookings", booking(activity_id="@waiting_activity"), 409, "not-bookable"),
    Bad("by an employer", "contact", "POST /api/bookings", booking(), 404, "activity-not-found"),
    Bad("moving what was given back", "organiser", "PUT /api/bookings/@released", {"starts_at": "2023-03-09T14:00:00+08:00", "room_ids": ["@room"]}, 404, "booking-not-found"),
    Bad("giving it back twice", "organiser", "DELETE /api/bookings/@released", b"", 404, "booking-not-found"),
    Bad("free places near the end of time", "organiser", "GET /api/bookings/free?activity_id=@activity&near=9999-12-31T23:59:59Z", b"", 422, "invalid", "not-storable"),
    Bad("a reason with NUL", "organiser", "DELETE /api/bookings/@released?reason=%00", b"", 404, "booking-not-found"),
]  # fmt: skip

PEOPLE = [
    Bad("not signed in", "nobody", "POST /api/seasons", season(), 401, "unauthenticated"),
    Bad("a session that is none", "stranger", "GET /api/session", b"", 401, "unauthenticated"),
    Bad("an employer opens a season", "contact", "POST /api/seasons", season(), 403, "forbidden"),
    Bad("staff list bookings", "staff", "GET /api/bookings?season_id=@season", b"", 403, "forbidden"),
    Bad("an organiser opens accounts", "organiser", "GET /api/accounts", b"", 403, "forbidden"),
    Bad("another site posts", "organiser", "POST /api/seasons", season(), 403, "cross-origin", headers={"Origin": "https://evil.example"}),
    Bad("another site's page posts", "organiser", "POST /api/seasons", season(), 403, "cross-origin", headers={"Sec-Fetch-Site": "cross-site"}),
    Bad("another employer's request", "contact", "GET /api/requests/@unverified_request", b"", 404, "request-not-found"),
    Bad("withdrawing another's request", "contact", "POST /api/requests/@unverified_request/withdraw", b"", 404, "request-not-found"),
    Bad("another employer", "contact", "GET /api/employers/@other_employer", b"", 404, "employer-not-found"),
    Bad("another employer's licence", "contact", "PUT /api/employers/@other_employer/licence", b"%PDF-1.7", 404, "employer-not-found"),
    Bad("another department's closures", "staff", "POST /api/resources/@room/closures", {"first_day": "2023-03-08"}, 403, "forbidden"),
    Bad("one wrong character", "newcomer", "POST /api/employers", employer(credit_code="@wrong_code"), 422, "invalid", "credit-code-check", "credit_code"),
    Bad("a code too short", "newcomer", "POST /api/employers", employer(credit_code="91420100"), 422, "invalid", "credit-code-form", "credit_code"),
    Bad("an employer that is registered", "newcomer", "POST /api/employers", employer(credit_code="@taken_code"), 409, "credit-code-taken"),
    Bad("a second employer", "contact", "POST /api/employers", employer(), 409, "has-employer"),
    Bad("a script for a website", "newcomer", "POST /api/employers", employer(website="javascript:alert(1)"), 422, "invalid", "wrong-form", "website"),
    Bad("an SVG as licence", "contact", "PUT /api/employers/@employer/licence", b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', 422, "invalid", "wrong-file-type", "file"),
    Bad("HTML as licence", "contact", "PUT /api/employers/@employer/licence", b"<!doctype html><script>alert(1)</script>", 422, "invalid", "wrong-file-type", "file"),
    Bad("nothing as licence", "contact", "PUT /api/employers/@employer/licence", b"", 422, "invalid", "wrong-file-type", "file"),
    Bad("a licence of 6 MB", "contact", "PUT /api/employers/@employer/licence", b"%PDF-1.7" + b" " * 6 * 1024 * 1024, 413, "too-large"),
    Bad("verified twice", "organiser", "POST /api/employers/@employer/verify", b"", 409, "employer-state", headers={"If-Match": "*"}),
    Bad("suspended until yesterday", "organiser", "POST /api/employers/@employer/suspend", {"until": "2023-02-01", "reason": "x"}, 422, "invalid", "in-the-past", "until", headers={"If-Match": "*"}),
    Bad("no such state of an employer", "organiser", "GET /api/employers?state=happy", b"", 422, "invalid", "unknown-value", "state"),
    Bad("a wrong password", "nobody", "POST /api/session", {"email": "nobody@school.example", "password": "wrong"}, 401, "wrong-credentials"),
    Bad("a name with NUL signs in", "nobody", "POST /api/session", {"email": "a\0@school.example", "password": "wrong"}, 422, "invalid", "control-character", "email"),
    Bad("a short password", "nobody", "POST /api/accounts", {"email": "a@b.example", "password": "short", "display_name": "A"}, 422, "invalid", "too-short", "password"),
    Bad("an address that is none", "nobody", "POST /api/accounts", {"email": "a@b", "password": "long enough", "display_name": "A"}, 422, "invalid", "wrong-address", "email"),
    Bad("a mailed link that is used", "nobody", "POST /api/accounts/verify-email", {"token": "@used_link"}, 422, "link-invalid"),
    Bad("a mailed link that is too old", "nobody", "POST /api/accounts/verify-email", {"token": "@old_link"}, 422, "link-invalid"),
    Bad("a link for something else", "nobody", "POST /api/accounts/new-password", {"token": "@verify_link", "password": "long enough now"}, 422, "link-invalid"),
    Bad("a second first run", "nobody", "POST /api/school", {"school_name_zh": "x", "school_name_en": "x", "email": "a@b.example", "password": "long enough", "display_name": "A"}, 409, "already-set-up"),
]  # fmt: skip

TABLE = [*SHAPES, *TIMES, *PLACES, *ASKS, *BOOKINGS, *PEOPLE]


def body_of(sent: Any) -> bytes:
    """As it goes over the wire."""
    return sent if isinstance(sent, bytes) else json.dumps(sent, ensure_ascii=False).encode()
