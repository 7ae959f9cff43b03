"""The search over the digits of a number, against the distribution that it searches."""

from __future__ import annotations

import itertools
import math
import re
import statistics
from collections import defaultdict

import numpy as np
import pytest
import torch

from llamo.inference.number_search import NumberDistribution, number_tokens, search_numbers, write_number

VOCABULARY = [*"0123456789", "-", ".", "Ġ", "<end>", "eV", "e", ",", *(f"{n:03}" for n in range(1000))]
TOKENS = number_tokens(VOCABULARY, without=[13])
IDS = {text.replace("Ġ", " "): place for place, text in enumerate(VOCABULARY)}


def teacher(chances_of_texts, *, digits_at_once=1):
    """A language model that writes one of a few texts, then the end; digits after the point in threes if told so."""
    seen = []
    after = defaultdict(lambda: defaultdict(float))  # of each beginning, what comes next
    for text, chance in chances_of_texts.items():
        ids = _cut(text, digits_at_once)
        for depth, place in enumerate(ids):
            after[ids[:depth]][place] += chance

    def next_chances(beginnings):
        seen.append(len(beginnings))
        rows = torch.zeros(len(beginnings), len(VOCABULARY), dtype=torch.float64)
        for row, ids in zip(rows, beginnings, strict=True):
            for place, chance in after[ids].items():
                row[place] = chance / sum(after[ids].values())
        return rows

    return next_chances, seen


def _cut(text, digits_at_once):
    whole, point, decimals = text.removesuffix("eV").partition(".")
    groups = [decimals[start : start + digits_at_once] for start in range(0, len(decimals), digits_at_once)]
    digits = [part for group in groups for part in ([group] if group in IDS else group)]
    tokens = [*whole, *point, *digits, *(["eV"] if text.endswith("eV") else []), "<end>"]
    return tuple(IDS[token] for token in tokens)


def bell(middle, spread, decimals, *, sign=1):
    """Numbers of so many decimals, as probable as a normal distribution has them."""
    step = 10.0**-decimals
    places = range(round((middle - 5 * spread) / step), round((middle + 5 * spread) / step) + 1)
    chances = {
        f"{sign * place * step:.{decimals}f}": math.exp(-0.5 * ((place * step - middle) / spread) ** 2)
        for place in places
    }
    return {text: chance / sum(chances.values()) for text, chance in chances.items()}


def whole(chances_of_texts):
    """The same as a distribution, every number in it."""
    pairs = sorted((float(text), chance) for text, chance in chances_of_texts.items())
    return NumberDistribution(tuple(value for value, _ in pairs), tuple(chance for _, chance in pairs))


def test_tokens_are_digits_signs_and_points():
    texts = ["<end>", "7", "Ġ7", "▁-", "▁", "7a", "٣", "1.5", "..", "", "Ha", ",", "e-", "Ċ", "^2"]
    tokens = number_tokens(texts, without=[0])
    assert tokens.pieces == ((1, "7"), (2, " 7"), (3, " -"), (4, " "), (7, "1.5"))
    assert tokens.after_integer == (10, 11, 12, 14)
    assert tokens.after_decimal == (12, 14)


@pytest.mark.parametrize("text", ["", " ", "-", " +", "7", "-12", "3.", "12.34", " -0.5", "+.25"])
def test_what_goes_on_with_a_number_is_what_makes_the_beginning_of_one(text):
    beginning = re.compile(r"\s*[+-]?\d*\.?\d*")
    signs = number_tokens(["5", "42", ".", ".5", "3.1", "-", "+7", " ", " 8", " -", "x", "-.2"])
    for tokens in (TOKENS, signs):
        expected = [one for one in tokens.pieces if beginning.fullmatch(text + one[1])]
        assert list(tokens.going_on(text)) == expected


