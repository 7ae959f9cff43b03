"""SELFIES to SMILES, with the optional package `selfies`."""

from __future__ import annotations

import re

from llamo.errors import DataError

SELFIES = re.compile(r"(?:\[[^\[\]]+\]|\.)+")
SMILES_ION = re.compile(r"\[[^\]]*[+-]\]")  # SELFIES writes a charge with its number: "[Na+1]"


class NoSelfiesError(ValueError):
    """A text that is neither SELFIES nor anything else this package reads."""


def looks_like_selfies(text: str) -> bool:
    """Tell SELFIES from SMILES: `"[C][C][O]" -> True`, `"[Na+].[Cl-]" -> False`, `"CCO" -> False`."""
    return SELFIES.fullmatch(text) is not None and SMILES_ION.search(text) is None


def to_smiles(text: str) -> str:
    """Return the SMILES of a molecule written as SELFIES; SMILES come back as they are.

    Raises:
        DataError: the package `selfies` is not installed.
        NoSelfiesError: the SELFIES cannot be decoded.
    """
    text = text.strip()
    if not looks_like_selfies(text):
        return text
    try:
        import selfies  # type: ignore[import-not-found, unused-ignore]  # optional
    except ImportError as error:
        raise DataError(
            "this file holds SELFIES, which need the package `selfies`: run `pip install selfies`"
        ) from error
    try:
        return str(selfies.decoder(text))
    except selfies.DecoderError as error:
        raise NoSelfiesError(f"SELFIES cannot be decoded: {text[:60]!r}") from error
