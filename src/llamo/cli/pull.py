"""`llamo pull [MODEL]`: fetch a base language model once, so that everything later runs offline."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer


def pull(
    model: Annotated[
        str, typer.Argument(help="A short name, a hub id (owner/name) or a folder.")
    ] = "smollm2-135m-instruct",
    verify: Annotated[
        bool, typer.Option("--verify", help="Compare the cached weights' sha256, too; rebuild if it differs.")
    ] = False,
    json_output: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Fetch a base language model into the cache, or check the one that is there; print its path and size."""
    from llamo.models.base_model_cache import read_marker
    from llamo.models.language_models import resolve_base_model

    folder = resolve_base_model(model, verify=verify)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    is_verified = verify and read_marker(folder) is not None
    if verify and not is_verified:
        print(
            f"{model!r} is a folder or a hub model: no checksum is known, nothing was verified",
            file=sys.stderr,
        )
    if json_output:
        print(json.dumps({"model": model, "path": str(folder), "bytes": size, "verified": is_verified}))
    else:
        print(f"{model}: {folder} ({size / 1e6:.0f} MB{', sha256 verified' if is_verified else ''})")
