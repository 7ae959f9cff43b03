"""Docstrings on their way into the reference: examples become code, `x["a"]["b"]` outside code is no link."""

from __future__ import annotations

import re
from typing import Any

import griffe

# A backticked span or a line of an example is code, and stays; "][" anywhere else would be read as a reference.
_EXAMPLE = re.compile(r"^Example:$", re.MULTILINE)
_CODE_OR_REFERENCE = re.compile(r"(`[^`\n]*`|^\s*>>>.*$)|\]\[", re.MULTILINE)


class HouseDocstrings(griffe.Extension):
    """Turns the docstrings of this house into what griffe and Markdown read."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:  # Any: griffe's own arguments
        """Mend one docstring in place."""
        if obj.docstring:
            text = _EXAMPLE.sub("Examples:", obj.docstring.value)
            obj.docstring.value = _CODE_OR_REFERENCE.sub(lambda found: found[1] or "]\\[", text)
