"""One schedule in four formats: xlsx and csv for offices, ics for calendars, JSON for other systems."""

from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from icalendar import Calendar, Event, Timezone

from app.clock import Clock, end_text
from app.exports.repository import ExportedBooking, ExportedSeason
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
        "申请编号", "活动类型", "活动名称", "主办单位", "统一社会信用代码", "日期", "开始", "结束", "时区", "校区",
        "地点", "直播间", "直播链接", "举办方式", "预计人数", "展位数", "面向专业", "状态",
    ),
    "en": (
        "Reference", "Kind", "Title", "Owner", "Credit code", "Date", "Start", "End", "Time zone",
        "Campus", "Rooms", "Channel", "Address of the stream", "Mode", "Attendance", "Booths", "Majors", "State",
    ),
}  # fmt: skip
_STATES = {
    "zh-CN": {"confirmed": "已确认", "tentative": "待确认"},
    "en": {"confirmed": "confirmed", "tentative": "tentative"},
}
_PLATFORM_KINDS = {"info_session": 1, "online_session": 2, "livestream": 2, "two_way_fair": 3, "department_fair": 3}


def write_export(
    export_format: ExportFormat, season: Season, exported: ExportedSeason, *, clock: Clock, locale: str
) -> bytes:
    """Give the bytes of the file."""
    zone = clock.zone
    if export_format == "json":
        return msgspec.json.format(msgspec.json.encode(_json(season, exported, zone)), indent=1)
    if export_format == "ics":
        return _calendar(season, exported, clock, locale)
    rows = [_row(booking, exported, zone, locale) for booking in exported.bookings]
    if export_format == "csv":
        return write_csv(_HEADINGS[locale], rows)
    return write_xlsx(_HEADINGS[locale], rows, sheet=season.code)


def _row(booking: ExportedBooking, exported: ExportedSeason, zone: ZoneInfo, locale: str) -> list[Cell]:
    starts_at, ends_at = booking.starts_at.astimezone(zone), booking.ends_at.astimezone(zone)
    translate = translator(locale)
    return [
        booking.reference,
        _kind_name(booking, locale),
        booking.title,
        _owner(booking, locale),
        booking.credit_code,
        starts_at.date(),
        starts_at.time(),
        ends_at.time(),
        zone.key,
        _joined(sorted({room.campus_en if locale == "en" else room.campus_zh for room in booking.rooms})),
        _rooms(booking, locale),
        "" if booking.channel is None else translate.name(booking.channel),
        "" if booking.channel is None else booking.channel.url,
        translate(MODE_NAMES[booking.attendance_mode]),
        booking.attendance,
        booking.booths,
        _majors(booking, exported, locale),
        _STATES[locale][booking.state],
    ]


def _calendar(season: Season, exported: ExportedSeason, clock: Clock, locale: str) -> bytes:
    zone, written_at = clock.zone, clock.now()
    calendar = Calendar()
    calendar.add("prodid", "-//Chunzhao//Schedule//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", translator(locale).name(season))
    if exported.bookings:
        first, last = exported.bookings[0].starts_at, exported.bookings[-1].ends_at
        calendar.add_component(Timezone.from_tzinfo(zone, first_date=first.date(), last_date=last.date()))
    for booking in exported.bookings:
        event = Event()
        # An activity keeps its UID: a file read again updates the same entries.
        event.add("uid", f"{booking.activity_id}@chunzhao")
        event.add("sequence", max(0, booking.invitation_sequence))
        event.add("dtstamp", written_at)
        event.add("dtstart", booking.starts_at.astimezone(zone))
        event.add("dtend", booking.ends_at.astimezone(zone))
        event.add("summary", f"{_kind_name(booking, locale)} · {booking.title}")
        event.add("location", _rooms(booking, locale) or ("" if booking.channel is None else booking.channel.url))
        event.add("status", "CONFIRMED" if booking.state == "confirmed" else "TENTATIVE")
        event.add("description", "\n".join(filter(None, (_owner(booking, locale), _majors(booking, exported, locale)))))
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _json(season: Season, exported: ExportedSeason, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "format": "chunzhao.schedule/1",
        "school": {"name_zh": exported.school_zh, "name_en": exported.school_en},
        "season": season,
        "time_zone": zone.key,
        "places": [
            msgspec.structs.replace(
                booking, starts_at=booking.starts_at.astimezone(zone), ends_at=booking.ends_at.astimezone(zone)
            )
            for booking in exported.bookings
        ],
        "talks": [_talk(booking, exported, zone) for booking in exported.bookings if not KINDS[booking.kind].is_fair],
        "fairs": [_fair(booking, zone) for booking in exported.bookings if KINDS[booking.kind].is_fair],
    }


