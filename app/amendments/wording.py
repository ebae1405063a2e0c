"""Why a change is impossible, in sentences."""

from collections.abc import Mapping
from typing import Any, Final

from app.errors import N_
from app.locales import Translator

_SENTENCES: Final[dict[str, str]] = {
    "no_channel": N_("The school has no livestream channel."),
    "no_room": N_("The school has no room for such a request."),
    "no_room_on_campus": N_("There is no room for it on the campus that is asked for."),
    "no_room_with_features": N_("No room has all the equipment that is asked for: {features}."),
    "too_long": N_("A room is given for {most} minutes at most; {needed} are asked for."),
    "too_few_booths": N_("No room has enough booths: {room} has the most, {most}; {needed} are asked for."),
    "rooms_too_small": N_(
        "No room is large enough: the largest that has what is needed, {room}, seats {most}; {needed} are asked for."
    ),
    "too_few_rooms": N_("It takes {needed} rooms at once on one campus; so many suit it: {fitting}."),
}
_EACH_TOO_SMALL: Final = N_(
    "No room is large enough: the largest that has what is needed, {room}, seats {most}; {rooms} rooms with {needed} "
    "seats each are asked for."
)


def sentences_of(findings: Mapping[str, Any], translate: Translator) -> list[str]:
    """Give the reasons of an impossible change as sentences; of several steps each says of which it is."""
    return [_sentence(reason, translate) for reason in findings.get("reasons", ())]


def _sentence(reason: Mapping[str, Any], translate: Translator) -> str:
    said = _of_days(reason, translate) if reason["code"] == "no_day" else _of_venues(reason, translate)
    return translate(N_("Step {number}: {said}"), number=reason["step"], said=said) if "step" in reason else said


def _of_venues(reason: Mapping[str, Any], translate: Translator) -> str:
    values = {name: value for name, value in reason.items() if name not in ("code", "step")}
    if "room" in values:
        values["room"] = _name(values["room"], translate)
    if "features" in values:
        values["features"] = translate(N_(", ")).join(_name(feature, translate) for feature in values["features"])
    sentence = _SENTENCES[reason["code"]]
    if reason["code"] == "rooms_too_small" and reason["rooms"] > 1:
        sentence = _EACH_TOO_SMALL
    return translate(sentence, **values)


def _of_days(reason: Mapping[str, Any], translate: Translator) -> str:
    counted = [translate(said, count=reason[name]) for name, said in _DAYS.items() if reason.get(name)]
    if not counted:
        return translate.plural(
            "On the {count} day asked for no place is free.",
            "On none of the {count} days asked for is a place free.",
            reason["days"],
        )
    return translate.plural(
        "On the {count} day asked for no place is free: {days}.",
        "On none of the {count} days asked for is a place free: {days}.",
        reason["days"],
        days=translate(N_(", ")).join(counted),
    )


# What is in the way on so many days (app/desk/domain.py NoWay).
_DAYS: Final[dict[str, str]] = {
    "full": N_("{count} full"),
    "exams": N_("{count} with exams"),
    "closed": N_("{count} off or closed"),
    "clash": N_("{count} with other activities of the same owner"),
    "near": N_("{count} too soon to tell students"),
    "unfit": N_("{count} without a room that suits"),
}


def _name(named: Mapping[str, str], translate: Translator) -> str:
    return named["name_en"] if translate.locale == "en" else named["name_zh"]
