"""Names back to structures, by OPSIN: the optional package `py2opsin`, which runs on Java."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

from llamo.errors import LlamoError


def why_no_opsin() -> str:
    """Say what OPSIN lacks here and the command that installs it; "" where it can run."""
    if importlib.util.find_spec("py2opsin") is None:
        return "OPSIN is not installed; run `pip install py2opsin` (it needs Java 8 or newer)"
    if shutil.which("java") is None:
        return "OPSIN needs Java, and there is no `java` on the PATH; run `apt install default-jre-headless`"
    return ""


def structures_of(names: Sequence[str]) -> list[str]:
    """Read names into SMILES, all in one run of Java; "" for a name that OPSIN cannot read.

    Raises:
        LlamoError: If OPSIN cannot run, or gives another number of answers.
    """
    missing = why_no_opsin()
    if missing:
        raise LlamoError(missing)
    py2opsin = importlib.import_module("py2opsin").py2opsin
    lines = [" ".join(name.split()) for name in names]
    asked = list(dict.fromkeys(line for line in lines if line))
    if not asked:
        return ["" for _ in lines]
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # each name it cannot read; they are counted
        found = py2opsin(asked, tmp_fpath=str(Path(folder) / "names.txt"))
    if not isinstance(found, list) or len(found) != len(asked):
        raise LlamoError(
            f"OPSIN did not answer {len(asked)} names one by one; check that `java -version` works"
        )
    structures = dict(zip(asked, found, strict=True))
    return [structures.get(line, "") for line in lines]
