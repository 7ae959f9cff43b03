"""Molecules: hand-computed scores, RDKit called directly, and where the protocols part."""

from __future__ import annotations

import pytest
from nltk.translate.bleu_score import corpus_bleu
from rdkit import Chem
from rdkit.Chem import AllChem, MACCSkeys
from rdkit.DataStructs import TanimotoSimilarity

from llamo.errors import DataError, InputError
from llamo.evaluation.molecule_metrics import MoleculeRules, molecule_metrics, top_k_metrics
from llamo.evaluation.protocols import PROTOCOLS

TRUE = ["OCC", "C[C@H](N)C(=O)O", "c1ccccc1", "CC(=O)O"]
SAID = ["CCO", "C[C@@H](N)C(=O)O", None, "CC(O)=O"]


def values(said, true, *, texts=None, rules=None) -> dict[str, float]:
    return {metric.name: metric.value for metric in molecule_metrics(said, true, texts=texts, rules=rules)}


def test_strict_by_hand():
    """Two of four are right; the other enantiomer is wrong, and so is what cannot be read, in every score."""
    found = values(SAID, TRUE, texts=["CCO", "...", "c1ccc", "..."])
    assert (found["exact"], found["exact-inchi"], found["validity"]) == (0.5, 0.5, 0.75)
    # "C[C@H](N)C(=O)O" to "C[C@@H](N)C(=O)O" is one insertion; unread: the longer of "c1ccc" and "c1ccccc1", 8.
    assert found["levenshtein"] == (0 + 1 + 8 + 0) / 4
    assert found["morgan"] == pytest.approx(0.75)  # fingerprints do not see stereo
    assert found["morgan-valid"] == pytest.approx(1.0)


def test_an_invalid_answer_is_as_far_as_the_longer_of_the_two():
    assert values([None], ["CCO"], texts=["it is " + "C" * 20])["levenshtein"] == 26
    assert values([None], ["CCO"], texts=[""])["levenshtein"] == 3


def test_official_strips_stereo_and_drops_invalid():
    found = molecule_metrics(SAID, TRUE, rules=PROTOCOLS["llamo-official"].molecules)
    by_name = {metric.name: metric for metric in found}
    assert by_name["exact"].value == 1.0  # three of three
    assert by_name["exact"].over == "valid"
    assert (by_name["exact"].n_total, by_name["exact"].n_valid) == (4, 3)
    assert by_name["validity"].value == 0.75
    assert by_name["validity"].over == "all"
    assert by_name["levenshtein"].value == 0.0


def test_mol_instructions_strips_stereo_and_drops_nothing_from_exact():
    found = values(SAID, TRUE, rules=PROTOCOLS["mol-instructions"].molecules)
    assert (found["exact"], found["exact-smiles"], found["validity"]) == (0.75, 0.75, 0.75)
    assert found["maccs"] == pytest.approx(1.0)  # over the valid


def test_inchi_and_canonical_smiles_may_differ():
    """Acetylacetone's keto and enol forms are one mobile-hydrogen system to InChI, two SMILES to RDKit."""
    keto, enol = "O=C1NC=CC=C1", "Oc1ncccc1"
    found = values([keto], [enol])
    assert (found["exact"], found["exact-inchi"]) == (0.0, 1.0)
    found = values([keto], [enol], rules=MoleculeRules(exact_by_inchi=True))
    assert (found["exact"], found["exact-smiles"]) == (1.0, 0.0)


def test_similarities_equal_rdkit_called_directly():
    one, other = "CC(=O)Oc1ccccc1C(=O)O", "OC(=O)c1ccccc1O"
    a, b = Chem.MolFromSmiles(one), Chem.MolFromSmiles(other)
    found = values([one], [other])
    maccs = TanimotoSimilarity(MACCSkeys.GenMACCSKeys(a), MACCSkeys.GenMACCSKeys(b))
    rdk = TanimotoSimilarity(Chem.RDKFingerprint(a), Chem.RDKFingerprint(b))
    bits = TanimotoSimilarity(
        AllChem.GetMorganFingerprintAsBitVect(a, 2, 2048), AllChem.GetMorganFingerprintAsBitVect(b, 2, 2048)
    )
    counts = TanimotoSimilarity(AllChem.GetMorganFingerprint(a, 2), AllChem.GetMorganFingerprint(b, 2))
    assert (found["maccs"], found["rdk"], found["morgan"]) == pytest.approx((maccs, rdk, bits))
    assert bits != pytest.approx(counts)
    counted = values([one], [other], rules=MoleculeRules(morgan_counts=True))
    assert counted["morgan"] == pytest.approx(counts)


def test_bleu_counts_characters_of_canonical_smiles():
    found = values(["OCCN", "CC(C)C"], ["NCCCO", "CC(C)CC"])
    golden = corpus_bleu([[list("NCCCO")], [list("CCC(C)C")]], [list("NCCO"), list("CC(C)C")])
    assert found["bleu-4"] == pytest.approx(golden)


def test_a_map_number_and_the_order_of_fragments_do_not_matter():
    assert values(["[CH3:1][OH:2].CC"], ["CC.CO"])["exact"] == 1.0


def test_top_k_by_hand():
    """Right at places 1 and 3, and never; what cannot be read keeps its place."""
    candidates = [["CCO", "CC"], ["CC", None, "OCC"], ["C", "CC", "CCC"]]
    found = {metric.name: metric.value for metric in top_k_metrics(candidates, ["OCC"] * 3)}
    assert found == {"top-1": pytest.approx(1 / 3), "top-3": pytest.approx(2 / 3)}


def test_extremes():
    nothing = values([None, None], TRUE[:2], texts=["", ""])
    assert {nothing[name] for name in ("exact", "validity", "bleu-4", "maccs", "rdk", "morgan")} == {0.0}
    everything = values(TRUE, TRUE)
    assert {everything[name] for name in ("exact", "validity", "maccs", "rdk", "morgan")} == {1.0}
    assert 0.98 < everything["bleu-4"] < 1  # "CCO" has no run of four, which NLTK counts as one unmatched
    assert everything["levenshtein"] == 0.0


def test_bad_input():
    with pytest.raises(DataError, match=r"'nonsense' \(row 2\)"):
        molecule_metrics(["C", "C"], ["C", "nonsense"])
    for said, true in ((["C"], []), ([], []), (["C"], ["C", "C"])):
        with pytest.raises(InputError, match="as many"):
            molecule_metrics(said, true)
