"""The trainer beside its training loop: devices, and the folder of a finished model."""

import logging
import os

import pytest
from torch import nn
from transformers import Trainer

from llamo.errors import LlamoError
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor
from llamo.testing.tiny import tiny_model
from llamo.training.run import train
from llamo.training.trainer import LlamoTrainer, trainer_arguments


def test_several_gpus_do_not_bring_data_parallel(configure, caplog) -> None:
    args = trainer_arguments(configure(optim={"batch_size": 4}))
    args._n_gpu = 4  # what transformers counts on a machine with four
    model, _ = tiny_model()
    assert isinstance(Trainer(model=model, args=args, eval_dataset=[])._wrap_model(model), nn.DataParallel)
    with caplog.at_level(logging.WARNING):
        trainer = LlamoTrainer(model=model, args=args, eval_dataset=[])
    assert trainer._wrap_model(model) is model
    assert trainer.args.train_batch_size == 4
    assert "4 GPUs are here, one is used; `accelerate launch" in caplog.text


def test_a_model_folder_is_whole_or_absent(configure, monkeypatch) -> None:
    """The processor is written last; if that fails, no folder of a model without one is left."""
    config = configure(steps=1)

    def fail(self, folder):
        assert os.listdir(folder), "the model is there already"
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(LlamoProcessor, "save_pretrained", fail)
        with pytest.raises(LlamoError, match=r"model: No space left on device; free some space .* --resume"):
            train(config)
    assert not [path.name for path in config.output.iterdir() if "model" in path.name]
    folder = train(config, resume=True)
    LlamoForConditionalGeneration.from_pretrained(folder)
    LlamoProcessor.from_pretrained(folder)


def test_a_kill_while_saving_leaves_no_model_folder(configure, tmp_path) -> None:
    """A real one: the process dies between the model's files and the processor's."""
    import subprocess
    import sys

    import yaml

    config = configure(steps=1)
    file = tmp_path / "run.yaml"
    file.write_text(yaml.safe_dump(config.model_dump(mode="json")))
    code = (
        "import os; from pathlib import Path\n"
        "from llamo.models.processing import LlamoProcessor; from llamo.training.run import train_from_config\n"
        "LlamoProcessor.save_pretrained = lambda self, folder: os._exit(9)\n"
        f"train_from_config(Path({str(file)!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=120)
    assert done.returncode == 9, done.stderr
    assert not (config.output / "model").exists()
    folder = train(config, resume=True)
    assert sorted(path.name for path in folder.iterdir())[0] == "chat_template.jinja"
    LlamoForConditionalGeneration.from_pretrained(folder)
