from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics.distance import edit_distance

from llamo.evaluation.levenshtein import levenshtein

TEXTS = st.text("abCé(=", max_size=90)


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [
        ("kitten", "sitting", 3),
        ("", "abc", 3),
        ("abc", "", 3),
        ("CCO", "CCO", 0),
        ("CCO", "OCC", 2),
        ("", "", 0),
    ],
)
def test_by_hand(first, second, distance):
    assert levenshtein(first, second) == distance


@given(TEXTS, TEXTS)
def test_equals_nltk(first: str, second: str):
    assert levenshtein(first, second) == edit_distance(first, second) == levenshtein(second, first)
