"""Names that users type, in one light place: neither torch nor transformers is imported for them."""

from __future__ import annotations

import os
from typing import Literal, get_args

DEFAULT_MODEL = "llamo-smollm2-135m"

View = Literal["graph+smiles", "graph", "smiles", "none"]
"""How the language model sees a molecule: by its graph tokens, its SMILES, both, or not at all."""

VIEWS: tuple[View, ...] = get_args(View)


def network_is_forbidden() -> bool:
    """Tell whether `LLAMO_OFFLINE` is switched on."""
    return is_switched_on("LLAMO_OFFLINE")


def is_switched_on(variable: str) -> bool:
    """Tell whether an environment variable says yes: "1", "true", "yes" or "on", in any case."""
    return os.environ.get(variable, "").strip().lower() in ("1", "true", "yes", "on")
