"""What multipliers of a relaxation's rows prove, reckoned in whole numbers.

By weak duality, whatever multipliers ``y >= 0`` the rows ``A x <= b`` are given,
``b y + sum_q max(0, w_q - sum_{a in q} min_columns (A' y))`` bounds every solution, where a request that must be placed
counts even if it costs more than its weight. Multipliers are rounded to parts of a unit of weight, and every sum after
that is exact, however large the weights are. What is left over above a whole multiple of the weights' greatest common
divisor is no solution's either.
"""

import numpy as np
from scipy import sparse

from scheduling.bound.relaxation import Floats, Relaxation

PRICE_BITS = 50  # of the largest price: sums over the activities of a request stay below 2**63
NOWHERE = 1 << 62


def proven_weight(relaxation: Relaxation, matrix: sparse.csr_matrix, right: Floats, multipliers: Floats) -> int:
    """No solution of the season places more.

    Parameters
    ----------
    matrix, right
        Rows over the relaxation's columns, in whole numbers.
    multipliers
        One for each row, none negative.
    """
    data, state = relaxation.data, relaxation.board.state
    if len(data.weight) == 0:
        return 0
    dearest = max((abs(matrix).T @ multipliers).max(initial=1.0), multipliers.max(initial=1.0), data.weight.max())
    price_bits = int(np.ceil(np.log2(dearest)))
    if price_bits > PRICE_BITS:  # no multipliers of use are as large
        return proven_weight(relaxation, matrix, right, np.zeros(len(right)))
    parts = 1 << (PRICE_BITS - price_bits)
    multiples = np.rint(multipliers * parts).astype(np.int64)
    cheapest = np.full(len(data.duration), NOWHERE)
    np.minimum.at(cheapest, relaxation.activity, matrix.astype(np.int64).T @ multiples)
    cheapest[list(relaxation.exempt)] = 0
    cheapest[state.fixed == 1] = 0
    is_nowhere = cheapest == NOWHERE
    cheapest[is_nowhere] = 0
    first = data.activity_ptr[:-1]
    gain = data.weight * parts - np.add.reduceat(cheapest, first)
    gain = np.where(state.must == 1, gain, np.maximum(0, gain))
    gain[np.logical_or.reduceat(is_nowhere, first)] = 0
    paid = sum(int(b) * y for b, y in zip(right.tolist(), multiples.tolist(), strict=True) if y)
    unit = int(np.gcd.reduce(data.weight)) or 1
    return int((paid + sum(gain.tolist())) // (parts * unit) * unit)
