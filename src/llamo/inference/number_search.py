"""The numbers that a language model may write, with how probable each is: a search over their digits.

A language model that is unsure of a number spreads its belief over many of them. The one that it writes greedily is the
mode of the first digit, then of the second, and so on: for an error that grows with distance, the median or the mean
of all that it might have written is the better answer.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

Ids = tuple[int, ...]

WIDTH = 64  # beginnings of a number that are followed at once
MAX_TOKENS = 16  # of a number
_LAST = 8  # beginnings that are asked whether the number ends there, once further digits matter little
_RARE = 2e-3  # beginnings less probable than this are not followed
_LIKELY = 0.5  # below this coverage an answer is words, and no number
_LOST = 0.05  # above this the numbers that were not followed may change the picture
_FINE = 5  # digits are followed until what they leave open is so many times smaller than the spread
_LEAST = 1e-6  # longer beginnings less probable than this are forgotten
_NORMAL = 2.5631  # standard deviations between the tenth and the ninth decile of a normal distribution
_BEGINNING = re.compile(r"\s*[+-]?\d*(?P<point>\.(?P<decimals>\d*))?")
_COMPLETE = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)")
_PIECE = re.compile(r" ?[+-]?[0-9]*\.?[0-9]*")
_SPACES = str.maketrans(
    {"\u0120": " ", "\u2581": " ", "\u010a": "\n", "\u0109": "\t", "\u010d": "\r"}
)  # in vocabularies


@dataclass(frozen=True)
class NumberDistribution:
    """What numbers a model may write, and how probable they are.

    Args:
        values: In rising order.
        chances: One for each, above 0, summing to `covered`.
        lost: The probability of numbers that were too many to be followed.
    """

    values: tuple[float, ...]
    chances: tuple[float, ...]
    lost: float = 0.0

    @property
    def is_number(self) -> bool:
        """Whether the answer is a number rather than words, and its distribution is known."""
        return self.covered >= _LIKELY and self.lost <= _LOST

    @property
    def covered(self) -> float:
        """The probability that the answer is one of these, 0 to 1; the rest is words, or lost."""
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
        """The standard deviation around the mean; 0 for one value alone."""
        mean = self.mean
        squares = math.fsum(chance * (value - mean) ** 2 for value, chance in self._pairs())
        return math.sqrt(squares / self.covered) if len(self.values) > 1 else 0.0

    @property
    def median(self) -> float:
        """The median, the lower one of two."""
        return self.quantile(0.5)

    @property
    def half_width(self) -> float:
        """Half of the range that holds the middle two thirds: the spread of what is near, whatever is far away."""
        return (self.quantile(5 / 6) - self.quantile(1 / 6)) / 2

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
class NumberTokens:
    """The tokens of a vocabulary that numbers are made of, or that make something else of one.

    Args:
        pieces: Ids and texts of digits, signs, points, spaces.
        after_integer: Ids of what makes no number, or another one, of "3" before it: letters ("3D"), commas
            ("3,4-dimethyl"), signs ("3-methyl", "3/4", "10^-5").
        after_decimal: Ids of what makes another number of "0.3" before it: powers of ten ("0.3e-5"), signs.
    """

    pieces: tuple[tuple[int, str], ...]
    after_integer: tuple[int, ...]
    after_decimal: tuple[int, ...]
    _going_on: dict[str, tuple[tuple[int, str], ...]] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )

    def going_on(self, text: str) -> tuple[tuple[int, str], ...]:
        """Return the pieces with which the beginning of a number goes on.

        They depend on its form alone, "0.0" for "12.34".
        """
        form = re.sub(r"\d+", "0", text)
        if form not in self._going_on:
            self._going_on[form] = tuple(one for one in self.pieces if _BEGINNING.fullmatch(form + one[1]))
        return self._going_on[form]


@dataclass(frozen=True)
class _Beginning:
    """The first digits of a number, and the probability that an answer begins with them."""

    ids: Ids
    text: str
    chance: float

    @property
    def is_complete(self) -> bool:
        """Whether it is a number itself."""
        return _COMPLETE.fullmatch(self.text) is not None

    @cached_property
    def width(self) -> float:
        """How far apart numbers can be that begin so; infinite before the decimal point."""
        found = _BEGINNING.fullmatch(self.text)
        return 10.0 ** -len(found["decimals"]) if found and found["point"] else math.inf

    @property
    def is_open(self) -> bool:
        """Whether the point is still to come: any number of digits may."""
        return math.isinf(self.width)

    def value(self, share: float = 0.0) -> float:
        """The number as it stands, moved by a share of half of what its last digit stands for: .5 and -.5 are apart."""
        width = self.width
        half = share * (0.5 if self.is_open else width / 2)
        return float(self.text) + (-half if self.text.lstrip().startswith("-") else half)


@dataclass(frozen=True)
class _Step:
    """What may come after a beginning, of its chance: the number ends, goes on with digits or goes on with a point."""

    chance: float
    ended: float
    digits: float
    point: float
    longer: list[_Beginning]


def search_numbers(
    next_chances: Callable[[Sequence[Ids]], Tensor], tokens: NumberTokens
) -> NumberDistribution:
    """Find what numbers may come next in a text, digit by digit, all at once.

    A number ends where something follows that does not go on with it, a word or the end of the text. Powers of ten,
    groups of thousands and decimal commas are not read; what would be one is not covered. Beginnings that are rare, or
    whose further digits matter little beside the spread of what is known, are not followed: they stand for the middle
    of what may follow, as far as their like go on, and for themselves, as far as their like end.

    Args:
        next_chances: Gives, for each of N beginnings, the probability of each token to come next: [N, V], rows summing
            to 1. Called with the empty beginning first, and then with such as are a token longer than those before.
        tokens: Of the vocabulary.
    """
    found: defaultdict[float, float] = defaultdict(float)
    lost = 0.0
    nodes = [_Beginning((), "", 1.0)]
    for _ in range(MAX_TOKENS):
        probable = [one for one in nodes if one.chance >= _RARE]
        if not probable:
            break
        is_fine = _is_fine(probable, found)
        followed = probable[: _LAST if is_fine else WIDTH]
        taken = {one.ids for one in followed}
        rest = [one for one in nodes if one.ids not in taken]
        following = next_chances([one.ids for one in followed])
        steps = [_step(one, row, tokens) for one, row in zip(followed, following, strict=True)]
        held = _held(next_chances, steps, tokens) if is_fine else 1.0
        for one, step in zip(followed, steps, strict=True):
            if step.ended > 0:
                found[one.value()] += step.ended
            if is_fine:
                found[one.value(1.0)] += step.digits * held
        for is_open in (True, False):
            like = [step for one, step in zip(followed, steps, strict=True) if one.is_open == is_open]
            lost += _place([one for one in rest if one.is_open == is_open], like, found, held)
        nodes = [] if is_fine else sorted((one for step in steps for one in step.longer), key=_importance)
    for one in nodes:
        if one.is_complete and not one.is_open:
            found[one.value(1.0)] += one.chance
        else:
            lost += one.chance
    values = sorted(found)
    return NumberDistribution(tuple(values), tuple(found[value] for value in values), lost)


def write_number(value: float, half_width: float) -> str:
    """Write a number down to a hundredth of its half-width: 0.24513 with a half-width of 0.0123 is "0.2451"."""
    if not half_width > 1e-9 * abs(value):
        return f"{value:.12g}"
    decimals = min(max(1, 2 - math.floor(math.log10(half_width))), 12)
    return f"{round(value, decimals) + 0.0:.{decimals}f}"  # + 0.0: no minus before zero


def number_tokens(tokens: Sequence[str], *, without: Sequence[int] = ()) -> NumberTokens:
    """Find the tokens that numbers are made of, and those that make something else of one.

    Args:
        tokens: Those of a vocabulary as it writes them, spaces as a sign of their own.
        without: Ids of those that are no text, such as the end of an answer.
    """
    banned = set(without)
    texts = [(place, token.translate(_SPACES)) for place, token in enumerate(tokens) if place not in banned]
    return NumberTokens(
        tuple((place, text) for place, text in texts if text and text.isascii() and _PIECE.fullmatch(text)),
        tuple(place for place, text in texts if re.match(r"[A-Za-z,^/*-]", text)),
        tuple(place for place, text in texts if re.fullmatch(r"[eE][+-]?\d*|[\^/*-].*", text)),
    )


def _importance(one: _Beginning) -> tuple[bool, float]:
    """Sort integers first, of which nothing is known before they end, then the most probable ones."""
    return not one.is_open, -one.chance


def _step(one: _Beginning, chances: Tensor, tokens: NumberTokens) -> _Step:
    """Say what may come after a beginning."""
    pieces = tokens.going_on(one.text)
    joint = (chances[[place for place, _ in pieces]].double() * one.chance).tolist()
    going = math.fsum(joint)
    point = (
        math.fsum(chance for (_, text), chance in zip(pieces, joint, strict=True) if "." in text)
        if one.is_open
        else 0.0
    )
    spoiling = tokens.after_integer if one.is_open else tokens.after_decimal
    spoiled = one.chance * float(chances[list(spoiling)].sum()) if spoiling else 0.0
    ended = max(0.0, one.chance - going - spoiled) if one.is_complete else 0.0
    longer = [
        _Beginning((*one.ids, place), one.text + text, chance)
        for (place, text), chance in zip(pieces, joint, strict=True)
        if chance > _LEAST
    ]
    return _Step(one.chance, ended if ended > _LEAST else 0.0, going - point, point, longer)


def _held(
    next_chances: Callable[[Sequence[Ids]], Tensor], steps: Sequence[_Step], tokens: NumberTokens
) -> float:
    """Follow a few numbers to their ends, each by its likeliest digit: which share of them is a number then?

    "3.2" of "3.2e-5" is none, which shows at the end alone.
    """
    begun = math.fsum(step.digits for step in steps)
    nodes = [max(step.longer, key=lambda one: one.chance) for step in steps if step.longer]
    shares = [step.digits for step in steps if step.longer]  # what each stands for
    ended = 0.0
    for _ in range(MAX_TOKENS):
        if not nodes:
            break
        going: list[tuple[_Beginning, float]] = []
        for one, row, share in zip(nodes, next_chances([one.ids for one in nodes]), shares, strict=True):
            step = _step(one, row, tokens)
            ended += share * step.ended / one.chance
            if step.longer:
                best = max(step.longer, key=lambda one: one.chance)
                going.append((best, share * step.digits / one.chance))
        nodes, shares = [one for one, _ in going], [share for _, share in going]
    return min(1.0, ended / begun) if begun else 1.0


def _place(
    rest: Sequence[_Beginning], like: Sequence[_Step], found: defaultdict[float, float], held: float
) -> float:
    """Take beginnings that are not followed for what their like turned out to be; returns the chance that is lost.

    An integer may have any further digits; it stands for itself only if most of its like have none. `held` is the share
    of those that go on which are numbers in the end.
    """
    ended, digits, point = (
        math.fsum(getattr(step, what) for step in like) for what in ("ended", "digits", "point")
    )
    total = ended + digits + point
    numbers = (ended + (digits + point) * held) / math.fsum(step.chance for step in like) if like else 0.0
    lost = 0.0
    for one in rest:
        if one.is_complete and not one.is_open and total:
            found[one.value(digits / total)] += one.chance * numbers
        elif one.is_complete and digits < 0.5 * total:
            found[one.value(point / total)] += one.chance * numbers
        else:
            lost += one.chance
    return lost


def _is_fine(nodes: Sequence[_Beginning], found: defaultdict[float, float]) -> bool:
    """Tell whether the digits that are still open matter little beside the spread of all that is known.

    The spread is that of the middle, on its narrower side: numbers far away make no digit matter less.
    """
    if any(one.is_open or not one.is_complete for one in nodes):
        return False
    pairs = sorted([(one.value(1.0), one.chance) for one in nodes] + list(found.items()))
    known = NumberDistribution(tuple(value for value, _ in pairs), tuple(chance for _, chance in pairs))
    widest = max(one.width for one in nodes)
    narrow = min(known.median - known.quantile(0.1), known.quantile(0.9) - known.median)
    return widest * _FINE <= 2 * narrow / _NORMAL
