"""The free placements of an activity, best first."""

from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.arrays.time_grid import next_slot
from scheduling.kernels.compiled import compiled
from scheduling.moves.placements import CAMPUS, DAY, START, next_choice
from scheduling.moves.state import State

SCORE = 3


@compiled
def rank_placements(data: SeasonData, state: State, a: int, per_day: int, found: Ints, scratch: Ints) -> int:
    """The placements of highest preference, in falling order, earlier ones first among equals.

    Parameters
    ----------
    per_day
        At most so many placements of one day, so that alternatives differ in more than half an hour.
    found
        Shape ``(limit, 4)``, written: day, start, campus, score.

    Returns
    -------
    int
        How many were found.
    """
    count = 0
    choice = next_choice(data, state, a, -1, scratch)
    while choice >= 0:
        c, d = choice // data.days - 1, choice % data.days
        row = data.row_ptr[a] + d - data.first_day[a]
        s = next_slot(scratch[3], 0)
        while s >= 0:
            score = data.pattern_preference[data.row_pattern[row], s] + data.row_bonus[row]
            count = keep_ranked(found, count, per_day, d, s, c, score)
            s = next_slot(scratch[3], s + 1)
        choice = next_choice(data, state, a, choice, scratch)
    return count


@compiled
def keep_ranked(found: Ints, count: int, per_day: int, d: int, s: int, c: int, score: int) -> int:
    """Insert a placement into the sorted list if it belongs there; the new length."""
    same, worst = 0, -1
    for k in range(count):
        if found[k, DAY] == d:
            same += 1
            worst = k
    if same >= per_day:
        if found[worst, SCORE] >= score:
            return count
        for k in range(worst, count - 1):
            for column in range(4):
                found[k, column] = found[k + 1, column]
        count -= 1
    elif count == len(found):
        if found[count - 1, SCORE] >= score:
            return count
        count -= 1
    k = count
    while k > 0 and found[k - 1, SCORE] < score:
        for column in range(4):
            found[k, column] = found[k - 1, column]
        k -= 1
    found[k, DAY], found[k, START], found[k, CAMPUS], found[k, SCORE] = d, s, c, score
    return count + 1
