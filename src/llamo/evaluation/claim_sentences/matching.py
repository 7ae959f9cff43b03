"""Which claims of two lists are the same, by the words they stand on; and how far two judges agree beyond chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

Span = tuple[int, int]
LEAST_OVERLAP = 0.5  # of the shorter span


def overlap(one: Span, other: Span) -> int:
    """Count the characters that two spans share; 0 where these are less than half of the shorter span.

    Exact ends are not asked for: one judge marks "has two rings", the other "two rings".
    """
    shared = min(one[1], other[1]) - max(one[0], other[0])
    shorter = min(one[1] - one[0], other[1] - other[0])
    return shared if shared > 0 and shared >= LEAST_OVERLAP * shorter else 0


def best_overlaps(spans: Sequence[Span], others: Sequence[Span]) -> list[int | None]:
    """Find for each span the one of the others that it overlaps most, None where it overlaps none.

    Several spans may have the same: "two carboxylic acids" and "carboxylic acids" both speak of one claim.

    Example: `[(0, 10), (20, 30)]` and `[(4, 12), (12, 20)]` -> `[0, None]`
    """
    found: list[int | None] = []
    for span in spans:
        shared = [overlap(span, other) for other in others]
        most = max(shared, default=0)
        found.append(shared.index(most) if most else None)
    return found


def match_spans(first: Sequence[Span], second: Sequence[Span]) -> list[tuple[int, int]]:
    """Pair spans that overlap, each at most once, the largest overlap first.

    Returns:
        Places in `first` and `second`, in the order of `first`.

    Example: `[(0, 10), (2, 10)]` and `[(4, 12)]` -> `[(0, 0)]`
    """
    found = [
        (shared, i, j)
        for i, one in enumerate(first)
        for j, other in enumerate(second)
        if (shared := overlap(one, other))
    ]
    pairs: list[tuple[int, int]] = []
    for _, i, j in sorted(found, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if all(i != taken and j != other for taken, other in pairs):
            pairs.append((i, j))
    return sorted(pairs)


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Compute Cohen's kappa of two judges' verdicts on the same things; NaN where chance alone would agree always.

    Example: `[("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")]` -> 0.5
    """
    if not pairs:
        return float("nan")
    total = len(pairs)
    agreed = sum(one == other for one, other in pairs) / total
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(first[name] * second[name] for name in first) / total**2
    return (agreed - chance) / (1 - chance) if chance < 1 else float("nan")
