"""A requests file with one fault in each row: the whole file must be refused and every fault named."""

from app.tables.cells import Cell

# What stands in each row beside what every row has; and the code of the reason for which it is refused.
FAULTS: tuple[tuple[dict[str, Cell], str], ...] = (
    ({"windows": "2月29日 19:00-21:00"}, "wrong-date"),
    ({"windows": "2023-13-08"}, "wrong-date"),
    ({"windows": "下周二晚上"}, "wrong-window"),
    ({"windows": "3月16日-3月14日"}, "ends-before-start"),
    ({"windows": "3月14日 19:00-20:00"}, "window-too-short"),
    ({"windows": "6月8日"}, "outside-season"),
    ({"windows": "4月5日"}, "day-off"),
    ({"employer": "91350100M000100Y44"}, "credit-code-check"),
    ({"employer": "91350100M000100"}, "credit-code-form"),
    ({"employer": 91350100000100.0}, "code-as-number"),
    ({"features": "喷泉"}, "unknown-feature"),
    ({"kind": "茶话会"}, "unknown-value"),
    ({"attendance": "很多"}, "not-a-number"),
    ({"attendance": 0}, "out-of-range"),
    ({"duration_minutes": None}, "missing"),
    ({"title": None}, "missing"),
    ({"audience": "999999"}, "unknown-major"),
    ({"campus_ids": "月球校区"}, "unknown-campus"),
    ({"booths": 20}, "booths"),
    ({"rooms_needed": 9}, "rooms"),
    ({"posts": "工程师若干"}, "wrong-post"),
    ({"contact_email": "campus(at)example.com"}, "wrong-address"),
)
FIELDS = (
    "reference", "title", "employer", "department_id", "contact_name", "contact_email", "posts", "kind", "attendance",
    "duration_minutes", "rooms_needed", "booths", "features", "campus_ids", "audience", "windows",
)  # fmt: skip


def list_broken_rows(credit_code: str) -> list[list[Cell]]:
    """Give the bad rows, and a last one without a fault that is not kept either."""
    rows = []
    for number, (fault, _) in enumerate((*FAULTS, ({}, "")), start=1):
        sound: dict[str, Cell] = {
            "reference": f"B{number:03d}",
            "title": f"有误的申请 {number}",
            "employer": credit_code,
            "contact_name": "周静",
            "contact_email": "campus@example.com",
            "kind": "宣讲会",
            "attendance": 80,
            "duration_minutes": 120,
            "windows": "3月14日 19:00-21:00",
        }
        rows.append([{**sound, **fault}.get(field) for field in FIELDS])
    return rows
