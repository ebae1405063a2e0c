"""Numbers of the command line: ranges that also refuse what is no number."""

import math
from typing import Any

import click


class FiniteRange(click.FloatRange):
    """A range without `nan` and `inf`, which its comparisons would let through."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Refuse what is not finite or outside the range."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value!r} is no finite number.", param, ctx)
        return number


COUNT = click.IntRange(min=1)
NUMBER = click.IntRange(min=0)
SECONDS = FiniteRange(min=0)
SHARE = FiniteRange(min=0, max=1)
