"""Days as bit masks: bit ``s`` of a day's mask is slot ``s``.

A mask is ``words`` signed 64-bit integers of `WORD_BITS` used bits each, so that a grid of any width fits and no
sign bit is ever set (numba and numpy then agree on every shift). ``fitting(mask, n)`` keeps the slots from which
``n`` slots in a row are set, in ``log2(n)`` shift-ands.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from scheduling.kernels.compiled import compiled
from scheduling.model.problem import Interval

WORD_BITS = 62
FULL_WORD = (1 << WORD_BITS) - 1

Masks = npt.NDArray[np.int64]


def words_for(slots: int) -> int:
    """Words needed for so many slots."""
    return -(-slots // WORD_BITS)


def masks_from_bits(bits: npt.NDArray[np.bool_]) -> Masks:
    """Masks, shape ``(..., words)``, from booleans of shape ``(..., slots)``."""
    masks = np.zeros((*bits.shape[:-1], words_for(bits.shape[-1])), dtype=np.int64)
    # slot by slot: all at once would take 64 times the memory of the bits
    for slot in range(bits.shape[-1]):
        masks[..., slot // WORD_BITS] |= bits[..., slot].astype(np.int64) << (slot % WORD_BITS)
    return masks


def bits_from_masks(masks: Masks, slots: int) -> npt.NDArray[np.bool_]:
    """Booleans, shape ``(..., slots)``, from masks of shape ``(..., words)``."""
    single = np.ascontiguousarray(masks, dtype="<i8")[..., None].view(np.uint8)
    bits = np.unpackbits(single, axis=-1, bitorder="little")[..., :WORD_BITS]
    width = masks.shape[-1] * WORD_BITS
    return bits.reshape(*masks.shape[:-1], width)[..., :slots].view(np.bool_)


def interval_bits(intervals: Iterable[Interval], days: int, slots: int) -> npt.NDArray[np.bool_]:
    """Booleans, shape ``(days, slots)``: the slots that the intervals cover."""
    bits = np.zeros((days, slots), dtype=np.bool_)
    for interval in intervals:
        bits[interval.day, interval.from_slot : interval.to_slot] = True
    return bits


def fitting_masks(masks: Masks, length: int) -> Masks:
    """`fitting` for a whole array of masks, shape ``(..., words)``."""
    result = masks.copy()
    have = 1
    while have < length:
        step = min(have, length - have, WORD_BITS - 1)
        moved = result >> step
        moved[..., :-1] |= (result[..., 1:] << (WORD_BITS - step)) & FULL_WORD
        result &= moved
        have += step
    return result


@compiled
def fitting(mask: Masks, length: int) -> None:
    """Keep, in place, the slots of one mask from which ``length`` slots in a row are set."""
    words = len(mask)
    have = 1
    while have < length:
        step = min(have, length - have, WORD_BITS - 1)
        for w in range(words):
            moved = mask[w] >> step
            if w + 1 < words:
                moved |= (mask[w + 1] << (WORD_BITS - step)) & FULL_WORD
            mask[w] &= moved
        have += step


@compiled
def has_slot(mask: Masks, slot: int) -> bool:
    """Whether the slot's bit is set."""
    return bool((mask[slot // WORD_BITS] >> (slot % WORD_BITS)) & 1)


@compiled
def next_slot(mask: Masks, slot: int) -> int:
    """The first slot from ``slot`` on whose bit is set; -1 where there is none."""
    for w in range(slot // WORD_BITS, len(mask)):
        left = mask[w] >> (slot % WORD_BITS)
        if left:
            while not left & 1:
                left >>= 1
                slot += 1
            return slot
        slot = (w + 1) * WORD_BITS
    return -1


@compiled
def set_slots(mask: Masks, first: int, last: int) -> None:
    """Set the bits ``[first, last)``, cut to the mask."""
    for slot in range(max(0, first), min(last, len(mask) * WORD_BITS)):
        mask[slot // WORD_BITS] |= 1 << (slot % WORD_BITS)


@compiled
def clear_slots(mask: Masks, first: int, last: int) -> None:
    """Clear the bits ``[first, last)``, cut to the mask."""
    for slot in range(max(0, first), min(last, len(mask) * WORD_BITS)):
        mask[slot // WORD_BITS] &= ~(1 << (slot % WORD_BITS))


@compiled
def is_empty(mask: Masks) -> bool:
    """Whether no bit is set."""
    for w in range(len(mask)):
        if mask[w]:
            return False
    return True


@compiled
def assign(out: Masks, mask: Masks) -> None:
    """``out = mask``, word by word: array expressions take numba seconds each to compile."""
    for w in range(len(out)):
        out[w] = mask[w]


@compiled
def narrow(out: Masks, mask: Masks) -> None:
    """``out &= mask``."""
    for w in range(len(out)):
        out[w] &= mask[w]


@compiled
def add(out: Masks, mask: Masks) -> None:
    """``out |= mask``."""
    for w in range(len(out)):
        out[w] |= mask[w]


@compiled
def remove(out: Masks, mask: Masks) -> None:
    """``out &= ~mask``."""
    for w in range(len(out)):
        out[w] &= ~mask[w]


@compiled
def fill(out: Masks) -> None:
    """Set every bit."""
    for w in range(len(out)):
        out[w] = FULL_WORD
