"""The numbers that a language model may write, with how probable each is: a search over their digits.

A language model that is unsure of a number spreads its belief over many of them. The one that it writes greedily is the
mode of the first digit, then of the second, and so on: for an error that grows with distance, the median or the mean
of all that it might have written is the better answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

Ids = tuple[int, ...]

WIDTH = 16  # beginnings of a number that are followed at once
LIKELY = 0.5  # below this coverage an answer is words, and no number
_MAX_TOKENS = 16  # of a number
_RARE = 1e-3  # beginnings less probable than this are not followed
_FINE = 5  # digits are read until what they leave open is so many times smaller than the spread
_LEAST = 1e-6  # beginnings less probable than this are dropped
_BEGINNING = re.compile(r"\s*[+-]?\d*(?P<point>\.(?P<decimals>\d*))?")
_COMPLETE = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)")


@dataclass(frozen=True)
class NumberDistribution:
    """What numbers a model may write, and how probable they are.

    Args:
        values: In rising order.
        chances: One for each, above 0, summing to `covered`.
    """

    values: tuple[float, ...]
    chances: tuple[float, ...]

    @property
    def covered(self) -> float:
        """The probability that the answer is one of these, 0 to 1; the rest is words, or was dropped."""
        return math.fsum(self.chances)

    @property
    def mean(self) -> float:
        """The mean, of those that are covered.

        Raises:
            ZeroDivisionError: There are none.
        """
        return math.fsum(value * chance for value, chance in self._pairs()) / self.covered

    @property
    def spread(self) -> float:
        """The standard deviation around the mean."""
        mean = self.mean
        return math.sqrt(
            math.fsum(chance * (value - mean) ** 2 for value, chance in self._pairs()) / self.covered
        )

    @property
    def median(self) -> float:
        """The median, the lower one of two."""
        return self.quantile(0.5)

    def quantile(self, share: float) -> float:
        """Return the smallest value at or below which this share, 0 to 1, of what is covered lies."""
        wanted, below = share * self.covered, 0.0
        for value, chance in self._pairs():
            below += chance
            if below >= wanted * (1 - 1e-12):
                return value
        return self.values[-1]

    def _pairs(self) -> zip[tuple[float, float]]:
        return zip(self.values, self.chances, strict=True)


@dataclass(frozen=True)
class _Beginning:
    """The first digits of a number, and the probability that an answer begins with them."""

    ids: Ids
    text: str
    chance: float

    @property
    def width(self) -> float:
        """How far apart numbers can be that begin so; infinite before the decimal point."""
        found = _BEGINNING.fullmatch(self.text)
        return 10.0 ** -len(found["decimals"]) if found and found["point"] else math.inf

    @property
    def middle(self) -> float:
        """The middle of the numbers that begin so: 0.245 of "0.24"."""
        half = self.width / 2
        return float(self.text) + (-half if self.text.lstrip().startswith("-") else half)


def search_numbers(
    next_chances: Callable[[Sequence[Ids]], Tensor], pieces: Sequence[tuple[int, str]]
) -> NumberDistribution:
    """Find what numbers may come next in a text, digit by digit, all at once.

    A number ends where something follows that does not go on with it, a word or the end of the text. Powers of ten
    and groups of thousands are not read. Where digits are rare, or matter little beside the spread of what is known of
    the number, they stand for the middle of what may follow.

    Args:
        next_chances: Gives, for each of N beginnings, the probability of each token to come next: [N, V], rows summing
            to 1. Called with the empty beginning first, and then with such as are a token longer than those before.
        pieces: Ids and texts of the tokens that numbers are made of.
    """
    found: dict[float, float] = {}
    beginnings = [_Beginning((), "", 1.0)]
    for _ in range(_MAX_TOKENS):
        if not beginnings:
            break
        following = next_chances([one.ids for one in beginnings])
        longer: list[_Beginning] = []
        for one, chances in zip(beginnings, following, strict=True):
            grown = _grow(one, chances, pieces)
            longer += grown
            ended = one.chance - math.fsum(child.chance for child in grown)
            if ended > _LEAST and _COMPLETE.fullmatch(one.text):
                value = float(one.text)
                found[value] = found.get(value, 0.0) + ended
        longer.sort(key=lambda one: -one.chance)
        rare = next((place for place, one in enumerate(longer) if one.chance < _RARE), len(longer))
        followed = 0 if _is_fine(longer, found) else min(rare, WIDTH)
        beginnings = longer[:followed]
        for one in longer[followed:]:
            if _COMPLETE.fullmatch(one.text) and not math.isinf(one.width):
                found[one.middle] = found.get(one.middle, 0.0) + one.chance
    values = sorted(found)
    return NumberDistribution(tuple(values), tuple(found[value] for value in values))


def write_number(value: float, spread: float) -> str:
    """Write a number down to a hundredth of its spread: 0.24513 with a spread of 0.0123 is "0.2451"."""
    if not spread > 0:
        return f"{value:.6g}"
    decimals = max(1, 2 - math.floor(math.log10(spread)))
    return f"{value:.{min(decimals, 12)}f}"


def number_pieces(tokens: Sequence[str], *, without: Sequence[int] = ()) -> list[tuple[int, str]]:
    """Find the tokens that numbers are made of: digits, signs, points, spaces before them.

    Args:
        tokens: The text of each token of a vocabulary.
        without: Ids of those that are no text, such as the end of an answer.
    """
    banned = set(without)
    return [
        (place, text)
        for place, text in enumerate(tokens)
        if text.isascii()
        and place not in banned
        and re.fullmatch(r" ?[+-]?[0-9]*\.?[0-9]*", text)
        and text.strip(" ")
    ] + [(place, text) for place, text in enumerate(tokens) if text == " " and place not in banned]


def _grow(one: _Beginning, chances: Tensor, pieces: Sequence[tuple[int, str]]) -> list[_Beginning]:
    """Add one token, in every way that keeps it the beginning of a number."""
    rows = chances[[place for place, _ in pieces]].tolist()
    return [
        _Beginning((*one.ids, place), one.text + text, one.chance * chance)
        for (place, text), chance in zip(pieces, rows, strict=True)
        if one.chance * chance > _LEAST and _BEGINNING.fullmatch(one.text + text)
    ]


def _is_fine(beginnings: Sequence[_Beginning], found: dict[float, float]) -> bool:
    """Tell whether the digits that are still open matter little beside the spread of all that is known."""
    widest = max((one.width for one in beginnings), default=math.inf)
    if math.isinf(widest) or not all(_COMPLETE.fullmatch(one.text) for one in beginnings):
        return False
    pairs = [(one.middle, one.chance) for one in beginnings] + list(found.items())
    values = sorted(pairs)
    known = NumberDistribution(tuple(value for value, _ in values), tuple(chance for _, chance in values))
    return widest * _FINE <= known.spread
