"""The rehearsal for a rented machine: every stage trains from prepared shards where RDKit cannot be imported."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from llamo.data.prepare import prepare
from llamo.data.recipes import PretrainingRecipe, load_recipe

SMOKE = Path(__file__).parents[2] / "configs" / "data" / "smoke.yaml"
SIZES = {"graph_layers": 2, "graph_dim": 16, "queries_per_level": 2, "projector_depth": 2}
LORA = {"rank": 2, "alpha": 4, "dropout": 0.0, "targets": ["q_proj", "v_proj"]}
CODE = """
import sys
for name in ("rdkit", "rdkit.Chem"):
    sys.modules[name] = None  # from here on an import of RDKit raises ImportError
from llamo.cli import main
for config in sys.argv[1:]:
    try:
        main(["train", config, "--json"])
    except SystemExit as leaving:
        assert leaving.code == 0, (config, leaving.code)
"""


@pytest.fixture
def prepared(tmp_path) -> tuple[Path, Path]:
    """Shards of molecules and of records, as on the machine that has RDKit."""
    molecules = PretrainingRecipe.model_validate(
        {"kind": "pretraining", "name": "tiny", "validation_permille": 0,
         "sources": [{"name": "built_in", "layout": "builtin"}]}
    )  # fmt: skip
    folders = tmp_path / "pretraining-shards", tmp_path / "record-shards"
    prepare(molecules, folders[0], workers=1)
    prepare(load_recipe(SMOKE), folders[1], workers=1)
    return folders


def stages(folder: Path, pretraining: Path, records: Path, base_model: Path) -> list[Path]:
    """Write one configuration a stage, each going on from the one before."""
    optim = {"steps": 2, "batch_size": 4}
    common = {"optim": optim, "bf16": False, "device": "cpu", "save_minutes": 1e-6}
    data = {"folder": str(records), "validation_limit": 4}
    pretrained = {"sizes": {key: SIZES[key] for key in ("graph_layers", "graph_dim")}}
    first = {
        "base_model": str(base_model),
        "sizes": SIZES,
        "encoder_weights": str(folder / "pretraining/model"),
    }
    models = {
        "pretraining": pretrained,
        "words": {**first, "dtype": "float32"},
        "alignment": {"checkpoint": str(folder / "words/model"), "dtype": "float32"},
        "instruction": {"checkpoint": str(folder / "alignment/model"), "lora": LORA, "dtype": "float32"},
    }
    files = []
    for stage, model in models.items():
        shown = {"folder": str(pretraining), "validation_limit": 4} if stage == "pretraining" else data
        values = {"stage": stage, "output": str(folder / stage), "model": model, "data": shown, **common}
        files.append(folder / f"{stage}.yaml")
        files[-1].write_text(yaml.safe_dump(values))
    return files


@pytest.mark.timeout(240)
def test_all_stages_train_without_rdkit(tmp_path, prepared, base_model) -> None:
    files = stages(tmp_path, *prepared, base_model)
    done = subprocess.run(
        [sys.executable, "-c", CODE, *map(str, files)],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    trained = [json.loads(line)["model"] for line in done.stdout.splitlines() if line.startswith("{")]
    assert trained == [
        str(tmp_path / stage / "model") for stage in ("pretraining", "words", "alignment", "instruction")
    ]
    assert (tmp_path / "instruction" / "model" / "model.safetensors").is_file()


def test_the_block_blocks() -> None:
    """Else the test above would pass whatever training imports."""
    code = CODE.split("from llamo")[0] + "from llamo.chem.featurize import featurize\nfeaturize('CCO')\n"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert "rdkit" in done.stderr
