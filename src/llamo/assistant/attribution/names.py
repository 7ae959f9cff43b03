"""Names that users type; nothing heavy is imported for them."""

from __future__ import annotations

from typing import Literal, get_args

from llamo.errors import UsageError

Method = Literal["gradients", "attention", "occlusion"]
METHODS: tuple[Method, ...] = get_args(Method)
DEFAULT_METHOD: Method = "gradients"


def check_method(method: str) -> Method:
    """Pass a method's name on.

    Raises:
        UsageError: There is no such method.
    """
    if method not in METHODS:
        raise UsageError(f"unknown method {method!r}; choose one of {', '.join(METHODS)}")
    return method
