"""One schedule, four files: xlsx and csv for offices, ics for calendars, JSON for other systems."""

from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from icalendar import Calendar, Event, Timezone

from app.clock import Clock
from app.exports.repository import Held, HeldPlace
from app.kinds import KINDS, MODE_NAMES
from app.locales import translator
from app.seasons.domain import Season
from app.tables.cells import Cell
from app.tables.writing import CONTENT_TYPES, write_csv, write_xlsx

ExportFormat = Literal["xlsx", "csv", "ics", "json"]
EXPORT_TYPES: dict[ExportFormat, str] = {
    "xlsx": CONTENT_TYPES["xlsx"],
    "csv": CONTENT_TYPES["csv"],
    "ics": "text/calendar",
    "json": "application/json",
}
_HEADINGS = {
    "zh-CN": (
        "申请编号", "活动类型", "活动名称", "主办单位", "统一社会信用代码", "日期", "开始", "结束", "校区", "地点",
        "直播间", "直播链接", "举办方式", "预计人数", "展位数", "面向专业", "状态",
    ),
    "en": (
        "Reference", "Kind", "Title", "Owner", "Credit code", "Date", "Start", "End", "Campus", "Rooms", "Channel",
        "Address of the stream", "Mode", "Attendance", "Booths", "Majors", "State",
    ),
}  # fmt: skip
_STATES = {
    "zh-CN": {"confirmed": "已确认", "tentative": "待确认"},
    "en": {"confirmed": "confirmed", "tentative": "tentative"},
}
_PLATFORM_KINDS = {"info_session": 1, "online_session": 2, "livestream": 2, "two_way_fair": 3, "department_fair": 3}


def write_export(export_format: ExportFormat, season: Season, held: Held, *, clock: Clock, locale: str) -> bytes:
    """The file's bytes."""
    zone = clock.zone
    if export_format == "json":
        return msgspec.json.format(msgspec.json.encode(_json(season, held, zone)), indent=1)
    if export_format == "ics":
        return _calendar(season, held, clock, locale)
    rows = [_row(place, held, zone, locale) for place in held.places]
    if export_format == "csv":
        return write_csv(_HEADINGS[locale], rows)
    return write_xlsx(_HEADINGS[locale], rows, sheet=season.code)


def _row(place: HeldPlace, held: Held, zone: ZoneInfo, locale: str) -> list[Cell]:
    starts_at, ends_at = place.starts_at.astimezone(zone), place.ends_at.astimezone(zone)
    translate = translator(locale)
    return [
        place.reference,
        _kind_name(place, locale),
        place.title,
        _owner(place, locale),
        place.credit_code,
        starts_at.date(),
        starts_at.time(),
        ends_at.time(),
        _joined(sorted({room.campus_en if locale == "en" else room.campus_zh for room in place.rooms})),
        _rooms(place, locale),
        "" if place.channel is None else translate.name(place.channel),
        "" if place.channel is None else place.channel.url,
        translate(MODE_NAMES[place.attendance_mode]),
        place.attendance,
        place.booths,
        _majors(place, held, locale),
        _STATES[locale][place.state],
    ]


