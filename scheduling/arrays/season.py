"""A problem compiled to arrays, with the names behind the numbers."""

from dataclasses import dataclass

from scheduling.arrays.activities import audience_arrays, link_arrays, request_arrays, start_arrays
from scheduling.arrays.channels import channel_arrays
from scheduling.arrays.groups import group_arrays, staff_arrays
from scheduling.arrays.references import reference_arrays
from scheduling.arrays.rooms import room_arrays
from scheduling.arrays.run_worth import run_worth
from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.arrays.season_index import SeasonIndex
from scheduling.model.problem import Activity, Problem


@dataclass(frozen=True)
class Season:
    """A problem, its arrays, and the names behind the indices."""

    problem: Problem
    data: SeasonData
    activities: tuple[Activity, ...]
    activity_index: dict[str, int]
    pool_channels: tuple[tuple[int, ...], ...]
    index: SeasonIndex

    @property
    def total_weight(self) -> int:
        """Weight of all requests."""
        return int(self.data.weight.sum())


def compile_season(problem: Problem) -> Season:
    """Compile a valid problem.

    Parameters
    ----------
    problem
        As `scheduling.model.validation.validate` lets it through.
    """
    index = SeasonIndex(problem)
    fields: dict[str, Ints | int] = {
        "days": index.days,
        "slots": index.slots,
        "words": index.words,
        "campuses": len(problem.campuses),
        "max_rooms": max([1, *(a.rooms_needed for a in index.activities), *(len(h.rooms) for h in problem.fixed)]),
    }
    fields |= request_arrays(index)
    fields |= start_arrays(index)
    fields |= room_arrays(index)
    pools, channels = channel_arrays(index)
    fields |= channels
    fields |= staff_arrays(index)
    fields |= group_arrays(index)
    fields |= link_arrays(index)
    fields |= reference_arrays(index, pools, int(fields["max_rooms"]))
    fields |= audience_arrays(index)
    fields["run_worth"] = run_worth(fields)
    data = SeasonData(**fields)  # type: ignore[arg-type]
    return Season(problem, data, tuple(index.activities), index.activity_index, tuple(pools), index)
