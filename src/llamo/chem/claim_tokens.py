"""From text to tokens: sentences, words in a plain spelling, and where each stands in the text.

Every character keeps its place, so that a claim can point into the text as it was written.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from llamo.chem.claim_words import word_set

_PLAIN = str.maketrans(
    "₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻−–—‐‑’‘ʼ“”\u00a0\u2009\u202f\u200a·∙⋅•×₊₋",
    "01234567890123456789+---,--'''\"\"    ....x+-",
)
# One character more than its plain form would move everything behind it.
# Numbers as "12", "1.5", "1,200" and "1e9"; only plain ones count anything.
_NUMBER = r"\d{1,3}(?:,\d{3})+(?![\d,])|\d+(?:\.\d+)?(?:[eE][+-]?\d+(?![^\W_]))?"
_TOKEN = re.compile(_NUMBER + r"|[^\W\d_]+(?:'[a-z]+)?|C=C|C=O|C=S|[^\s]")
_BOND_WORDS = ("C=C", "C=O", "C=S", "C≡C")
_TOKENS = re.compile("|".join(re.escape(word) for word in _BOND_WORDS) + "|" + _TOKEN.pattern)
# A sentence ends at a full stop before white space; "e.g." and initials do not end one.
_SENTENCE_END = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bapprox)(?<!\bca)(?<!\bno)(?<!\bvs)[.!?]+(?=\s|$|[\"')\]])|\n+|[;]"
)
MAX_SENTENCE = 2000  # characters; what is longer is no prose (a sequence, a loop of a model)
_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta"}
_KEPT = word_set("is its this has was plus minus less unless across various always thus bias as us ends")
_IRREGULAR = {
    "moieties": "moiety", "functionalities": "functionality", "nuclei": "nucleus", "axes": "axis", "bases": "base",
    "analyses": "analysis", "species": "species", "series": "series", "halves": "half", "centres": "center",
    "centre": "center", "stereocentre": "stereocenter", "stereocentres": "stereocenter", "ohs": "oh",
    "labelled": "labeled", "labelling": "labeling", "aluminium": "aluminum", "caesium": "cesium",
    "ionised": "ionized", "nitrogens": "nitrogen", "thiols": "thiol", "does": "does", "gas": "gas",
}  # fmt: skip


class Token(NamedTuple):
    """A word, number or sign.

    Attributes:
        text: As written, in plain characters.
        word: Lower case, singular, American spelling.
        start: Where it begins in the text.
        end: Where it ends.
    """

    text: str
    word: str
    start: int
    end: int


def plain_text(text: str) -> str:
    """Replace typographic characters by plain ones, each by one, so that places stay the same.

    Example: "C₉H₈O₄" -> "C9H8O4"
    """
    return text.translate(_PLAIN)


def sentences(plain: str) -> list[tuple[int, int]]:
    """Split plain text into sentences: (start, end) of each, its end mark left out.

    Those longer than `MAX_SENTENCE` are among them; whoever reads has to pass over them and say so.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for end in _SENTENCE_END.finditer(plain):
        spans.append((start, end.start()))
        start = end.end()
    spans.append((start, len(plain)))
    return [(first, last) for first, last in spans if plain[first:last].strip()]


def tokens(plain: str, start: int, end: int) -> list[Token]:
    """Split one sentence into tokens."""
    return [
        Token(match.group(), plain_word(match.group()), match.start(), match.end())
        for match in _TOKENS.finditer(plain, start, end)
    ]


@lru_cache(maxsize=50_000)
def plain_word(text: str) -> str:
    """Bring a word to lower case, singular and American spelling: "Stereocentres" -> "stereocenter"."""
    if text in _BOND_WORDS:
        return text
    if text[0].isdigit():
        return text.replace(",", "")
    word = _GREEK.get(text, text).lower()
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    word = word.replace("sulph", "sulf").replace("haem", "hem") if len(word) > 4 else word
    if word in _KEPT or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is", "ous")):
        return word
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    return word[:-1]
