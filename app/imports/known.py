"""What the school has already: words of a file's cells are looked up here, and new things are added."""

from collections.abc import Iterable, Mapping
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.database import Connection
from app.errors import N_
from app.kinds import KINDS, MODE_NAMES, Kind
from app.seasons import repository as seasons
from app.seasons.calendar import Calendar
from app.seasons.domain import Season
from app.seasons.policies import DEFAULT_POLICIES, Policies
from app.tables.cells import Choices, Year
from app.venues import repository as venues
from app.venues import room_repository
from app.venues.closures import RETIRED
from app.venues.domain import Campus, Channel, CodeTable, Department, Major, Room

CatalogueEntry = Campus | Department | Major | Room | Channel
# How offices write them; the English names are those of app/kinds.py.
KIND_WORDS: dict[Kind, tuple[str, ...]] = {
    "info_session": ("宣讲会", "专场宣讲会", "线下宣讲会"),
    "online_session": ("空中宣讲会", "线上宣讲会"),
    "livestream": ("直播带岗", "直播"),
    "written_test": ("笔试",),
    "interview_block": ("面试",),
    "workplace_experience": ("职场体验",),
    "department_fair": ("小型专场招聘会", "院系招聘会", "专场招聘会"),
    "two_way_fair": ("双选会", "大型双选会"),
    "joint_session": ("组团宣讲", "组团宣讲会", "联盟招聘", "组团招聘"),
    "guidance_event": ("就业指导活动", "就业指导"),
}
MODE_WORDS = {"on_site": ("线下", "现场"), "online": ("线上", "网上"), "hybrid": ("线上线下", "线上线下结合", "混合")}
_NOT_A_CHOICE = N_("“{value}” is not one of the choices.")


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that cells may name, by code and by name in both languages."""

    zone: ZoneInfo
    season: Season | None
    calendar: Calendar
    policies: Policies
    campuses: Choices
    departments: Choices
    majors: Choices
    majors_by_year: dict[tuple[str, int], Major]
    rooms: Choices
    channels: Choices
    features: Choices
    closure_reasons: Choices
    properties: Choices
    sizes: Choices
    industries: Choices
    kinds: Choices
    modes: Choices

    @property
    def year(self) -> Year | None:
        """Give the year to which days without a year belong."""
        return None if self.season is None else Year(self.season.first_day, self.season.last_day)


def names_of(entry: CatalogueEntry) -> tuple[str, str, str]:
    """Give the words by which cells may name an entry of the school's catalogue."""
    return entry.code, entry.name_zh, entry.name_en


async def load_known(connection: Connection, season_id: UUID | None, zone: ZoneInfo) -> Known:
    """Read what the school has, in a dozen queries."""
    season = None if season_id is None else await seasons.get_season(connection, season_id)
    policies = DEFAULT_POLICIES if season is None else await seasons.get_policies(connection, season.id)
    calendar = Calendar({})
    if season is not None:
        calendar = await seasons.get_calendar(connection, season.first_day, season.last_day)
    every_major = await venues.list_every_major(connection)
    catalogue = {major.code: major for major in every_major}  # the newest year of each code stands last
    return Known(
        zone=zone,
        season=season,
        calendar=calendar,
        policies=policies,
        campuses=_choices(
            await venues.list_campuses(connection), N_("There is no campus “{value}”."), "unknown-campus"
        ),
        departments=_choices(
            await venues.list_departments(connection), N_("There is no department “{value}”."), "unknown-department"
        ),
        majors=_choices(catalogue.values(), N_("There is no major “{value}”."), "unknown-major"),
        majors_by_year={(major.code, major.catalogue_year): major for major in every_major},
        rooms=_choices(await room_repository.list_rooms(connection), N_("There is no room “{value}”."), "unknown-room"),
        channels=_choices(
            await room_repository.list_channels(connection), N_("There is no channel “{value}”."), "unknown-channel"
        ),
        features=await _table(connection, "feature", N_("No room has a feature “{value}”."), "unknown-feature"),
        closure_reasons=await _table(connection, "closure"),
        properties=await _table(connection, "property"),
        sizes=await _table(connection, "size"),
        industries=await _table(connection, "industry"),
        kinds=_words({kind: (rule.name, *KIND_WORDS[kind]) for kind, rule in KINDS.items()}),
        modes=_words({mode: (name, *MODE_WORDS[mode]) for mode, name in MODE_NAMES.items()}),
    )


def _choices(entries: Iterable[CatalogueEntry], sentence: str, code: str) -> Choices:
    return Choices(((entry, names_of(entry)) for entry in entries), sentence, code)


async def _table(
    connection: Connection, code_table: CodeTable, sentence: str = _NOT_A_CHOICE, code: str = "unknown-value"
) -> Choices:
    # A venue is taken out of use by itself, and not by a closure of some days.
    entries = [entry for entry in await venues.list_code_entries(connection, code_table) if entry.code != RETIRED]
    return Choices(((entry.code, (entry.code, entry.name_zh, entry.name_en)) for entry in entries), sentence, code)


def _words(entries: Mapping[str, tuple[str, ...]]) -> Choices:
    return Choices(((code, (code, *words)) for code, words in entries.items()), _NOT_A_CHOICE, "unknown-value")
