"""Eight tiny records as prepared shards, and run configurations over a tiny base model."""

from pathlib import Path

import pytest

from llamo.chem.featurize import featurize
from llamo.data.records import Record
from llamo.data.shard_writing import record_row, record_writer, start_folder, write_manifest
from llamo.testing.tiny import save_tiny_base_model
from llamo.training.config import RunConfig

MOLECULES = ("CCO", "c1ccccc1", "CC(=O)O", "CN", "C1CCCCC1", "CCS", "C#N", "OCC(O)CO")
ANSWERS = ("abc", "bcd", "cde", "def", "efg", "fgh", "ghi", "hij")


def record(number: int, smiles: str, answer: str, split: str) -> Record:
    content = [{"type": "molecule", "smiles": smiles}, {"type": "text", "text": "Describe."}]
    messages = [{"role": "user", "content": content}, {"role": "assistant", "content": answer}]
    task = "description" if number % 2 == 0 else "facts"
    return Record(id=f"{split}-{number}", task=task, source="toy", split=split, messages=messages)


@pytest.fixture(scope="session")
def shards(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("shards")
    start_folder(folder)
    entries = []
    for split in ("train", "validation"):
        writer = record_writer(folder, split)
        for number, (smiles, answer) in enumerate(zip(MOLECULES, ANSWERS, strict=True)):
            writer.add(record_row(record(number, smiles, answer, split), [featurize(smiles).to_bytes()]))
        writer.flush()
        entries += writer.shards
    write_manifest(folder, {"kind": "records", "shards": entries})
    return folder


@pytest.fixture(scope="session")
def base_model(tmp_path_factory) -> Path:
    return save_tiny_base_model(tmp_path_factory.mktemp("base"))


@pytest.fixture
def configure(shards, base_model, tmp_path):
    """Return a function that makes a run configuration from overrides of its sections."""

    def make(
        stage: str = "alignment", output: str = "run", *, steps: int = 6, lr: float = 5e-3, **top
    ) -> RunConfig:
        model = top.pop("model", {})
        data = top.pop("data", {})
        optim = top.pop("optim", {})
        sizes = {"graph_layers": 2, "graph_dim": 16, "queries_per_level": 2, "projector_depth": 2}
        start = {} if "checkpoint" in model else {"base_model": str(base_model), "sizes": sizes}
        return RunConfig.model_validate(
            {
                "stage": stage,
                "output": tmp_path / output,
                "model": {**start, "dtype": "float32", **model},
                "data": {"folder": shards, "validation_limit": 8, **data},
                "optim": {
                    "steps": steps,
                    "batch_size": 4,
                    "learning_rate": lr,
                    "min_learning_rate": lr / 10,
                    **optim,
                },
                "bf16": False,
                "device": "cpu",
                "eval_steps": 1000,
                "log_steps": 1,
                **top,
            }
        )

    return make
