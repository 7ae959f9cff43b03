"""Linear probes: the fit, the representations, and a whole small study on made-up properties."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
import torch
from rdkit import Chem
from rdkit.Chem import AllChem

from llamo.chem.featurize import featurize
from llamo.cli import main
from llamo.data.collate import collate_graphs
from llamo.data.sources.builtin_subsets import SUBSETS
from llamo.errors import CheckpointError, DataError
from llamo.models.checkpoints import save_tensors
from llamo.models.encoder_files import ENCODER_FILE, SIZES_FILE
from llamo.models.graph_encoder import GraphEncoder
from llamo.studies.frame.results import Results
from llamo.studies.probes.conclusions import gain, interval, probe_metric
from llamo.studies.probes.fitting import fit_probe
from llamo.studies.probes.molecule_sets import read_part
from llamo.studies.probes.representations import (
    encoder_of,
    fingerprints,
    pool,
    pooled_states,
    random_encoder,
    standardised,
)
from llamo.studies.probes.settings import ProbeSettings
from llamo.studies.probes.study import parts, weights_of
from llamo.testing.tiny import tiny_model
from llamo.training.pretraining import EncoderPretrainer

SMILES = ["CCO", "c1ccccc1", "CC(=O)O", "C"]


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("tiny")
    model, processor = tiny_model()
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return str(folder)


# The fit


@pytest.mark.parametrize("yes_no", [True, False])
def test_what_is_linear_is_found_and_noise_is_not(yes_no) -> None:
    rng = np.random.default_rng(0)
    weights = rng.normal(size=6)
    features = [rng.normal(size=(number, 6)).astype(np.float32) for number in (300, 80, 80)]
    numbers = [part @ weights for part in features]
    targets = [(one > 0).astype(float) if yes_no else one for one in numbers]
    found = fit_probe(features, targets, yes_no=yes_no)
    assert np.corrcoef(found.scores, numbers[2])[0, 1] > 0.85
    noise = [rng.normal(size=part.shape).astype(np.float32) for part in features]
    blind = fit_probe(noise, targets, yes_no=yes_no)
    assert (blind.validation < found.validation) == yes_no
    if not yes_no:
        assert blind.strength > found.strength  # the validation part asks for more restraint
        assert np.ptp(blind.scores) < np.ptp(found.scores)


# Descriptions of molecules


def test_pooling_by_hand() -> None:
    molecules = collate_graphs([featurize("CC"), featurize("C")])
    states = torch.tensor([[1.0, 0.0], [3.0, 2.0], [5.0, 5.0]])
    assert pool(states, molecules, "mean").tolist() == [[2.0, 1.0], [5.0, 5.0]]
    assert pool(states, molecules, "sum").tolist() == [[4.0, 2.0], [5.0, 5.0]]


def test_states_are_those_of_the_models_encoder(tiny_folder) -> None:
    graphs = [featurize(text) for text in SMILES]
    encoder, (model, _) = encoder_of(tiny_folder), tiny_model()
    rows = pooled_states(encoder, graphs, ProbeSettings())
    assert rows.shape == (4, 3 * 16)
    with torch.no_grad():
        alone = model.graph_encoder(collate_graphs(graphs[:1]))  # [L, N, D]
    np.testing.assert_allclose(rows[0], alone.mean(dim=1).flatten(), rtol=1e-4, atol=1e-5)
    last = pooled_states(encoder, graphs, ProbeSettings(levels="last"))
    np.testing.assert_allclose(last, rows[:, -16:], rtol=1e-5)


@pytest.mark.parametrize(
    ("norm", "residual"), [("batch", False), ("batch", True), ("pair", True), ("layer", False)]
)
def test_an_encoder_alone_is_read_as_pretraining_saved_it(tmp_path, norm, residual) -> None:
    saved = GraphEncoder(3, 8, norm=norm, residual=residual).eval()
    EncoderPretrainer(saved, num_descriptors=1, num_bits=2).save_pretrained(str(tmp_path))
    loaded = encoder_of(str(tmp_path))
    assert (loaded.num_levels, loaded.dim, loaded.norm, loaded.residual) == (4, 8, norm, residual)
    graphs = [featurize("CCO"), featurize("c1ccccc1")]
    torch.testing.assert_close(loaded(collate_graphs(graphs)), saved(collate_graphs(graphs)))
    untrained = random_encoder(str(tmp_path), 0, graphs)
    assert (untrained.norm, untrained.residual) == (norm, residual)
    before = weights_of(str(tmp_path))
    save_tensors(dict(GraphEncoder(3, 8).state_dict()), tmp_path / ENCODER_FILE)
    assert weights_of(str(tmp_path)) != before  # trained anew, measured anew
    for wrong in ({"graph_layers": "five"}, {"graph_norm": "no"}):
        (tmp_path / SIZES_FILE).write_text(json.dumps({"graph_layers": 2, "graph_dim": 8, **wrong}))
        with pytest.raises(CheckpointError, match="does not say how to build the encoder"):
            encoder_of(str(tmp_path))
    (tmp_path / SIZES_FILE).unlink()
    with pytest.raises(CheckpointError, match=r"encoder\.json does not say how to build the encoder"):
        encoder_of(str(tmp_path))


def test_random_encoders_differ_by_seed_alone(tiny_folder) -> None:
    graphs = [featurize(text) for text in SMILES]
    one, again, other = (
        pooled_states(random_encoder(tiny_folder, seed, graphs), graphs, ProbeSettings())
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).max() > 0.1
    assert one.shape == (4, 3 * 16)


def test_fingerprints_are_rdkits_and_scaling_is_the_training_parts() -> None:
    found = fingerprints(SMILES)
    for row, text in zip(found, SMILES, strict=True):
        bits = AllChem.GetMorganFingerprintAsBitVect(Chem.MolFromSmiles(text), 2, nBits=2048).GetOnBits()
        assert set(np.flatnonzero(row)) == set(bits)
    train, test = standardised(
        [np.array([[0.0, 5.0], [4.0, 5.0]], np.float32), np.array([[6.0, 6.0]], np.float32)]
    )
    assert train.tolist() == [[-1.0, 0.0], [1.0, 0.0]]
    assert test.tolist() == [[2.0, 1.0]]  # a column without spread is only shifted


# What follows


def answers(name: str, ablation: str, scores: list[float], seed: int = 0) -> list[dict]:
    labels = {"set": name, "ablation": ablation, "seed": seed, "table": "answers"}
    return [
        {**labels, "molecule": i, "target": float(i % 2), "score": score} for i, score in enumerate(scores)
    ]


def test_gains_are_positive_where_the_first_is_better() -> None:
    right, wrong = [0.1, 0.9] * 20, [0.9, 0.1] * 20
    rows = [
        *answers("bbbp", "encoder", right), *answers("bbbp", "random encoder", wrong),
        *answers("esol", "encoder", right), *answers("esol", "random encoder", wrong, seed=0),
        *answers("esol", "random encoder", right, seed=1),
    ]  # fmt: skip
    results = Results(rows)
    assert gain(results, "bbbp", "encoder", "random encoder").value == 1
    assert interval(results, "bbbp", "encoder") == (1, 1, 1)
    assert probe_metric(results, "esol", "random encoder").value == pytest.approx(
        (0.9 + 0.1) / 2
    )  # of two seeds
    assert gain(results, "esol", "encoder", "random encoder").value == pytest.approx(0.4)
    assert gain(results, "esol", "encoder", "fingerprint") is None


# All of it


@pytest.fixture
def moleculenet(tmp_path, monkeypatch):
    """Two sets whose properties are made up: whether there is nitrogen, and how many carbons there are."""
    smiles = sorted(
        {text for texts in SUBSETS.values() for text in texts if "." not in text and ">" not in text}
    )
    folder = tmp_path / "data" / "moleculenet"
    folder.mkdir(parents=True)
    columns = {"bbbp": "p_np", "esol": "measured log solubility in mols per litre"}
    for name, column in columns.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["smiles", column])
            for text in smiles[:120]:
                value = int("n" in text.lower()) if name == "bbbp" else -0.1 * text.lower().count("c")
                writer.writerow([text, value])
        packed = folder / f"{name}.csv.gz"
        import gzip

        packed.write_bytes(gzip.compress((folder / f"{name}.csv").read_bytes()))
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path / "data"))
    read_part.cache_clear()
    yield
    read_part.cache_clear()


def test_a_whole_study(moleculenet, tiny_folder, tmp_path, capsys) -> None:
    out = tmp_path / "out"
    arguments = ["study", "probes", "--budget", "0", "--out", str(out), "--set", "sets=[bbbp, esol]", "--set",
                 f"model={tiny_folder}", "--json"]  # fmt: skip
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    assert leaving.value.code == 0
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] in ("supported", "not supported", "cannot tell")
    assert found["cells"] == 5 * 2
    rows = list(csv.DictReader((out / "probes.scores.csv").open()))
    widths = {row["ablation"]: int(row["width"]) for row in rows}
    assert widths == {"encoder": 48, "last level": 16, "random encoder": 48, "fingerprint": 2048,
                      "encoder and fingerprint": 2096}  # fmt: skip
    nitrogen = {row["ablation"]: float(row["value"]) for row in rows if row["set"] == "bbbp"}
    assert nitrogen["encoder"] > 0.65  # level 0 holds the element of every atom
    assert {int(row["n_test"]) for row in rows} == {len(read_part("bbbp", "test", 60))}
    assert (out / "probes.png").read_bytes().startswith(b"\x89PNG")
    assert "none of these test molecules" in (out / "probes.md").read_text("utf-8")
    before = (out / "cells.jsonl").read_bytes()
    with pytest.raises(SystemExit):
        main(arguments)
    assert (out / "cells.jsonl").read_bytes() == before


def test_settings_reach_the_cells(tiny_folder) -> None:
    cells = parts(ProbeSettings(model=tiny_folder, sets=["esol"]))
    assert cells == [{"set": "esol", "weights": weights_of(tiny_folder)}]


def test_without_the_files_the_error_says_where_they_go(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    read_part.cache_clear()
    with pytest.raises(DataError, match=r"moleculenet/bace\.csv\.gz' is missing"):
        read_part("bace", "train", None)
