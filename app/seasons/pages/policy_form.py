"""One rule of a season as text of a form, and what a person enters as the rule's value."""

from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec

from app.errors import N_, Invalid
from app.locales import Translator
from app.seasons.pages.policy_words import NO, TICKS, YES
from app.seasons.policies import ClockTime, Policies, Share

Input = Literal["choice", "number", "percent", "time", "line", "lines", "ticks"]
_INPUTS: dict[Any, Input] = {bool: "choice", Share: "percent", ClockTime: "time"}
_NAMED: dict[str, Input] = {"usual_starts": "line", "class_periods": "lines", **dict.fromkeys(TICKS, "ticks")}
INPUTS: Final[dict[str, Input]] = {
    field.name: _NAMED.get(field.name) or _INPUTS.get(field.type, "number")
    for field in msgspec.structs.fields(Policies)
}


def as_text(name: str, value: Any) -> Any:
    """Give what the input shows; a list for check boxes."""
    match INPUTS[name]:
        case "choice":
            return "yes" if value else "no"
        case "percent":
            return f"{100 * value:g}"
        case "line":
            return ", ".join(value)
        case "lines":
            return "\n".join("-".join(pair) for pair in value)
        case "ticks":
            return list(value)
        case _:
            return str(value)


def as_value(name: str, entered: Any) -> Any:
    """Give the value that was entered, not yet checked against the rule. Raises Invalid at `value`."""
    return _READERS[INPUTS[name]](entered)


def in_words(name: str, value: Any, translate: Translator) -> str:
    """Give a value as people read it."""
    match INPUTS[name]:
        case "choice":
            return translate(YES if value else NO)
        case "ticks":
            return translate(", ").join(translate(TICKS[name][item]) for item in value)
        case "line":
            return translate(", ").join(value)
        case "lines":
            return translate(", ").join("\u2011".join(pair) for pair in value)  # not broken at its hyphen
        case _:
            return str(as_text(name, value))


def _number(entered: Any) -> int:
    try:
        return int(str(entered))
    except ValueError:
        raise Invalid.at("value", N_("Enter a whole number."), "wrong-type") from None


def _percent(entered: Any) -> float:
    try:
        share = float(str(entered)) / 100
    except ValueError:
        raise Invalid.at("value", N_("Enter a number."), "wrong-type") from None
    if not 0 <= share <= 1:
        raise Invalid.at("value", N_("Enter a number from 0 to 100."), "out-of-range")
    return share


def _hours(entered: Any) -> list[str]:
    text = str(entered).replace("，", ",").replace("、", ",").replace("：", ":")
    return [part.strip() for part in text.split(",") if part.strip()]


def _periods(entered: Any) -> list[list[str]]:
    lines = [line.strip() for line in str(entered).replace("：", ":").splitlines() if line.strip()]
    periods = [[part.strip() for part in line.split("-")] for line in lines]
    if any(len(period) != 2 for period in periods):
        raise Invalid.at("value", N_("One period a line, from and to, such as 08:00-08:45."), "wrong-form")
    return periods


_READERS: dict[Input, Callable[[Any], Any]] = {
    "choice": lambda entered: entered == "yes",
    "number": _number,
    "percent": _percent,
    "time": str,
    "line": _hours,
    "lines": _periods,
    "ticks": lambda entered: entered if isinstance(entered, list) else [entered] if entered else [],
}
