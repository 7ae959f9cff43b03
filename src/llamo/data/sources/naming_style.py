"""Two styles of systematic names: PubChem's usual one ("hydroxy") and that of substituted hydrides ("oxidanyl").

PubChem computes several names a compound; collections that took the wrong column hold "2,3-bis(oxidanyl)benzoic acid"
for 2,3-dihydroxybenzoic acid. Replacing the words would leave the prefixes in the wrong alphabetical order, so
such names are left out, not converted. Labelled atoms are named so in both styles: "(18F)fluoranyl".
"""

from __future__ import annotations

import re

OTHER_STYLE = "name in another naming style (oxidanyl, azanyl, ...)"
HYDRIDES = "oxidan|azan|chloran|broman|fluoran|iodan"
PATTERN = re.compile(rf"(?:{HYDRIDES})yl(?!idyne)", re.IGNORECASE)
LABELLED = re.compile(rf"\(\d+[A-Z][a-z]?\)(?:{HYDRIDES})yl(?!idyne)", re.IGNORECASE)


def is_other_style(name: str) -> bool:
    """Tell whether a name is in the style of substituted hydrides.

    `"2,3-bis(oxidanyl)benzoic acid" -> True`, `"4-hydroxyphenol" -> False`,
    `"1-((18F)fluoranyl)butane" -> False`
    """
    return PATTERN.search(LABELLED.sub("", name)) is not None
