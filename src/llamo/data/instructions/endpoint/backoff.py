"""How long to wait before a request is made again."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_BACKOFF = 60.0  # seconds


def backoff(attempt: int, rng: random.Random, *, first: float = 1.0) -> float:
    """Draw an exponentially growing wait with jitter, in seconds.

    The jitter, from half of the wait to all of it, keeps requests that failed together from coming back together.

    Args:
        attempt: 0 after the first failure.
        rng: source of the jitter.
        first: longest wait after the first failure.
    """
    return min(LONGEST_BACKOFF, first * 2.0**attempt) * rng.uniform(0.5, 1.0)


def retry_after(value: str | None, *, now: datetime | None = None) -> float | None:
    """Read a `Retry-After` header: seconds from now, or None where it is absent or makes no sense.

    `retry_after("7") -> 7.0`; an HTTP date gives the seconds until then, 0 for a date in the past.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            date = parsedate_to_datetime(value)
        except ValueError:
            return None
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())
    return seconds if 0 <= seconds < float("inf") else None
