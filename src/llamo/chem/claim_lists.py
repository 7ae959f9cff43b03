"""Names in a row: the words between them, before them and behind them that tie them together."""

from __future__ import annotations

from llamo.chem.claim_governors import Governor
from llamo.chem.claim_quantities import Quantity
from llamo.chem.claim_terms import Mention
from llamo.chem.claim_tokens import Token
from llamo.chem.claim_words import FOLLOWERS, GLUE, MANY, number_value, word_set

# Small words that may stand inside a noun phrase or a list of them.
_IN_PHRASE = word_set(
    "of at to than no not a an the its this that only both all each neither nor either one two three four "
    "five six single total also and or , ( \" ' : / & in it more less up as but rather these those by"
)
_MAX_ADJECTIVES = 6
_ADJECTIVES_IN_ING = word_set(
    "bridging withdrawing donating remaining linking connecting accepting interesting"
)
_ARTICLES = word_set("a an the its")
_STARTERS = word_set(", and or nor but not as with")
_BETWEEN = word_set("of is are equals equal to in the this molecule exactly therefore here : =")


def is_glue(gap: list[Token]) -> bool:
    """Tell whether words between two names only list them: commas, "and", articles, numbers, adjectives."""
    joiners = [word for word in gap if word.word in GLUE | {"but", "not"} and word.word not in _ARTICLES]
    if not joiners or gap[0].word not in GLUE | {"but", "not", "-", "rather"}:
        return False
    others = _plain_words(gap)
    allowed = ("not", "but", "only", "both", "with", "of")
    return len(others) <= 4 and not any(
        word.word in FOLLOWERS and word.word not in allowed for word in others
    )


def _plain_words(words: list[Token]) -> list[Token]:
    return [
        word
        for word in words
        if word.word not in GLUE and number_value(word.word) is None and word.text != "-"
    ]


def is_noun_phrase(before: list[Token]) -> bool:
    """Tell whether the words before a name can stand in its noun phrase: no verbs or prepositions."""
    return len(_plain_words(before)) <= _MAX_ADJECTIVES and not any(
        (word.word in FOLLOWERS and word.word not in _IN_PHRASE)
        or (word.word.endswith("ing") and word.word not in _ADJECTIVES_IN_ING)
        for word in before
    )


def is_determined(before: list[Token], quantity: Quantity, governor: Governor) -> bool:
    """Tell "to a ring", "of the two rings" from "of cyanide", "in DNA or uracil"."""
    known = {word.word for word in before}
    if known & MANY:
        return False  # "a component of many steroids"
    if governor.end - governor.first > 1 and not known:
        return True
    has_article = bool(known & {"a", "an", "each", "both", "one"})
    return "," not in known and (quantity.is_definite or quantity.is_counted or has_article)


def flips_negation(gap: list[Token], negated: bool) -> bool:
    """Turn at "but not" and "but" ("no nitrogen but two oxygens"); "and no" turns only its own name."""
    words = [word.word for word in gap]
    return "not" in words or ("but" not in words and negated)


def is_alternative(words: list[Token], last_end: int, mention: Mention) -> bool:
    """Tell one of two names joined by "or", of which only one need be true."""
    after = words[mention.end].word if mention.end < len(words) else ""
    return after == "or" or any(word.word == "or" for word in words[last_end : mention.first])


def phrase_start(words: list[Token], last_end: int, mention: Mention) -> int:
    """Find the first word of a name's own noun phrase: "a ketone" of "an ester and a ketone"."""
    first = mention.first
    while first > last_end and not (words[first - 1].word in _STARTERS and _is_apart(words, first - 1)):
        first -= 1
    return first


def _is_apart(words: list[Token], index: int) -> bool:
    """Tell the comma between names from those of "1,2,4-triazine"."""
    return words[index].text != "," or index + 1 >= len(words) or words[index + 1].start > words[index].end


def number_behind(words: list[Token], index: int) -> int | None:
    """Read "(2)" or "(x2)" behind a name; "(203)Hg" is none."""
    if index + 2 >= len(words) or words[index].text != "(":
        return None
    inner, closing = words[index + 1].text.lower(), words[index + 2]
    if inner == "x" and closing.text.isdigit():
        return int(closing.text)
    behind = words[index + 3] if index + 3 < len(words) else None
    is_last = behind is None or behind.start > closing.end or not behind.text.isalnum()
    return int(inner) if inner.isdigit() and len(inner) < 3 and closing.text == ")" and is_last else None


def labelled_number(words: list[Token], mention: Mention) -> tuple[int, int] | None:
    """Read "number of rings is 3", "ring count: 3", "rings: 3": the number and where it stands."""
    before = [word.word for word in words[: mention.first]]
    is_named = before[-2:] in (["number", "of"], ["count", "of"]) or before[-3:-1] == ["number", "of"]
    index = mention.end
    if index < len(words) and words[index].word in ("count", "number"):
        index, is_named = index + 1, True
    while index < len(words) and words[index].word in _BETWEEN:
        is_named = is_named or (words[index].text in ":=" and mention.first <= 1)
        index += 1
    if not is_named or index >= len(words) or index == mention.end:
        return None
    value = 0 if words[index].word in ("none", "no") else number_value(words[index].word)
    return None if value is None else (value, index)
