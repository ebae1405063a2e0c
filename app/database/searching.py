"""Searches: a part of a text, whatever its case and the width of its characters."""

from app.texts import halfwidth


def pattern_of(search: str | None) -> str | None:
    """Give the pattern for `normalize(column, NFKC) ILIKE`; None where nothing is searched for."""
    words = halfwidth(search or "")
    if not words:
        return None
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