def _talk(booking: ExportedBooking, exported: ExportedSeason, zone: ZoneInfo) -> dict[str, Any]:
    """Give a talk with the field names that campus sites use in practice; no standard has them."""
    starts_at, ends_at = booking.starts_at.astimezone(zone), booking.ends_at.astimezone(zone)
    return {
        "source_id": str(booking.activity_id),
        "kind": _PLATFORM_KINDS.get(booking.kind, 1),
        "meet_name": booking.title,
        "meet_day": starts_at.date().isoformat(),
        "meet_time": f"{starts_at:%H:%M}-{end_text(ends_at.time())}",
        "start_ms": int(booking.starts_at.timestamp() * 1000),
        "end_ms": int(booking.ends_at.timestamp() * 1000),
        "address": _joined(sorted({room.campus_zh for room in booking.rooms})),
        "room": _rooms(booking, "zh-CN"),
        "company_name": _owner(booking, "zh-CN"),
        "company_property": booking.property_zh,
        "industry_category": booking.industry_zh,
        "professionals": _majors(booking, exported, "zh-CN"),
        "is_yun": booking.channel is not None,
        "yun_live_url": "" if booking.channel is None else booking.channel.url,
        "sign_up_limit": booking.attendance,
        "for_faculty": _owner(booking, "zh-CN") if booking.owner_kind == "department" else "",
    }


def _fair(booking: ExportedBooking, zone: ZoneInfo) -> dict[str, Any]:
    starts_at, ends_at = booking.starts_at.astimezone(zone), booking.ends_at.astimezone(zone)
    return {
        "source_id": str(booking.activity_id),
        "kind": _PLATFORM_KINDS.get(booking.kind, 3),
        "title": booking.title,
        "organisers": _owner(booking, "zh-CN"),
        "meet_day": starts_at.date().isoformat(),
        "meet_time": f"{starts_at:%H:%M}-{end_text(ends_at.time())}",
        "start_ms": int(booking.starts_at.timestamp() * 1000),
        "end_ms": int(booking.ends_at.timestamp() * 1000),
        "address": _joined(sorted({room.campus_zh for room in booking.rooms})),
        "room": _rooms(booking, "zh-CN"),
        "plan_c_count": booking.booths,
        "fact_c_count": len(booking.participants),
        "is_online": booking.channel is not None,
    }


def _kind_name(booking: ExportedBooking, locale: str) -> str:
    return translator(locale)(KINDS[booking.kind].name)


def _owner(booking: ExportedBooking, locale: str) -> str:
    own = booking.owner_en if locale == "en" else booking.owner_zh
    return own if booking.owner_kind == "career_centre" else _joined([own, *booking.participants])


def _rooms(booking: ExportedBooking, locale: str) -> str:
    return _joined([translator(locale).name(room) for room in booking.rooms])


def _majors(booking: ExportedBooking, exported: ExportedSeason, locale: str) -> str:
    return _joined(
        [translator(locale).name(exported.majors[code]) for code in booking.audience if code in exported.majors]
    )


def _joined(words: list[str]) -> str:
    return "、".join(word for word in words if word)
