"""When to try again: soon at first, then less and less often, with a random part so that not all come at once."""

import random

from arq import Retry

FIRST_DELAY_SECONDS = 2.0
LONGEST_DELAY_SECONDS = 900.0


def delay_seconds(attempts: int) -> float:
    """Give the seconds to wait after so many attempts."""
    doubled = FIRST_DELAY_SECONDS * 2.0 ** min(attempts - 1, 20)
    return min(doubled, LONGEST_DELAY_SECONDS) * random.uniform(0.9, 1.1)


def try_again(delay: float) -> Retry:
    """Give arq's answer for a job that is to run again; a little later, so that its row is due by then."""
    return Retry(defer=delay + 0.1)
