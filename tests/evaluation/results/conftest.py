"""A data folder, a recipe and a config that take seconds: a tiny model, a copy baseline, and a system that fails."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from tiny_results import NUM_MOLECULES, REACTIONS, quoted, recipe

from llamo.chem.reading import connectivity
from llamo.testing.variety import varied_smiles


def write_table(path: Path, header: str, rows: list[tuple[object, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(header.split()), *("\t".join(map(str, row)) for row in rows)]
    path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))


@pytest.fixture(scope="session")
def molecules() -> list[str]:
    found = {connectivity(smiles): smiles for smiles in varied_smiles()[:200] if "*" not in smiles}
    return list(found.values())[:NUM_MOLECULES]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, molecules: list[str]) -> Iterator[Path]:
    """A folder with `data/`, `recipe.yaml` and `config.yaml`; LLAMO_DATA_DIR is its `data`."""
    folder = tmp_path_factory.mktemp("project")
    data = folder / "data"
    texts = [
        (smiles, f"The molecule is number {number} of a kind.") for number, smiles in enumerate(molecules)
    ]
    write_table(data / "description/texts.tsv.gz", "smiles text", texts)
    energies = [(smiles, -0.2 - n / 1000, 0.01 + n / 1000, 0.21) for n, smiles in enumerate(molecules)]
    write_table(data / "qm9/qm9.tsv.gz", "smiles homo_hartree lumo_hartree gap_hartree", energies)
    write_table(data / "reactions/uspto.tsv.gz", "reactants reagents product", list(REACTIONS))
    (data / "blocklist.txt.gz").write_bytes(gzip.compress(connectivity(molecules[0]).encode()))
    (folder / "recipe.yaml").write_text(yaml.safe_dump(recipe()))
    (folder / "quoted.yaml").write_text(yaml.safe_dump(quoted()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLAMO_DATA_DIR", str(data))
        yield folder
