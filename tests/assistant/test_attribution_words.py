"""Words of an answer: found where they stand, whole, and named where they are asked for in vain."""

from __future__ import annotations

import pytest

from llamo.assistant.attribution.words import find_word, words_of
from llamo.errors import InputError

ANSWER = 'The molecule is a 2,4-dihydroxy (1->4)-linked steroid (see "it"), an acid; Steroids are N(CH3)2.'


def test_words_keep_the_names_of_compounds_whole() -> None:
    expected = [
        "The", "molecule", "is", "a", "2,4-dihydroxy", "(1->4)-linked", "steroid", "see", "it", "an", "acid",
        "Steroids", "are", "N(CH3)2",
    ]  # fmt: skip
    assert [word.text for word in words_of(ANSWER)] == expected
    assert all(ANSWER[word.start : word.end] == word.text for word in words_of(ANSWER))
    assert words_of(" ... !") == []


@pytest.mark.parametrize("text", ["(", "()", "((a))", "a)(b", "]x[", "(a)(b)"])
def test_odd_brackets_end_somewhere(text: str) -> None:
    assert all(text[word.start : word.end] == word.text != "" for word in words_of(text))


@pytest.mark.parametrize(
    ("wanted", "start"),
    [("steroid", ANSWER.index("steroid")), ("ACID", ANSWER.index("acid")), ("2,4-dihydroxy", 18)],
)
def test_a_word_is_found_where_it_first_stands(wanted: str, start: int) -> None:
    word = find_word(ANSWER, wanted)
    assert (word.start, word.end) == (start, start + len(wanted))
    assert word.text.lower() == wanted.lower()


def test_several_words_in_a_row_are_found_across_white_space() -> None:
    assert find_word("a carboxylic\n acid", " carboxylic acid").text == "carboxylic\n acid"


@pytest.mark.parametrize("wanted", ["stero", "cid", "", "  ", "ketone"])
def test_an_absent_word_is_an_error_that_lists_those_there_are(wanted: str) -> None:
    with pytest.raises(InputError, match=r"no word .*The, molecule, .*steroid, .*N\(CH3\)2$"):
        find_word(ANSWER, wanted)
