"""Choosing among copied texts by the words that graph tokens lean towards: a real tiny model, and the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from llamo.chem.featurize import featurize
from llamo.cli import main
from llamo.data.collate import collate_graphs
from llamo.evaluation.baselines.choosing import Chooser
from llamo.inference.engines import TransformersEngine, load_engine
from llamo.inference.predict_record import record_path
from llamo.inference.prompts import task_prompt
from llamo.models.checkpoints import hash_of_checkpoint
from llamo.testing.tiny import tiny_model

ASKED = task_prompt("description", "CCO")
TEXTS = ["vw ab", "vw cd"] * 8 + ["vw ef"]  # "vw" is everywhere, "ef" is rare


def test_a_text_counts_by_the_words_that_the_graph_leans_towards(engine: TransformersEngine) -> None:
    chooser = Chooser(engine, TEXTS, weight=0.0)
    words = chooser._vocabulary
    texts = [engine.processor.tokenizer.decode([word]) for word in words.ids]
    with torch.no_grad():
        tokens = engine.model.encode_molecules(collate_graphs([featurize("CCO")]))[0]  # [G, D]
    table = engine.model.get_input_embeddings().weight.detach()
    center = table.mean(dim=0)
    cosines = torch.nn.functional.cosine_similarity(
        (tokens - center)[:, None], (table - center)[torch.from_numpy(words.ids)][None], dim=-1
    )  # [G, W]
    expected = 16 / 20 * ((20 * cosines).exp().mean(dim=0)).log()
    assert chooser(ASKED, texts, [0.5] * len(texts)) == pytest.approx(expected.tolist(), abs=1e-4)
    both = chooser(ASKED, ["".join(texts), "ef"], [0.5, 0.5])
    assert both == pytest.approx([float(expected.sum()), 0.0], abs=1e-3)  # rare words say nothing


def test_similarity_counts_beside_it(engine: TransformersEngine) -> None:
    near, far = Chooser(engine, TEXTS, weight=2.0)(ASKED, ["vw ab", "vw ab"], [0.9, 0.3])
    assert near - far == pytest.approx(1.2, abs=1e-5)
    assert Chooser(engine, TEXTS)(ASKED, [], []) == []


@pytest.fixture(scope="module")
def engine(tiny_folder: Path) -> TransformersEngine:
    engine = load_engine(str(tiny_folder), dtype="float32")
    assert isinstance(engine, TransformersEngine)
    return engine


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    model, processor = tiny_model()
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, Path]:
    bank = tmp_path / "bank.tsv"
    bank.write_text("smiles\ttext\nCCCO\tPropanol.\nCCCCO\tButanol.\nCCN\tEthylamine.\n")
    asked = tmp_path / "asked.tsv"
    asked.write_text("smiles\ttext\nCCO\tEthanol.\nnonsense\tNothing.\n")
    return asked, bank


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as leaving:
        main([str(argument) for argument in arguments])
    return int(leaving.value.code or 0)


def test_the_command_orders_the_candidates_by_the_model(tables, tiny_folder, tmp_path) -> None:
    asked, bank = tables
    out = tmp_path / "out.jsonl"
    common = ("baseline", "copy", "--in", asked, "--bank", bank, "--out", out, "--k", "3")
    assert run(*common, "--choose-by", tiny_folder) == 0
    chosen, broken = map(json.loads, out.read_text("utf-8").splitlines())
    assert sorted(chosen["candidates"]) == ["Butanol.", "Ethylamine.", "Propanol."]
    assert chosen["prediction"] == chosen["candidates"][0]
    assert "nonsense" in broken["error"]
    settings = json.loads(record_path(out).read_text("utf-8"))["baseline"]
    assert settings["model"] == str(tiny_folder)
    assert settings["model_sha256"] == hash_of_checkpoint(tiny_folder)
    assert run(*common) == 0
    assert "model_sha256" not in json.loads(record_path(out).read_text("utf-8"))["baseline"]
    nearest = json.loads(out.read_text("utf-8").splitlines()[0])["candidates"]
    assert sorted(nearest) == sorted(chosen["candidates"])


def test_one_text_is_nothing_to_choose_among(tables, tiny_folder, tmp_path, capsys) -> None:
    asked, bank = tables
    code = run(
        *("baseline", "copy", "--in", asked, "--bank", bank, "--out", tmp_path / "out.jsonl"),
        *("--choose-by", tiny_folder),
    )
    assert code == 2
    assert "--k is 1" in capsys.readouterr().err
