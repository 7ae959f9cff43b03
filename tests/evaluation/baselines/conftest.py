from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from llamo.chem.reading import connectivity
from llamo.errors import InvalidMoleculeError
from llamo.testing.variety import varied_smiles

sys.path.insert(0, str(Path(__file__).parents[2] / "data"))  # the scripted endpoint is there

Table = Callable[..., Path]


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Writes a table of tab-separated rows: `table("train", "smiles y", [("CCO", "1")])`."""

    def write(name: str, header: str, rows: Sequence[Sequence[object]]) -> Path:
        path = tmp_path / f"{name}.tsv"
        lines = ["\t".join(header.split()), *("\t".join(map(str, row)) for row in rows)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def data() -> Path:
    """The folder of outside data; skips where there is none."""
    folder = Path(os.environ.get("LLAMO_DATA_DIR") or "nowhere")
    if not folder.is_dir():
        pytest.skip("LLAMO_DATA_DIR is not set, or no folder")
    return folder


@pytest.fixture(scope="session")
def molecules() -> list[str]:
    """SMILES of 160 molecules of many kinds, each another one by connectivity."""
    found: dict[str, str] = {}
    for smiles in random.Random(0).sample(varied_smiles(), 400):
        try:
            found.setdefault(connectivity(smiles), smiles)
        except InvalidMoleculeError:  # no InChIKey
            continue
    return list(found.values())[:160]
