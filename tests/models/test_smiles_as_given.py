"""Defect 6 of the official code: SMILES lose their stereo marks and everything beyond 128 characters."""

from __future__ import annotations

import pytest

from llamo.chem.featurize import featurize
from llamo.testing.tiny import tiny_model

STEREO = "C[C@H](N)C(=O)O"
LONG = "NCC(=O)" + "NCC(=O)" * 40 + "O"  # 288 characters: forty-one glycines


@pytest.mark.parametrize("smiles", [STEREO, LONG, "C/C=C/C(=O)O"])
def test_the_language_model_reads_the_whole_smiles_with_its_stereo(smiles: str) -> None:
    _, processor = tiny_model()
    content = [{"type": "molecule", "smiles": smiles}, {"type": "text", "text": "Describe."}]
    talk = [{"role": "user", "content": content}, {"role": "assistant", "content": "It is."}]
    encoded = processor.encode(talk, [featurize(smiles)], view="graph+smiles")
    assert smiles in processor.tokenizer.decode(encoded.input_ids)
    assert not encoded.is_cut


@pytest.mark.parametrize(
    ("one", "other"),
    [("C[C@H](N)C(=O)O", "C[C@@H](N)C(=O)O"), ("C/C=C/C(=O)O", "C/C=C\\C(=O)O")],
)
def test_the_graph_tells_stereoisomers_apart(one: str, other: str) -> None:
    assert featurize(one).to_bytes() != featurize(other).to_bytes()


def test_the_graph_holds_every_atom_of_a_long_molecule() -> None:
    assert featurize(LONG).num_atoms == 4 * 41 + 1
