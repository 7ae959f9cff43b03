"""The graph-control study on a tiny model: right pairs, right conditions, a report that says what was measured."""

import csv
import json

import numpy as np
import pytest
import torch

from llamo.chem.featurize import featurize
from llamo.data.shards import PreparedRecord
from llamo.errors import DataError
from llamo.evaluation.bootstrap import bootstrap_mean
from llamo.studies.graph_control import (
    GRAPHS,
    PROMPTS,
    answer_losses,
    measure,
    pick_records,
    write_report,
    wrong_graphs,
)
from llamo.testing.tiny import tiny_model
from llamo.training.mixture import SampleView

SMILES = ("CCO", "c1ccccc1", "CC(=O)O", "CN", "C1CCCCC1", "CCS")
ANSWER = "The molecule is one of several that serve as an example here."


def record(smiles: str) -> PreparedRecord:
    content = [{"type": "molecule", "smiles": smiles}, {"type": "text", "text": "Describe."}]
    messages = [{"role": "user", "content": content}, {"role": "assistant", "content": f"{ANSWER} {smiles}"}]
    return PreparedRecord(
        id=smiles, task="description", source="toy", messages=messages, graphs=[featurize(smiles)]
    )


def test_the_wrong_graph_has_the_same_size_and_is_another() -> None:
    graphs = [featurize(smiles) for smiles in ("CCO", "CCN", "c1ccccc1", "C1CCCCC1", "CCO")]
    donors = wrong_graphs(graphs)
    assert [d.num_atoms for d in donors] == [g.num_atoms for g in graphs]
    assert all(d.to_bytes() != g.to_bytes() for d, g in zip(donors, graphs, strict=True))
    with pytest.raises(DataError, match="the same graph"):
        wrong_graphs(graphs[:1] * 2)


def test_losses_equal_scoring_one_record_at_a_time() -> None:
    model, processor = tiny_model()
    records = [record(smiles) for smiles in SMILES]
    shown = SampleView("graph+smiles", counts_only=False)
    together = answer_losses(model, processor, records, shown, batch_size=4)
    for item, loss in zip(records, together, strict=True):
        encoded = processor.encode(item.messages, item.graphs, view="graph+smiles")
        batch = processor.apply_chat_template(item.messages[:1], view="graph+smiles")
        alone = model(
            torch.tensor([encoded.input_ids]),
            molecules=batch["molecules"],
            labels=torch.tensor([encoded.labels]),
        )
        assert loss == pytest.approx(float(alone.loss), rel=1e-4)


def test_the_report_holds_every_condition(tmp_path) -> None:
    model, processor = tiny_model()
    result = measure(model, processor, [record(smiles) for smiles in SMILES], batch_size=4)
    write_report(result, tmp_path)
    table = json.loads((tmp_path / "graph-control.json").read_text())["table"]
    assert set(table) == set(PROMPTS)
    assert all(set(row) == set(GRAPHS) for row in table.values())
    assert table[PROMPTS[0]]["true"]["excess"]["value"] == 0
    rows = list(csv.reader((tmp_path / "graph-control.csv").open()))
    assert len(rows) == 1 + len(SMILES)
    assert len(rows[0]) == 9
    assert "| without SMILES | wrong |" in (tmp_path / "graph-control.md").read_text()
    assert (tmp_path / "graph-control.png").read_bytes().startswith(b"\x89PNG")
    assert result.losses[PROMPTS[0]]["true"].tolist() != result.losses[PROMPTS[0]]["wrong"].tolist()


def test_only_single_molecule_descriptions_are_scored() -> None:
    good = record("CCO")
    others = [
        PreparedRecord("a", "facts", "toy", good.messages, good.graphs),
        PreparedRecord("b", "description", "toy", good.messages, good.graphs * 2),
    ]
    assert [r.id for r in pick_records([good, *others, record("CN")], 10)] == ["CCO", "CN"]
    with pytest.raises(DataError, match="fewer than two"):
        pick_records(others, 10)


def test_another_task_is_scored_by_its_name_and_short_answers_count_there() -> None:
    short = [{"role": "user", "content": "?"}, {"role": "assistant", "content": "-0.25"}]
    numbers = [PreparedRecord(name, "property", "toy", short, [featurize("CCO")]) for name in "ab"]
    assert [one.id for one in pick_records([*numbers, record("CN")], 10, task="property")] == ["a", "b"]
    with pytest.raises(DataError, match="task 'reagent'"):
        pick_records(numbers, 10, task="reagent")


def test_bootstrap_interval_of_known_values() -> None:
    rng = np.random.default_rng(0)
    interval = bootstrap_mean(rng.normal(2.0, 1.0, 400))
    assert interval.low < 2.0 < interval.high
    assert interval.high - interval.low == pytest.approx(4 / 20, rel=0.2)  # 1.96 sigma / sqrt(n), both sides
    constant = bootstrap_mean(np.full(10, 3.0))
    assert constant == (3.0, 3.0, 3.0)
