"""The study of projectors: names by rule, records, equal tokens, paired intervals, verdicts, a tiny run."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM

from llamo.data.row_work import inspect
from llamo.data.shards import open_shards
from llamo.errors import DataError
from llamo.models.config import LlamoConfig
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.projectors import PROJECTOR_KINDS
from llamo.studies.frame.results import Results, Row
from llamo.studies.frame.running import Request, run_study
from llamo.studies.frame.small_language_model import (
    CHAT_TEMPLATE,
    save_small_language_model,
    subword_tokenizer,
)
from llamo.studies.frame.study import Bench, Cell
from llamo.studies.frame.taught_language_model import teach_language_model
from llamo.studies.projectors.comparing import excess, judge_excess, mean_loss, number_error
from llamo.studies.projectors.conclusions import ALL, COUNTS, conclude, rank_agreement
from llamo.studies.projectors.material import TASKS, material_of, origin_of
from llamo.studies.projectors.measuring import words_of
from llamo.studies.projectors.named_molecules import PARENTS, Parent, name_of, named_molecules, smiles_of
from llamo.studies.projectors.published import ROWS
from llamo.studies.projectors.settings import ProjectorsSettings
from llamo.studies.projectors.study import ABLATIONS, STUDY
from llamo.studies.projectors.training import sizes_of

RING = {parent.name: parent for parent in PARENTS}


def bench_of(folder: Path, *overrides: str, seed: int = 0) -> Bench[ProjectorsSettings]:
    settings = STUDY.configure(STUDY.tiers[0].overrides, overrides)
    return Bench(Cell("all levels", seed), settings, folder)


@pytest.mark.parametrize(
    ("parent", "placed", "name"),
    [
        ("benzene", {4: "chloro"}, "chlorobenzene"),
        ("benzene", {1: "chloro", 3: "chloro", 0: "bromo"}, "1-bromo-2,4-dichlorobenzene"),
        ("benzene", {0: "methyl", 5: "ethyl", 2: "nitro"}, "1-ethyl-2-methyl-4-nitrobenzene"),
        ("benzene", {0: "methyl", 5: "ethyl", 3: "nitro"}, "2-ethyl-1-methyl-4-nitrobenzene"),
        ("pyridine", {5: "bromo"}, "2-bromopyridine"),
        ("phenol", {4: "chloro", 3: "bromo"}, "4-bromo-3-chlorophenol"),
        ("benzoic acid", {5: "iodo", 1: "iodo", 3: "methoxy"}, "2,6-diiodo-4-methoxybenzoic acid"),
        ("cyclopentane", {2: "fluoro", 4: "fluoro"}, "1,3-difluorocyclopentane"),
    ],
)
def test_names_follow_the_rules(parent: str, placed: Mapping[int, str], name: str) -> None:
    assert name_of(RING[parent], placed) == name


def test_a_molecule_has_one_name_and_a_name_one_molecule() -> None:
    rng = random.Random(0)
    drawn = [pair for pair, _ in zip(named_molecules(rng), range(400), strict=False)]
    pairs = {(inspect(smiles).smiles, name) for smiles, name in drawn}
    assert len(pairs) > 250
    assert len({smiles for smiles, _ in pairs}) == len(pairs) == len({name for _, name in pairs})


def test_a_ring_is_written_with_its_group_and_substituents() -> None:
    assert (
        inspect(smiles_of(RING["benzaldehyde"], {1: "nitro"})).smiles
        == inspect("O=Cc1ccccc1[N+](=O)[O-]").smiles
    )
    assert list(Parent("furan", "occcc").free) == [1, 2, 3, 4], "oxygen takes nothing"


def test_built_in_records_share_no_molecule_between_splits(tmp_path: Path) -> None:
    folder = material_of(bench_of(tmp_path))
    train, held_back = (list(open_shards(folder, split)) for split in ("train", "validation"))
    assert [record.task for record in held_back] == 4 * list(TASKS)

    def molecules(records: list) -> set[str]:  # type: ignore[type-arg]
        return {record.messages[0]["content"][0]["smiles"] for record in records}

    assert not molecules(train) & molecules(held_back)
    assert origin_of(folder) == "built in"


def test_records_are_drawn_from_prepared_shards(tmp_path: Path) -> None:
    whole = material_of(bench_of(tmp_path / "a"))
    drawn = material_of(bench_of(tmp_path / "b", f"data={whole}", "train_records=16", "max_characters=320"))
    records = list(open_shards(drawn, "train"))
    assert [sum(record.task == task for record in records) for task in TASKS] == [16, 16, 16]
    known = {record.id for record in open_shards(whole, "train")}
    assert {record.id for record in records} <= known
    with pytest.raises(DataError, match="no train records of task 'description'"):
        material_of(bench_of(tmp_path / "c", f"data={whole}", "descriptions=[nowhere]"))


def test_every_projector_speaks_with_as_many_tokens() -> None:
    """Built as training builds them, all ablations but "none" have the same count; all kinds are compared."""
    tokens, kinds = set(), set()
    for overrides in ABLATIONS.values():
        settings = STUDY.configure(overrides)
        count = LlamoConfig(**sizes_of(settings)).num_graph_tokens
        assert count == settings.graph_tokens
        kinds.add(settings.projector)
        tokens.add((settings.projector == "none", count))
    assert tokens == {(True, 0), (False, 30)}
    assert kinds == set(PROJECTOR_KINDS)
    assert {row.ablation for row in ROWS} <= set(ABLATIONS)


def test_subwords_write_any_text_and_each_digit_alone() -> None:
    tokenizer = subword_tokenizer(["2-bromophenol", "4-bromophenol", "It weighs -0.2553."] * 5, 400)
    assert tokenizer.chat_template == CHAT_TEMPLATE
    for text in ("2-bromophenol", "never seen: ±é", "-0.2553"):
        ids = tokenizer(text, add_special_tokens=False)["input_ids"]
        assert tokenizer.decode(ids) == text
    assert len(tokenizer("2553", add_special_tokens=False)["input_ids"]) == 4


def test_a_taught_language_model_is_a_base_model_with_its_adapters_in_it(tmp_path: Path) -> None:
    shards = material_of(bench_of(tmp_path))
    base = save_small_language_model(
        tmp_path / "base", ["a b"], width=16, layers=1, subwords=300, is_tied=False
    )
    optim = {"batch_size": 4, "steps": 2, "learning_rate": 0.01}
    data = {"folder": shards, "views": {"graph": 1.0}, "validation_limit": 4}
    taught = teach_language_model(base, {"data": data, "optim": optim}, rank=2)
    before, after = (AutoModelForCausalLM.from_pretrained(folder).eval() for folder in (base, taught))
    trained = LlamoForConditionalGeneration.from_pretrained(tmp_path / "base-teaching" / "model").eval()
    ids = torch.arange(3, 20)[None]
    with torch.no_grad():
        wanted, merged, untaught = (model(ids).logits for model in (trained.language_model, after, before))
    assert torch.allclose(wanted, merged, atol=1e-4)
    assert not torch.allclose(wanted, untaught, atol=1e-3)
    assert teach_language_model(base, {}, rank=2) == taught, "one that is there is taken"


def rows_of(losses: Mapping[str, float], *, seeds: int = 3, samples: int = 20) -> list[Row]:
    """Write losses of ablations: a mean each, and noise that samples share."""
    noise = np.random.default_rng(0)
    of_sample, rows = noise.normal(size=samples), []
    for name, mean in losses.items():
        for seed in range(seeds):
            labels: Row = {"ablation": name, "seed": seed}
            rows.append({**labels, "table": "runs", "origin": "built in", "tokens": 30})
            for table in ("losses", "words"):
                for task in TASKS:
                    for sample in range(samples):
                        loss = mean + float(of_sample[sample]) + 0.05 * float(noise.normal())
                        rows.append({**labels, "table": table, "task": task, "sample": sample, "loss": loss})
            rows.append({**labels, "table": "numbers", "kind": "a", "sample": 0, "said": 1.5, "truth": 1.0})
            rows.append({**labels, "table": "numbers", "kind": "a", "sample": 1, "said": None, "truth": 3.0})
    return rows  # type: ignore[return-value]


def test_differences_are_paired_by_sample_and_seed() -> None:
    losses = Results(rows_of({"a": 2.0, "b": 1.0})).where(table="losses")
    found = excess(losses, "a", "b", TASKS)
    assert found is not None
    assert found.value == pytest.approx(1.0, abs=0.05)
    assert found.high - found.low < 0.1, "what samples share does not count"
    spread = mean_loss(losses, "a", TASKS[0])
    assert spread is not None
    assert spread.high - spread.low > 0.5
    assert excess(losses, "a", "c", TASKS) is None
    one = Results([row for row in losses.rows if row["seed"] == 0])
    alone = excess(one, "a", "b", TASKS)
    assert judge_excess(alone, one, "a", "b") == "cannot tell", "a single seed says nothing of others"
    assert judge_excess(found, losses, "a", "b") == "supported"
    begun = Results([row for row in losses.rows if row["ablation"] == "a" or row["seed"] == 0])
    paired = excess(begun, "a", "b", TASKS)
    assert judge_excess(paired, begun, "a", "b") == "cannot tell", "seeds count that both have"


def test_an_answer_without_a_number_is_charged() -> None:
    numbers = Results(rows_of({"a": 1.0})).where(table="numbers")
    found = number_error(numbers, "a")
    assert found is not None
    assert found.value == pytest.approx((0.5 + 2.0) / 2)


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "supported"),
        ({"resampler": 0.8}, "not supported"),
        ({COUNTS: 1.2}, "not supported"),
        ({"no graph": 1.0}, "cannot tell"),
        ({"first layer": 1.0}, "cannot tell"),
    ],
)
def test_the_verdict_follows_the_losses(changed: Mapping[str, float], verdict: str) -> None:
    losses = {**dict.fromkeys(ABLATIONS, 1.5), ALL: 1.0, COUNTS: 0.7, **changed}
    findings = conclude(Results(rows_of(losses)), ProjectorsSettings())
    assert findings.verdict == verdict
    claims = {str(row[0]): row[2] for row in findings.tables[0].rows}
    assert claims["all levels beat: concatenation"] == "supported"
    assert claims["pooled motifs help"] == "not supported"
    assert len(findings.tables[3].rows) == len(ROWS)


def test_ranks_are_held_against_the_papers() -> None:
    def texts(value: Callable[[int], float]) -> Results:
        return Results([
            {"table": "texts", "ablation": row.ablation, "seed": seed, "task": task, "bleu-4": value(place)}
            for place, row in enumerate(sorted(ROWS, key=lambda row: row.description))
            for task in ("description", "iupac") for seed in (0, 1)
        ])  # fmt: skip

    assert rank_agreement(texts(float))["description"] == pytest.approx(1.0)
    assert rank_agreement(texts(lambda place: -place))["description"] == pytest.approx(-1.0)
    assert 0 < rank_agreement(texts(float))["iupac"] < 1, "the paper orders names otherwise"
    assert rank_agreement(Results([])) == {}
    assert words_of("2-chlorophenol, C6H5ClO.") == [
        "2",
        "-",
        "chlorophenol",
        ",",
        "C",
        "6",
        "H",
        "5",
        "ClO",
        ".",
    ]


def test_a_tiny_run(tmp_path: Path) -> None:
    names = ("all levels", "no graph", "last layer, motif counts")
    report = run_study(STUDY, tmp_path, Request(0, (), names))
    results = report.results
    for name in names:
        assert len(results.where(table="losses", ablation=name)) == 12
        assert len(results.where(table="numbers", ablation=name)) == 4
        assert results.where(table="texts", ablation=name).distinct("task") == ["description", "iupac"]
    assert set(results.where(table="words").distinct("ablation")) == {
        "all levels",
        "last layer, motif counts",
    }
    summary = json.loads((tmp_path / "projectors.json").read_text())
    assert summary["verdict"] == "cannot tell", "one seed and two steps teach nothing, and the study says so"
