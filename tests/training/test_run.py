"""Runs from start to end on a tiny model: learning, resuming, recording."""

import csv
import json
import signal
import subprocess
import sys
import time

import pytest
import torch
import yaml

from llamo.data.shards import open_shards
from llamo.errors import CheckpointError, ConfigError
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor
from llamo.training.callbacks import read_metrics
from llamo.training.run import pick_validation, train, trained_tasks
from llamo.training.trainer import COMPLETE_MARK, latest_checkpoint

LORA = {"rank": 8, "alpha": 16, "dropout": 0.0, "targets": "all-linear"}
PLAIN = {"views": {"graph": 1.0}, "graph_dropout": 0.0, "counts_only": 0.0}


def losses(folder) -> dict[int, float]:
    return {row["step"]: row["loss"] for row in read_metrics(folder) if "loss" in row}


@pytest.mark.timeout(60)
def test_a_tiny_model_overfits_eight_records_through_both_stages(configure) -> None:
    first = train(configure("alignment", "one", steps=60, lr=1e-2, data=PLAIN, optim={"batch_size": 8}))
    second = train(
        configure(
            "instruction", "two", steps=150, lr=1e-2, data=PLAIN, optim={"batch_size": 8, "weight_decay": 0.0},
            model={"checkpoint": first, "lora": LORA},
        )
    )  # fmt: skip
    model = LlamoForConditionalGeneration.from_pretrained(second)
    processor = LlamoProcessor.from_pretrained(second)
    records = list(open_shards(configure().data.folder, "train"))
    inputs = processor.apply_chat_template(
        [record.messages[:1] for record in records],
        view="graph",
        graphs=[record.graphs for record in records],
    )
    answers = processor.batch_decode(model.generate(**inputs, max_new_tokens=6, do_sample=False))
    assert answers == [record.messages[1]["content"] for record in records]


def test_a_resumed_run_has_the_losses_of_an_uninterrupted_one(configure) -> None:
    lora = {**LORA, "dropout": 0.3}  # random numbers must resume, too
    settings = {"steps": 12, "model": {"lora": lora}, "save_minutes": 1e-6, "data": {"graph_dropout": 0.3}}
    train(configure("instruction", "whole", **settings))
    partial = configure("instruction", "parts", **settings)
    stop_after(partial, 5)
    train(partial, resume=True)
    whole = losses(configure(output="whole").output)
    assert sorted(whole) == list(range(1, 13))
    assert losses(partial.output) == whole


def stop_after(config, step: int) -> None:
    """Interrupt a run after a step, as Ctrl-C would."""
    from transformers import TrainerCallback

    from llamo.training.run import language_trainer, set_seed

    class Stop(TrainerCallback):
        def on_log(self, args, state, control, **_) -> None:
            if state.global_step == step + 1:
                raise KeyboardInterrupt

    set_seed(config.seed)
    trainer = language_trainer(config)
    trainer.add_callback(Stop())
    with pytest.raises(KeyboardInterrupt):
        trainer.train()


def test_a_run_folder_records_what_was_run(configure) -> None:
    config = configure(steps=3, eval_steps=3)
    model_folder = train(config)
    folder = config.output
    assert yaml.safe_load((folder / "config.yaml").read_text())["optim"]["steps"] == 3
    assert {"llamo", "torch", "python"} <= json.loads((folder / "versions.json").read_text()).keys()
    assert "sha256" in (folder / "data-manifest.json").read_text()
    rows = list(csv.DictReader((folder / "metrics.csv").open()))
    assert {"step", "loss", "eval_loss", "signal_graph_gap", "signal_rank_0", "signal_attention_mass"} <= set(
        rows[0]
    )
    assert (folder / "loss.png").read_bytes().startswith(b"\x89PNG")
    assert (model_folder / "model.safetensors").is_file()
    assert not list(folder.rglob("*.bin"))  # no pickled arguments


def test_samples_that_were_cut_are_counted_once(configure, caplog) -> None:
    """The longest prompt of the eight records is longer than 60 tokens; a resumed run counts no sample twice."""
    data = {"max_length": 60, "views": {"graph": 1.0}, "graph_dropout": 0.0, "counts_only": 0.0}
    settings = {"steps": 40, "data": data, "save_minutes": 1e-6}  # 160 samples, two windows of 128
    with caplog.at_level("WARNING"):
        train(configure(output="whole", **settings))
    counts = json.loads((configure(output="whole").output / "cut-samples.json").read_text())
    assert counts["samples"] == 160
    assert 0 < counts["cut"] <= 160
    assert counts["max_length"] == 60
    told = [message for message in caplog.messages if "were cut at data.max_length=60" in message]
    assert len(told) == 1
    assert told[0].startswith(f"{counts['cut']} of 160 samples (")
    partial = configure(output="parts", **settings)
    stop_after(partial, 36)
    train(partial, resume=True)
    assert json.loads((partial.output / "cut-samples.json").read_text()) == counts


