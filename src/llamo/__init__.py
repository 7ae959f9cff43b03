"""LLaMo: a large language model that reads molecular graphs and talks about them (arXiv 2411.00871)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from llamo.version import __version__

if TYPE_CHECKING:
    from llamo.assistant import Assistant
    from llamo.models.config import LlamoConfig
    from llamo.models.modeling import LlamoForConditionalGeneration
    from llamo.models.processing import LlamoProcessor

__all__ = ["Assistant", "LlamoConfig", "LlamoForConditionalGeneration", "LlamoProcessor", "__version__"]

_HOMES = {
    "Assistant": "llamo.assistant",
    "LlamoConfig": "llamo.models.config",
    "LlamoForConditionalGeneration": "llamo.models.modeling",
    "LlamoProcessor": "llamo.models.processing",
}


def __getattr__(name: str) -> Any:  # Any: a lazily imported public object
    """Import the public classes on first use, so that `import llamo` and `llamo --help` stay instant."""
    if name not in _HOMES:
        raise AttributeError(f"module 'llamo' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
