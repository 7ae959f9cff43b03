"""Reading the value out of an answer by fixed rules: numbers, Yes or No, names.

Each function returns None where the answer holds no such value; evaluation counts that as wrong, never as absent.
"""

from __future__ import annotations

import math
import re

from llamo.data.tasks.wording import collapse

_DASHES = (
    "\N{MINUS SIGN}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{SMALL HYPHEN-MINUS}"
    "\N{FULLWIDTH HYPHEN-MINUS}"
)
_MINUS = str.maketrans(dict.fromkeys(_DASHES, "-"))
_RAISED = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LOWERED = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
_POWER = r"10(?:\s?(?:\^|\*\*)\s?[{(]?(?P<%s>[+-]?\d+)[})]?%s)"
_NUMBER = re.compile(
    r"(?<!\w)(?<!\d[.,])(?P<sign>[+-]?)(?:"
    + _POWER % ("bare", "")
    + r"|(?:(?P<grouped>[1-9]\d{0,2}(?:,\d{3})+(?![\d,])(?:\.\d+)?)|(?P<plain>\d+(?:[.,]\d+)?|\.\d+))"
    r"(?:[eE](?P<e>[+-]?\d+)|\s?(?:[x*\N{MULTIPLICATION SIGN}\N{MIDDLE DOT}\N{DOT OPERATOR}]|\\times|\\cdot)\s?"
    + _POWER % ("ten", r"|(?P<fallen>[+-]\d+)")
    + r")?)"
)
# "- 0.23", "minus 0.23": a minus sign where a value is due, else a dash or a difference.
_FAR_MINUS = re.compile(
    r"(?:^\s*|(?:\b(?:is|about|approximately|roughly|around)|[=:~\N{ALMOST EQUAL TO}])[ \t]*)[*`$(]*"
    r"(?:-|(?<!\w)(?i:minus|negative))[ \t]+$"
)
_UNIT = (
    r"(?:Ha|[Hh]artrees?|[mk]?eV|E_?h|a\.?u|k?cal|k?J|[Dd]ebyes?|D|[mun\N{MICRO SIGN}]?(?:mol|M|m|g)|K|"
    r"log\w?|[Aa]ngstroms?|\N{LATIN CAPITAL LETTER A WITH RING ABOVE})(?!\w)"
)
# What may follow a number in its word: nothing, a unit, a range, punctuation; not locants, powers, charges of a name.
_AFTER = re.compile(
    rf"[-(\[]?{_UNIT}|-[+-]?\d*\.?\d+(?:{_UNIT}|(?![\w+(\[-]))|(?!-|[,\d']+-[^\d.]|[\w^(\[]|\+\+|,\d+[^\W\d])"
)
_AFTER_DECIMAL = re.compile(r"[^\W\d_]+(?!\w)|[(\[]")
_BEFORE = tuple("=:~<>,;|{/\"'*`$\N{ALMOST EQUAL TO}")
_YES_NO = re.compile(r"\b(?:(yes|true)|(no|false))\b", re.IGNORECASE)
_NAME_LEAD = re.compile(r"^.*?(?:\bname(?: \w+){0,4}? is\b|\bname:|\b(?:called|named)\b)\s*", re.IGNORECASE)
QUOTES = "\"'`*\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK} "


def parse_text(answer: str) -> str | None:
    """Return the whole answer, white space collapsed; None where it is blank."""
    return collapse(answer) or None


def parse_name(answer: str) -> str | None:
    """Return the name: the first line that is not blank, without "The name is ...", quotes and a final dot.

    `"The IUPAC name is **ethanol**." -> "ethanol"`
    """
    line = next((line for line in answer.splitlines() if line.strip()), "")
    name = _NAME_LEAD.sub("", collapse(line)).strip(QUOTES).removesuffix(".").strip(QUOTES)
    return name or None


def parse_number(answer: str) -> float | None:
    """Return the first number; None where there is none or it is not finite.

    `"about -0.23 Ha" -> -0.23`, `"B3LYP gives 1.5e-3" -> 0.0015`, `"1,234.5" -> 1234.5`, `"0,25" -> 0.25`,
    `"nan" -> None`. A comma before three digits groups thousands, any other is a decimal comma. Numbers inside a
    word with letters ("6-31G", "HOMO-1", "2,4-dimethylphenol") are none; a unit may follow ("-0.23Ha").
    """
    text = _RAISED.sub(lambda raised: "^" + raised[0].translate(_LOWERED), answer.translate(_MINUS))
    found = next((one for one in _NUMBER.finditer(text) if _stands_alone(text, one)), None)
    if found is None:
        return None
    digits = (found["grouped"] or "").replace(",", "") or (found["plain"] or "1").replace(",", ".")
    sign = found["sign"] or ("-" if _FAR_MINUS.search(text[: found.start()]) else "")
    power = next((found[name] for name in ("e", "ten", "fallen", "bare") if found[name]), "0")
    value = float(f"{sign}{digits}e{power}")
    return value if math.isfinite(value) else None


def _stands_alone(text: str, found: re.Match[str]) -> bool:
    """Say whether a number is one by itself, not a part of a name, a formula or a SMILES such as "6-31G"."""
    is_decimal = "." in found[0]
    before = text[: found.start()]
    word = "" if not before or before[-1].isspace() else before.split()[-1]
    if re.search(r"\w", word) and not word.endswith((*_BEFORE, *"-+([") if is_decimal else _BEFORE):
        return False
    endings = (_AFTER, _AFTER_DECIMAL) if is_decimal else (_AFTER,)
    return any(ending.match(text, found.end()) for ending in endings)


def parse_yes_no(answer: str) -> bool | None:
    """Return the first of the words yes, no, true and false, in any case: `"No, it is not." -> False`."""
    found = _YES_NO.search(answer)
    return None if found is None else found[1] is not None
