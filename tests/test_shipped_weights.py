"""The weights inside the package: whole, small enough, readable, and listening to the graph."""

import pytest
import torch

from llamo.errors import BaseModelError
from llamo.models.checkpoints import WEIGHTS_FILE, read_tensors, shipped_models
from llamo.models.names import DEFAULT_MODEL


@pytest.fixture(scope="module")
def engine():
    from llamo.inference.engines import load_engine

    try:
        return load_engine(DEFAULT_MODEL)
    except BaseModelError as error:
        pytest.skip(f"the base model cannot be had here: {error}")


def test_the_default_model_ships_with_its_card():
    folder = shipped_models()[DEFAULT_MODEL]
    assert (folder / WEIGHTS_FILE).stat().st_size < 30e6
    assert all(torch.isfinite(tensor).all() for tensor in read_tensors(folder / WEIGHTS_FILE).values())
    card = (folder / "README.md").read_text("utf-8")
    for word in ("License", "Data", "wrong", "llamo train"):
        assert word.lower() in card.lower()


def test_it_describes_a_molecule_in_words(engine):
    from llamo.assistant import Assistant

    text = Assistant(engine).describe("CC(=O)Oc1ccccc1C(=O)O").text
    assert text.startswith("The molecule is")
    assert text.endswith(".")


def test_it_listens_to_the_graph(engine):
    """Captions of six well-known molecules are likelier under their own graph than another; SMILES hidden."""
    from llamo.chem.featurize import featurize
    from llamo.data.shards import PreparedRecord
    from llamo.studies.graph_control import measure

    captions = {
        "CC(=O)Oc1ccccc1C(=O)O": "The molecule is a member of the class of benzoic acids and a carboxylic ester.",
        "CCCCCCCCCCCCCCCC(=O)O": "The molecule is a long-chain fatty acid and a straight-chain saturated fatty acid.",
        "CN1C=NC2=C1C(=O)N(C(=O)N2C)C": "The molecule is a trimethylxanthine and a purine alkaloid.",
        "OC[C@H]1OC(O)[C@H](O)[C@@H](O)[C@@H]1O": "The molecule is an aldohexose and a monosaccharide.",
        "C[C@H](N)C(=O)O": "The molecule is an L-alpha-amino acid. It has 1 stereocentre.",
        "c1ccc2ccccc2c1": "The molecule is an aromatic hydrocarbon of two fused benzene rings.",
    }
    records = []
    for smiles, caption in captions.items():
        parts = [{"type": "molecule", "smiles": smiles}, {"type": "text", "text": "Describe this molecule."}]
        messages = [{"role": "user", "content": parts}, {"role": "assistant", "content": caption}]
        records.append(PreparedRecord(smiles, "description", "test", messages, [featurize(smiles)]))
    losses = measure(engine.model, engine.processor, records, batch_size=6).losses["without SMILES"]
    assert losses["true"].mean() < losses["wrong"].mean()
    assert losses["true"].mean() < losses["none"].mean()


def test_its_calibration_is_its_own():
    from llamo.assistant.sureness_calibration import calibration_of

    calibration = calibration_of(DEFAULT_MODEL)
    assert calibration is not None
    assert {"homo", "lumo", "gap"} <= set(calibration.numbers.factors)


def test_it_answers_with_numbers(engine):
    """Gaps of QM9 lie between 0.02 and 0.63 Hartree; saturated molecules have the wide ones (ethanol, benzoquinone)."""
    from llamo.inference.prompts import task_prompt

    asked = [task_prompt("property", smiles, property_name="gap") for smiles in ("CCO", "O=C1C=CC(=O)C=C1")]
    wide, narrow = engine.numbers(asked)
    assert wide.covered > 0.95
    assert 0.02 < narrow.mean < wide.mean < 0.63
