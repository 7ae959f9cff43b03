"""Two processes, one run: begun by `accelerate launch` as on several GPUs, here over gloo on the CPU."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import yaml

from llamo.errors import ConfigError
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor
from llamo.training.callbacks import read_metrics
from llamo.training.config import RunConfig
from llamo.training.run import train
from llamo.training.trainer import latest_checkpoint

SCRIPT = """
import sys
from pathlib import Path
from llamo.training.run import train_from_config
train_from_config(Path(sys.argv[1]), resume="--resume" in sys.argv)
"""
ACCELERATE = Path(__file__).parents[2] / "configs" / "accelerate"
SHARDED = ("--config_file", str(ACCELERATE / "8-gpus-sharded.yaml"))  # what is shipped, with two processes
PLAIN = ("--config_file", str(ACCELERATE / "4-gpus.yaml"))


def free_port() -> str:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return str(server.getsockname()[1])


def launch(config: RunConfig, folder: Path, *options: str, resume: bool = False) -> None:
    """Train with two processes."""
    script, file = folder / "launch.py", folder / f"{config.output.name}.yaml"
    script.write_text(SCRIPT)
    file.write_text(yaml.safe_dump(config.model_dump(mode="json")))
    command = [
        *(sys.executable, "-m", "accelerate.commands.launch", *options),
        *("--num_processes", "2", "--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no"),
        *("--main_process_port", free_port(), str(script), str(file), *(["--resume"] if resume else [])),
    ]  # "--cpu" would start one process only; ACCELERATE_USE_CPU makes these two use gloo
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as process:
        try:
            _, errors = process.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # the launcher and the processes it started
            raise
    assert process.returncode == 0, errors[-3000:]


def losses(folder: Path) -> dict[int, float]:
    return {row["step"]: row["loss"] for row in read_metrics(folder) if "loss" in row}


@pytest.mark.timeout(180)
def test_two_processes_train_together(configure, tmp_path) -> None:
    """DDP: one rank's batch without graphs or atoms must not leave the other waiting, and all ranks save at the same
    step, whatever their clocks say."""
    data = {"graph_dropout": 0.4, "counts_only": 0.4, "views": {"graph": 1.0}}
    config = configure(steps=8, data=data, optim={"batch_size": 1}, save_minutes=0.002)
    launch(config, tmp_path, "--multi_gpu")
    assert sorted(losses(config.output)) == list(range(1, 9))
    kept = latest_checkpoint(config.output)
    assert {"rng_state_0.pth", "rng_state_1.pth"} <= {path.name for path in kept.iterdir()}
    assert all((folder / "complete").is_file() for folder in config.output.glob("checkpoint-*"))
    model = LlamoForConditionalGeneration.from_pretrained(config.output / "model")
    assert all(torch.isfinite(p).all() for p in model.parameters())
    with pytest.raises(ConfigError, match=r"begun with 2 process.*now there are 1"):
        train(config, resume=True)


@pytest.mark.timeout(400)
def test_two_processes_share_the_weights(configure, tmp_path) -> None:
    """FSDP2 learns what DDP learns, goes on from its checkpoint, and its model folder loads strictly in one process.

    Some batches show no graph: then one process has nothing to learn before the language model, but has to come back
    through its layers all the same.
    """
    data = {"graph_dropout": 0.4, "counts_only": 0.3, "views": {"graph": 1.0}}
    settings = {"steps": 4, "data": data, "optim": {"batch_size": 1}, "save_minutes": 1e-6}
    sharded, plain = (
        configure("instruction", name, model=MIXED, **settings) for name in ("sharded", "plain")
    )
    launch(sharded, tmp_path, *SHARDED)
    launch(plain, tmp_path, *PLAIN)
    first = losses(sharded.output)
    assert sorted(first) == [1, 2, 3, 4]
    assert first == pytest.approx(losses(plain.output), rel=1e-3)
    kept = latest_checkpoint(sharded.output)
    assert len(list((kept / "pytorch_model_fsdp_0").glob("*.distcp"))) == 2  # each process wrote its part
    expected = weights_of(sharded.output / "model")
    close(weights_of(plain.output / "model"), expected, rtol=1e-2, atol=1e-4)

    shutil.rmtree(kept)
    shutil.rmtree(sharded.output / "model")
    launch(sharded, tmp_path, *SHARDED, resume=True)
    assert losses(sharded.output) == first
    close(weights_of(sharded.output / "model"), expected, rtol=0, atol=0)


# A bf16 language model under fp32 encoder, projector and adapters, as in a real run.
MIXED = {
    "dtype": "bfloat16",
    "lora": {"rank": 4, "alpha": 8, "dropout": 0.0, "targets": ["q_proj", "v_proj"]},
}


def weights_of(folder: Path) -> dict[str, torch.Tensor]:
    """Load a model folder strictly and return what it holds."""
    model = LlamoForConditionalGeneration.from_pretrained(folder)
    LlamoProcessor.from_pretrained(folder)
    return {name: tensor.float() for name, tensor in model.state_dict().items()}


def close(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor], **tolerance: float) -> None:
    assert one.keys() == other.keys()
    for name, tensor in one.items():
        torch.testing.assert_close(tensor, other[name], msg=name, **tolerance)


def test_the_first_version_of_fsdp_is_refused(configure, monkeypatch) -> None:
    monkeypatch.setenv("ACCELERATE_USE_FSDP", "true")
    monkeypatch.setenv("FSDP_VERSION", "1")
    with pytest.raises(ConfigError, match="pass --fsdp_version 2"):
        train(configure())