def test_a_finished_folder_is_not_overwritten(configure) -> None:
    config = configure(steps=1)
    train(config)
    with pytest.raises(ConfigError, match="pass --resume"):
        train(config)


def test_accumulation_equals_a_larger_batch(configure) -> None:
    """Defect 4: an option nothing reads. Two half batches must give the loss and the step of a whole one."""
    model = {"sizes": NO_BATCH_NORM}
    big = train(configure(output="big", steps=1, data=PLAIN, optim={"batch_size": 8}, model=model))
    small = train(
        configure(
            output="small", steps=1, data=PLAIN, optim={"batch_size": 4, "accumulation": 2}, model=model
        )
    )
    assert losses(small.parent)[1] == pytest.approx(losses(big.parent)[1], rel=1e-4)
    one, other = (
        LlamoForConditionalGeneration.from_pretrained(folder).projector.state_dict()
        for folder in (big, small)
    )
    for name, tensor in one.items():
        torch.testing.assert_close(other[name], tensor, msg=name, rtol=1e-3, atol=1e-4)


# Level 0 alone: a batch's statistics would make a half batch another function.
NO_BATCH_NORM = {
    "graph_layers": 1,
    "graph_dim": 16,
    "queries_per_level": 2,
    "projector_depth": 2,
    "projector": "mlp_first",
}


def test_a_full_disk_keeps_the_last_whole_checkpoint(configure) -> None:
    """A real failure: files above 20 kB cannot be written once the first checkpoint is there."""
    import resource

    from transformers import TrainerCallback

    from llamo.training.run import language_trainer

    config = configure(steps=4, save_minutes=1e-6)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    class FillDisk(TrainerCallback):
        def on_step_begin(self, args, state, control, **_) -> None:
            if state.global_step == 2:
                resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))

    trainer = language_trainer(config)
    trainer.add_callback(FillDisk())
    try:
        with pytest.raises(CheckpointError, match="free some space and go on with --resume"):
            trainer.train()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert latest_checkpoint(config.output).name == "checkpoint-2"
    assert not (config.output / "checkpoint-3").exists()


def test_a_killed_run_goes_on_from_its_last_checkpoint(configure, tmp_path) -> None:
    config = configure(steps=400, save_minutes=1e-6)
    file = tmp_path / "run.yaml"
    file.write_text(yaml.safe_dump(config.model_dump(mode="json")))
    code = f"from pathlib import Path; from llamo.training.run import train_from_config as t; t(Path({str(file)!r}))"
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while latest_checkpoint(config.output) is None and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    reached = int(latest_checkpoint(config.output).name.split("-")[1])
    assert reached < 400
    with pytest.raises(ConfigError, match="was begun with another seed"):
        train(config.model_copy(update={"seed": 5}), resume=True)
    resumed = config.model_copy(update={"optim": config.optim.model_copy(update={"steps": reached + 3})})
    train(resumed, resume=True)
    steps = [row["step"] for row in read_metrics(config.output) if "loss" in row]
    assert steps == sorted(set(steps))
    assert steps[-1] == reached + 3


def test_checkpoints_that_a_kill_left_half_written_do_not_push_out_whole_ones(configure) -> None:
    """The base class keeps the two newest folders, whole or not; half of step 99 must not be one of them."""
    config = configure(steps=2, save_minutes=1e-6)
    train(config)
    for name in ("checkpoint-98", "checkpoint-99"):
        half = config.output / name
        half.mkdir()
        (half / "trainer_state.json").write_text("{")
    longer = config.model_copy(update={"optim": config.optim.model_copy(update={"steps": 3})})
    train(longer, resume=True)
    left = sorted(config.output.glob("checkpoint-*"))
    assert [folder.name for folder in left] == ["checkpoint-2", "checkpoint-3"]
    assert all((folder / COMPLETE_MARK).is_file() for folder in left)


def test_a_run_is_not_resumed_with_another_number_of_processes(configure) -> None:
    config = configure(steps=2)
    train(config)
    launched = config.output / "launch.json"
    assert json.loads(launched.read_text()) == {"processes": 1}
    launched.write_text('{"processes": 4}')
    with pytest.raises(ConfigError, match=r"begun with 4 process.*now there are 1.*--num_processes 4"):
        train(config, resume=True)
    launched.unlink()  # of a run before this was recorded
    train(config, resume=True)


def test_validation_takes_turns_between_tasks() -> None:
    assert pick_validation(["a", "a", "a", "b"], 3) == [0, 3, 1]
    assert pick_validation(["a", "c", "a", "b"], 9, {"a", "b"}) == [0, 3, 2]
    assert trained_tasks({"a/x": 1, "b": 2, "c": 0}) == {"a", "b"}