def test_a_few_numbers_are_found_with_their_chances():
    """One token after the other, such as end early, too; a unit ends a number."""
    next_chances, _ = teacher({"-0.25": 0.5, " -0.3": 0.2, "-0.21eV": 0.25, "eV": 0.05})
    found = search_numbers(next_chances, TOKENS)
    assert dict(zip(found.values, found.chances, strict=True)) == pytest.approx(
        {-0.3: 0.2, -0.25: 0.5, -0.21: 0.25}
    )
    assert found.covered == pytest.approx(0.95)
    assert found.median == -0.25
    assert found.mean == pytest.approx((-0.06 - 0.125 - 0.0525) / 0.95)


BELLS = [  # middle, spread, decimals
    (0.28, 0.015, 4),
    (0.24, 0.008, 4),
    (0.24, 0.0008, 4),
    (2.5, 0.6, 1),
    (3.0, 0.1, 2),
    (75.0, 20.0, 2),
    (100.0, 8.0, 1),
    (150.0, 10.0, 0),
    (250.0, 40.0, 0),
]


@pytest.mark.parametrize("digits_at_once", [1, 3])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("middle", "spread", "decimals"), BELLS)
def test_a_bell_of_numbers(middle, spread, decimals, sign, digits_at_once):
    """Mean, quantiles and spread come out, whether digits end where the search does or not; few are read."""
    texts = bell(middle, spread, decimals, sign=sign)
    next_chances, seen = teacher(texts, digits_at_once=digits_at_once)
    found, true = search_numbers(next_chances, TOKENS), whole(texts)
    assert found.covered > 0.9
    assert found.mean == pytest.approx(true.mean, abs=spread / 25)
    assert found.spread == pytest.approx(true.spread, rel=0.1)
    for share in (0.1, 0.5, 0.9):
        assert found.quantile(share) == pytest.approx(true.quantile(share), abs=spread / 7 + 1e-9)
    assert sum(seen) < 300


def test_a_stray_number_makes_no_digit_matter_less():
    next_chances, _ = teacher({"0.2412": 0.5, "0.2633": 0.42, "9": 0.08})
    found = search_numbers(next_chances, TOKENS)
    assert found.median == pytest.approx(0.2412, abs=1e-3)
    assert found.quantile(0.9) == pytest.approx(0.2633, abs=1e-3)
    texts = {text: 0.97 * chance for text, chance in bell(0.24, 0.0085, 4).items()} | {"9.5000": 0.03}
    next_chances, _ = teacher(texts)
    found, true = search_numbers(next_chances, TOKENS), whole(texts)
    for share in (0.1, 0.5, 0.9):
        assert found.quantile(share) == pytest.approx(true.quantile(share), abs=1e-3)


@pytest.mark.parametrize("stray", [0.05, 0.099, 0.101, 0.2, 0.4])
def test_strays_however_many_move_no_quantile_of_the_rest(stray):
    texts = {text: (1 - stray) * chance for text, chance in bell(0.24, 0.0085, 4).items()} | {"9.5000": stray}
    next_chances, _ = teacher(texts)
    found, true = search_numbers(next_chances, TOKENS), whole(texts)
    for share in (0.1, 0.5):
        assert found.quantile(share) == pytest.approx(true.quantile(share), abs=1e-3)


def test_strays_do_not_round_the_answer_away():
    next_chances, _ = teacher({"-0.2412": 0.5, "-0.2431": 0.49, "-123": 0.01})
    found = search_numbers(next_chances, TOKENS)
    assert float(write_number(found.median, found.half_width)) == pytest.approx(-0.2431, abs=1e-3)


def test_powers_of_ten_are_seen_behind_the_digits_that_are_read():
    """A spread of mantissas, each with an exponent behind: none of them is the number."""
    texts = {f"{text}e-5": chance for text, chance in bell(3.2, 0.8, 3).items()}
    next_chances, _ = teacher(texts)
    assert not search_numbers(next_chances, TOKENS).is_number


def test_words_behind_integers_that_are_not_followed():
    texts = {f"{text}eV": 0.95 * chance for text, chance in bell(300.0, 80.0, 0).items()}
    texts |= {text: 0.05 * chance for text, chance in bell(300.0, 80.0, 0).items()}
    next_chances, _ = teacher(texts)
    assert search_numbers(next_chances, TOKENS).covered == pytest.approx(0.05, abs=0.02)


