"""A small data folder, laid out as the real one, with leaks planted in it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
ALANINE_L, ALANINE_D = "C[C@H](N)C(=O)O", "C[C@@H](N)C(=O)O"

DESCRIPTIONS = [
    ("OC(=O)c1ccccc1OC(C)=O", "The molecule is a benzoate written as another SMILES of a test molecule."),
    (ALANINE_D, "The molecule is a stereoisomer of a test molecule."),
    ("CC(=O)Oc1ccccc1C(=O)[O-].[Na+]", "The molecule is the sodium salt of a test molecule."),
    ("CCO", "The molecule is a primary alcohol and a solvent."),
    ("OCC", "The molecule is a primary alcohol and a solvent."),
    ("CCCO", "The molecule is a primary alcohol. " + "It is a solvent of many things. " * 20),
    ("CCCCO", "Too short."),
    ("C1CC", "The molecule has a ring that is not closed."),
    ("", "The molecule has no SMILES at all, only a text."),
    ("C" * 60, "The molecule is an alkane with more atoms than the recipe allows."),
    *[(f"{'C' * n}N", f"The molecule is a primary amine with {n} carbon atoms.") for n in range(5, 30)],
]
REACTIONS = [
    ("CC(=O)Cl.Oc1ccccc1C(=O)O", "c1ccncc1", ASPIRIN),
    ("CO.CC(=O)Oc1ccccc1C(=O)O", "OS(=O)(=O)O", "COC(=O)c1ccccc1OC(C)=O"),
    ("CCO.CC(=O)Cl", "c1ccncc1", "CCOC(C)=O"),
    ("CCCO.CC(=O)Cl", "", "CCCOC(C)=O"),
    ("CO.CCO.CCCO.CCCCO.CCCCCO", "O", "CCOCCO"),
]


def write_table(path: Path, header: str, rows: list[tuple[str, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.write(header + "\n")
        stream.writelines("\t".join(row) + "\n" for row in rows)


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from llamo.chem.reading import connectivity

    folder = tmp_path / "data"
    write_table(folder / "description/texts.tsv.gz", "smiles\ttext", DESCRIPTIONS)
    held_back = [("CCCCCN", "The molecule is an amine that is held back whole.")]
    write_table(folder / "description/held_back.tsv.gz", "smiles\ttext", held_back)
    write_table(folder / "reactions/uspto.tsv.gz", "reactants\treagents\tproduct", REACTIONS)
    blocked = "\n".join([connectivity(ASPIRIN), connectivity(ALANINE_L)])
    (folder / "blocklist.txt.gz").write_bytes(gzip.compress(blocked.encode()))
    monkeypatch.setenv("LLAMO_DATA_DIR", str(folder))
    return folder
