"""Where an answer comes from: which atoms, motifs and levels its words rest on.

`explain` does it for a molecule and a question. `asked` holds an answer ready to be scored again under changed graph
tokens; `gradients`, `attention` and `occlusion` are the methods (`methods` finds them by name); `reference` is what an
atom is compared with, `subsets` what the projector sees when atoms are taken away; `page` and `picture` show it all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llamo.assistant.attribution.names import DEFAULT_METHOD, METHODS

if TYPE_CHECKING:
    from llamo.assistant.attribution.explaining import explain
    from llamo.assistant.attribution.result import Attribution, WordEffect

__all__ = ["DEFAULT_METHOD", "METHODS", "Attribution", "WordEffect", "explain"]


def __getattr__(name: str) -> object:
    """Load what needs torch when it is asked for."""
    if name == "explain":
        from llamo.assistant.attribution.explaining import explain

        return explain
    if name in ("Attribution", "WordEffect"):
        from llamo.assistant.attribution import result

        return getattr(result, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