@pytest.mark.parametrize("middle", [0.0, 900.0])
def test_numbers_too_many_to_be_followed_are_not_made_up(middle):
    texts = bell(middle, 200.0, 1)
    next_chances, _ = teacher(texts, digits_at_once=3)
    found, true = search_numbers(next_chances, TOKENS), whole(texts)
    assert not found.is_number or found.median == pytest.approx(true.median, abs=30.0)


def test_a_sure_number_of_many_digits():
    next_chances, _ = teacher({"-0.2451234567890123": 1.0})
    found = search_numbers(next_chances, TOKENS)
    assert found.covered == pytest.approx(1)
    assert found.mean == pytest.approx(-0.2451234567890123)
    assert found.spread == 0


def test_tokens_that_are_all_improbable_are_no_end():
    """A thousand tokens of three digits, each below what is followed: together they are no "0."."""
    texts = bell(0.24, 0.008, 4)
    exact, _ = teacher(texts, digits_at_once=3)

    def next_chances(beginnings):
        rows = exact(beginnings)
        rows[:, IDS["000"] : IDS["999"] + 1] += 9e-7
        return rows / rows.sum(dim=1, keepdim=True)

    found, true = search_numbers(next_chances, TOKENS), whole(texts)
    assert found.spread == pytest.approx(true.spread, rel=0.1)
    assert 0.0 not in found.values


@pytest.mark.parametrize("text", ["3eV", "1,234.5", "0,25", "1.5e-3", "3,4", "10-5", "2.5-3.0"])
def test_what_would_be_another_number_or_none_is_not_covered(text):
    next_chances, _ = teacher({text: 1.0})
    assert search_numbers(next_chances, TOKENS).covered == 0


def test_words_are_no_numbers():
    next_chances, _ = teacher({"": 0.5, "eV": 0.5})
    found = search_numbers(next_chances, TOKENS)
    assert found.values == ()
    assert found.covered == 0


def test_digits_without_end_are_given_up():
    """What never ends is no number, and the search stops."""
    rows = torch.zeros(1, len(VOCABULARY), dtype=torch.float64)
    rows[0, IDS["7"]] = 1.0
    assert search_numbers(lambda beginnings: rows.expand(len(beginnings), -1), TOKENS).covered == 0


def test_quantiles_and_spread_of_a_distribution():
    values, chances = (-1.0, 0.0, 2.0, 5.0), (0.1, 0.4, 0.2, 0.1)
    found = NumberDistribution(values, chances)
    pairs = zip(values, chances, strict=True)
    copies = list(itertools.chain.from_iterable([value] * round(10 * chance) for value, chance in pairs))
    assert found.mean == pytest.approx(statistics.fmean(copies))
    assert found.spread == pytest.approx(statistics.pstdev(copies))
    assert found.median == statistics.median_low(copies)
    assert [found.quantile(share) for share in (0.0, 0.1, 0.2, 0.9, 1.0)] == [-1.0, -1.0, 0.0, 5.0, 5.0]
    with pytest.raises(ZeroDivisionError):
        _ = NumberDistribution((), ()).mean


def test_one_number_has_no_spread():
    for value in np.random.default_rng(0).normal(size=300):
        assert NumberDistribution((float(value),), (0.55,)).spread == 0


@pytest.mark.parametrize(
    ("value", "spread", "text"),
    [
        (0.24513, 0.0123, "0.2451"),
        (-3.456, 0.8, "-3.456"),
        (123.456, 40.0, "123.5"),
        (0.3, 0.0, "0.3"),
        (0.99, 1e-16, "0.99"),
        (-406.123456, 0.0, "-406.123456"),
        (1234567.0, 0.0, "1234567"),
        (-1e-5, 0.01, "0.0000"),
    ],
)
def test_numbers_are_written_as_finely_as_they_are_known(value, spread, text):
    assert write_number(value, spread) == text
