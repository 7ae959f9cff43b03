"""Reading the value out of an answer by fixed rules: numbers, Yes or No, names.

Each function returns None where the answer holds no such value; evaluation counts that as wrong, never as absent.
"""

from __future__ import annotations

import math
import re

from llamo.data.tasks.wording import collapse

_MINUS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{FIGURE DASH}": "-"})
# Digits inside a word or a version ("B3LYP", "C6", "v1.2") are no number, and a hyphen behind a letter or digit
# is no sign ("gap-0.2").
_NUMBER = re.compile(
    r"(?<!\w)(?<!\d[.,])(?P<sign>[+-]?)"
    r"(?:(?P<grouped>[1-9]\d{0,2}(?:,\d{3})+(?![\d,])(?:\.\d+)?)|(?P<plain>\d+(?:[.,]\d+)?|\.\d+))"
    r"(?:[eE](?P<e>[+-]?\d+)|\s?[x*\N{MULTIPLICATION SIGN}]\s?10(?:\^|\*\*)(?P<ten>[+-]?\d+))?"
)
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
    `"nan" -> None`. A comma before three digits groups thousands, any other is a decimal comma.
    """
    found = _NUMBER.search(answer.translate(_MINUS))
    if found is None:
        return None
    digits = found["plain"].replace(",", ".") if found["plain"] else found["grouped"].replace(",", "")
    value = float(f"{found['sign']}{digits}e{found['e'] or found['ten'] or 0}")
    return value if math.isfinite(value) else None


def parse_yes_no(answer: str) -> bool | None:
    """Return the first of the words yes, no, true and false, in any case: `"No, it is not." -> False`."""
    found = _YES_NO.search(answer)
    return None if found is None else found[1] is not None
