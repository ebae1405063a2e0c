"""The ten kinds of activity, and what each of them needs."""

from typing import Final, Literal

import msgspec

from app.errors import N_

Kind = Literal[
    "info_session",
    "online_session",
    "livestream",
    "written_test",
    "interview_block",
    "workplace_experience",
    "department_fair",
    "two_way_fair",
    "joint_session",
    "guidance_event",
]


class KindRule(msgspec.Struct, frozen=True, kw_only=True):
    """The names of a kind, and what activities of it need."""

    name: str
    short: str
    mark_zh: str
    mark_en: str
    css: str
    rooms: tuple[int, int]
    channel: Literal["always", "never", "hybrid"]
    modes: tuple[str, ...]
    is_fair: bool = False


KINDS: Final[dict[Kind, KindRule]] = {
    "info_session": KindRule(
        name=N_("Info session"),
        short=N_("Talk"),
        mark_zh="宣",
        mark_en="T",
        css="talk",
        rooms=(1, 1),
        channel="hybrid",
        modes=("on_site", "hybrid"),
    ),
    "online_session": KindRule(
        name=N_("Online info session"),
        short=N_("Online"),
        mark_zh="空",
        mark_en="O",
        css="online",
        rooms=(0, 0),
        channel="always",
        modes=("online",),
    ),
    "livestream": KindRule(
        name=N_("Livestream recruiting"),
        short=N_("Stream"),
        mark_zh="播",
        mark_en="L",
        css="live",
        rooms=(0, 1),
        channel="always",
        modes=("online", "hybrid"),
    ),
    "written_test": KindRule(
        name=N_("Written test"),
        short=N_("Test"),
        mark_zh="笔",
        mark_en="E",
        css="test",
        rooms=(1, 20),
        channel="never",
        modes=("on_site",),
    ),
    "interview_block": KindRule(
        name=N_("Interviews"),
        short=N_("Interview"),
        mark_zh="面",
        mark_en="I",
        css="iv",
        rooms=(1, 20),
        channel="never",
        modes=("on_site",),
    ),
    "workplace_experience": KindRule(
        name=N_("Workplace experience"),
        short=N_("Visit"),
        mark_zh="职",
        mark_en="W",
        css="work",
        rooms=(0, 0),
        channel="never",
        modes=("on_site",),
    ),
    "department_fair": KindRule(
        name=N_("Department fair"),
        short=N_("Fair"),
        mark_zh="专",
        mark_en="F",
        css="fair",
        rooms=(1, 1),
        channel="never",
        modes=("on_site",),
        is_fair=True,
    ),
    "two_way_fair": KindRule(
        name=N_("Two-way fair"),
        short=N_("Two-way"),
        mark_zh="双",
        mark_en="X",
        css="two",
        rooms=(1, 4),
        channel="never",
        modes=("on_site",),
        is_fair=True,
    ),
    "joint_session": KindRule(
        name=N_("Joint session"),
        short=N_("Joint"),
        mark_zh="联",
        mark_en="J",
        css="joint",
        rooms=(0, 2),
        channel="hybrid",
        modes=("on_site", "online", "hybrid"),
    ),
    "guidance_event": KindRule(
        name=N_("Guidance event"),
        short=N_("Guidance"),
        mark_zh="导",
        mark_en="G",
        css="guide",
        rooms=(0, 2),
        channel="hybrid",
        modes=("on_site", "online", "hybrid"),
    ),
}

# Held by the school: departments and the career centre.
OF_THE_SCHOOL: Final[frozenset[Kind]] = frozenset({"department_fair", "two_way_fair", "guidance_event"})
# Of these an employer has so many a day, of fairs so many a month, a department so many a day.
TALKS: Final[frozenset[Kind]] = frozenset({"info_session", "online_session", "joint_session"})
FAIRS: Final[frozenset[Kind]] = frozenset(kind for kind, rule in KINDS.items() if rule.is_fair)
# These can be organised as fairs, with exhibitors.
WITH_EXHIBITORS: Final[frozenset[Kind]] = FAIRS | {"joint_session"}
MODE_NAMES: Final = {"on_site": N_("On site"), "online": N_("Online only"), "hybrid": N_("On site and online")}


def needs_channel(kind: Kind, mode: str) -> bool:
    """Whether an activity of this kind and mode takes a livestream channel."""
    rule = KINDS[kind]
    return rule.channel == "always" or (rule.channel == "hybrid" and mode in ("online", "hybrid"))
