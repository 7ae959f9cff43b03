"""The search over the digits of a number, against the distribution that it searches."""

from __future__ import annotations

import itertools
import math
import statistics

import pytest
import torch

from llamo.inference.number_search import NumberDistribution, number_pieces, search_numbers, write_number

VOCABULARY = [*"0123456789", "-", ".", " ", "<end>", "eV", "12", "345"]
PIECES = number_pieces(VOCABULARY, without=[13])


def teacher(texts_and_chances):
    """A language model that writes one of a few texts, token by token (single characters), then the end."""
    seen = []

    def next_chances(beginnings):
        seen.append(len(beginnings))
        rows = torch.zeros(len(beginnings), len(VOCABULARY), dtype=torch.float64)
        for row, ids in zip(rows, beginnings, strict=True):
            begun = "".join(VOCABULARY[place] for place in ids)
            total = sum(chance for text, chance in texts_and_chances.items() if text.startswith(begun))
            for text, chance in texts_and_chances.items():
                if text.startswith(begun):
                    rest = text[len(begun) :]
                    token = "eV" if rest.startswith("eV") else rest[:1] or "<end>"
                    row[VOCABULARY.index(token)] += chance / total
        return rows

    return next_chances, seen


def test_pieces_are_digits_signs_and_points():
    assert [VOCABULARY[place] for place, _ in PIECES] == [*"0123456789", "-", ".", "12", "345", " "]
    assert number_pieces(["<end>", "7", " 7", "7a", "٣", "1.5", "..", ""]) == [
        (1, "7"),
        (2, " 7"),
        (5, "1.5"),
    ]


def test_a_few_numbers_are_found_with_their_chances():
    """One token after the other, negative ones and such as end early, too; a unit ends a number."""
    next_chances, _ = teacher({"-0.25": 0.5, "-0.3": 0.2, "-0.21eV": 0.25, "eV": 0.05})
    found = search_numbers(next_chances, PIECES)
    assert dict(zip(found.values, found.chances, strict=True)) == pytest.approx(
        {-0.3: 0.2, -0.25: 0.5, -0.21: 0.25}
    )
    assert found.covered == pytest.approx(0.95)
    assert found.median == -0.25
    assert found.mean == pytest.approx((-0.06 - 0.125 - 0.0525) / 0.95)


@pytest.mark.parametrize("sign", ["", "-"])
def test_many_digits_are_cut_where_they_no_longer_matter(sign):
    """A bell of 2,000 numbers of four decimals: mean, median and spread come out, few beginnings are read."""
    texts = {
        f"{sign}{0.2 + 0.0001 * step:.4f}": math.exp(-0.5 * ((step - 800) / 150) ** 2) for step in range(2000)
    }
    total = sum(texts.values())
    texts = {text: chance / total for text, chance in texts.items()}
    next_chances, seen = teacher(texts)
    found = search_numbers(next_chances, PIECES)
    values = {float(text): chance for text, chance in texts.items()}
    mean = sum(value * chance for value, chance in values.items())
    spread = math.sqrt(sum(chance * (value - mean) ** 2 for value, chance in values.items()))
    assert found.covered == pytest.approx(1, abs=2e-3)
    assert found.mean == pytest.approx(mean, abs=spread / 50)
    assert found.median == pytest.approx(mean, abs=spread / 10)
    assert found.spread == pytest.approx(spread, rel=0.03)
    assert sum(seen) < 60


def test_tokens_of_several_digits():
    chances = {(): {"12": 0.6, "1": 0.4}, ("12",): {"345": 0.5, "<end>": 0.5}, ("1",): {"2": 1.0}}

    def next_chances(beginnings):
        rows = torch.zeros(len(beginnings), len(VOCABULARY), dtype=torch.float64)
        for row, ids in zip(rows, beginnings, strict=True):
            for token, chance in chances.get(tuple(VOCABULARY[i] for i in ids), {"<end>": 1.0}).items():
                row[VOCABULARY.index(token)] = chance
        return rows

    found = search_numbers(next_chances, PIECES)
    assert dict(zip(found.values, found.chances, strict=True)) == pytest.approx({12.0: 0.7, 12345.0: 0.3})


def test_words_are_no_numbers():
    next_chances, _ = teacher({"": 0.5, "eV": 0.5})
    found = search_numbers(next_chances, PIECES)
    assert found.values == ()
    assert found.covered == 0


def test_digits_without_end_are_given_up():
    """What never ends is no number, and the search stops."""
    rows = torch.zeros(1, len(VOCABULARY), dtype=torch.float64)
    rows[0, VOCABULARY.index("7")] = 1.0
    assert search_numbers(lambda beginnings: rows.expand(len(beginnings), -1), PIECES).covered == 0


def test_quantiles_and_spread_of_a_distribution():
    values, chances = (-1.0, 0.0, 2.0, 5.0), (0.1, 0.4, 0.2, 0.1)
    found = NumberDistribution(values, chances)
    copies = list(
        itertools.chain.from_iterable(
            [value] * round(10 * chance) for value, chance in zip(values, chances, strict=True)
        )
    )
    assert found.mean == pytest.approx(statistics.fmean(copies))
    assert found.spread == pytest.approx(statistics.pstdev(copies))
    assert found.median == statistics.median_low(copies)
    assert [found.quantile(share) for share in (0.0, 0.1, 0.2, 0.9, 1.0)] == [-1.0, -1.0, 0.0, 5.0, 5.0]
    with pytest.raises(ZeroDivisionError):
        _ = NumberDistribution((), ()).mean


@pytest.mark.parametrize(
    ("value", "spread", "text"),
    [(0.24513, 0.0123, "0.2451"), (-3.456, 0.8, "-3.456"), (123.456, 40.0, "123.5"), (0.3, 0.0, "0.3")],
)
def test_numbers_are_written_as_finely_as_they_are_known(value, spread, text):
    assert write_number(value, spread) == text