def _calendar(season: Season, held: Held, clock: Clock, locale: str) -> bytes:
    zone, written_at = clock.zone, clock.now()
    calendar = Calendar()
    calendar.add("prodid", "-//Chunzhao//Schedule//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", translator(locale).name(season))
    if held.places:
        first, last = held.places[0].starts_at, held.places[-1].ends_at
        calendar.add_component(Timezone.from_tzinfo(zone, first_date=first.date(), last_date=last.date()))
    for place in held.places:
        event = Event()
        # An activity keeps its UID: a file read again updates the same entries.
        event.add("uid", f"{place.activity_id}@chunzhao")
        event.add("sequence", max(0, place.invitation_sequence))
        event.add("dtstamp", written_at)
        event.add("dtstart", place.starts_at.astimezone(zone))
        event.add("dtend", place.ends_at.astimezone(zone))
        event.add("summary", f"{_kind_name(place, locale)} · {place.title}")
        event.add("location", _rooms(place, locale) or ("" if place.channel is None else place.channel.url))
        event.add("status", "CONFIRMED" if place.state == "confirmed" else "TENTATIVE")
        event.add("description", "\n".join(filter(None, (_owner(place, locale), _majors(place, held, locale)))))
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _json(season: Season, held: Held, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "format": "chunzhao.schedule/1",
        "school": {"name_zh": held.school_zh, "name_en": held.school_en},
        "season": season,
        "time_zone": zone.key,
        "places": [
            msgspec.structs.replace(
                place, starts_at=place.starts_at.astimezone(zone), ends_at=place.ends_at.astimezone(zone)
            )
            for place in held.places
        ],
        "talks": [_talk(place, held, zone) for place in held.places if not KINDS[place.kind].is_fair],
        "fairs": [_fair(place, zone) for place in held.places if KINDS[place.kind].is_fair],
    }


def _talk(place: HeldPlace, held: Held, zone: ZoneInfo) -> dict[str, Any]:
    """The field names that campus sites share in practice (no standard has them)."""
    starts_at, ends_at = place.starts_at.astimezone(zone), place.ends_at.astimezone(zone)
    return {
        "source_id": str(place.activity_id),
        "kind": _PLATFORM_KINDS.get(place.kind, 1),
        "meet_name": place.title,
        "meet_day": starts_at.date().isoformat(),
        "meet_time": f"{starts_at:%H:%M}-{ends_at:%H:%M}",
        "start_ms": int(place.starts_at.timestamp() * 1000),
        "end_ms": int(place.ends_at.timestamp() * 1000),
        "address": _joined(sorted({room.campus_zh for room in place.rooms})),
        "room": _rooms(place, "zh-CN"),
        "company_name": _owner(place, "zh-CN"),
        "company_property": place.property_zh,
        "industry_category": place.industry_zh,
        "professionals": _majors(place, held, "zh-CN"),
        "is_yun": place.channel is not None,
        "yun_live_url": "" if place.channel is None else place.channel.url,
        "sign_up_limit": place.attendance,
        "for_faculty": _owner(place, "zh-CN") if place.owner_kind == "department" else "",
    }


def _fair(place: HeldPlace, zone: ZoneInfo) -> dict[str, Any]:
    starts_at, ends_at = place.starts_at.astimezone(zone), place.ends_at.astimezone(zone)
    return {
        "source_id": str(place.activity_id),
        "kind": _PLATFORM_KINDS.get(place.kind, 3),
        "title": place.title,
        "organisers": _owner(place, "zh-CN"),
        "meet_day": starts_at.date().isoformat(),
        "meet_time": f"{starts_at:%H:%M}-{ends_at:%H:%M}",
        "start_ms": int(place.starts_at.timestamp() * 1000),
        "end_ms": int(place.ends_at.timestamp() * 1000),
        "address": _joined(sorted({room.campus_zh for room in place.rooms})),
        "room": _rooms(place, "zh-CN"),
        "plan_c_count": place.booths,
        "fact_c_count": len(place.participants),
        "is_online": place.channel is not None,
    }


def _kind_name(place: HeldPlace, locale: str) -> str:
    return translator(locale)(KINDS[place.kind].name)


def _owner(place: HeldPlace, locale: str) -> str:
    own = place.owner_en if locale == "en" else place.owner_zh
    return own if place.owner_kind == "career_centre" else _joined([own, *place.participants])


def _rooms(place: HeldPlace, locale: str) -> str:
    return _joined([translator(locale).name(room) for room in place.rooms])


def _majors(place: HeldPlace, held: Held, locale: str) -> str:
    return _joined([translator(locale).name(held.majors[code]) for code in place.audience if code in held.majors])


def _joined(words: list[str]) -> str:
    return "、".join(word for word in words if word)
