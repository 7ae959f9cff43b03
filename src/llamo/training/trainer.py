"""Hugging Face's Trainer with fixed sample order, strict loading, and checkpoints that are whole or absent."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset, Sampler, SequentialSampler
from transformers import PrinterCallback, Trainer, TrainingArguments

from llamo.errors import CheckpointError, LlamoError
from llamo.files import replacing_folder
from llamo.models.checkpoints import WEIGHTS_FILE, load_tensors, read_tensors
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.training.config import RunConfig
from llamo.training.sharding import set_up_sharding

logger = logging.getLogger(__name__)
COMPLETE_MARK = "complete"
NON_REENTRANT = {"gradient_checkpointing_kwargs": {"use_reentrant": False}}  # what several processes need
LABELS = {
    "pretraining": "atom_targets",
    "words": "word_targets",
}  # the batch entry that makes a loss possible


class Trainable(Protocol):
    """What the trainer needs of a model: to write itself to a folder and read itself back."""

    def save_pretrained(self, save_directory: str, *, state_dict: dict[str, Tensor] | None = None) -> None:
        """Write weights and configuration."""


class LlamoTrainer(Trainer):
    """Trainer over a dataset that is already in training order (see `llamo.training.mixture`)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: the base class's own arguments
        if isinstance(settings := kwargs.get("args"), TrainingArguments):
            use_one_gpu(settings)
        super().__init__(*args, **kwargs)
        self.remove_callback(PrinterCallback)  # callbacks.RunLog reports

    def create_accelerator_and_postprocess(self) -> None:
        """Set up accelerate; sharding works on CPUs, too."""
        super().create_accelerator_and_postprocess()
        self.is_fsdp_enabled = set_up_sharding(self.accelerator)

    def _get_train_sampler(self, train_dataset: Dataset[Any] | None = None) -> Sampler[int]:
        dataset: Any = train_dataset if train_dataset is not None else self.train_dataset  # Any: sized
        return SequentialSampler(dataset)

    def save_model(self, output_dir: str | None = None, _internal_call: bool = False) -> None:
        """Write the model in its own format, gathered from all processes; all of them call this."""
        whole = self.accelerator.get_state_dict(self.model) if self.is_fsdp_enabled else None
        self._save(output_dir, state_dict=whole)

    def save_finished(self, folder: Path) -> None:
        """Write model and processor to a folder that appears whole or not at all; all processes call this."""
        whole = self.accelerator.get_state_dict(self.model) if self.is_fsdp_enabled else None
        if self.args.should_save:
            with replacing_folder(folder, remedy="free some space and go on with --resume") as temporary:
                self._save(str(temporary), state_dict=whole)
                if self.processing_class is not None:
                    self.processing_class.save_pretrained(str(temporary))
        self.accelerator.wait_for_everyone()

    def _save(self, output_dir: str | None = None, state_dict: dict[str, Tensor] | None = None) -> None:
        if not self.args.should_save:
            return
        model = self.accelerator.unwrap_model(self.model, keep_torch_compile=False)
        model.save_pretrained(output_dir or self.args.output_dir, state_dict=state_dict)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: nn.Module | None = None) -> None:
        if self.is_fsdp_enabled:  # each process reads its own part
            super()._load_from_checkpoint(resume_from_checkpoint, model)
            return
        target = self.accelerator.unwrap_model(
            model if model is not None else self.model, keep_torch_compile=False
        )
        tensors = read_tensors(Path(resume_from_checkpoint) / WEIGHTS_FILE)
        whole = not isinstance(target, LlamoForConditionalGeneration) or target.config.base_model is None
        load_tensors(target, tensors, whole=whole, source=resume_from_checkpoint)

    def _save_checkpoint(self, model: nn.Module, trial: Any) -> None:  # Any: the base class's optuna trial
        folder = Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}"
        try:
            super()._save_checkpoint(model, trial)
            self.accelerator.wait_for_everyone()  # each process writes a part
            if self.args.should_save:
                (folder / COMPLETE_MARK).touch()
        except (OSError, RuntimeError, LlamoError) as error:  # torch reports a full disk as RuntimeError
            if self.args.should_save:
                shutil.rmtree(folder, ignore_errors=True)
            raise CheckpointError(
                f"cannot save {folder} ({error}); free some space and go on with --resume, "
                f"the last whole checkpoint is {latest_checkpoint(folder.parent) or 'none'}"
            ) from error


def latest_checkpoint(run: Path) -> Path | None:
    """Find the newest checkpoint that was written to its end."""
    whole = [folder for folder in run.glob("checkpoint-*") if (folder / COMPLETE_MARK).is_file()]
    return max(whole, key=lambda folder: int(folder.name.split("-")[1]), default=None)


def remove_unfinished(run: Path) -> list[Path]:
    """Remove the checkpoints that a kill left half written, before the base class's rotation counts them as good.

    With `save_total_limit` the newest folders are kept: half a checkpoint would push out a whole one.

    Returns:
        What was removed.
    """
    unfinished = [
        folder for folder in sorted(run.glob("checkpoint-*")) if not (folder / COMPLETE_MARK).is_file()
    ]
    for folder in unfinished:
        shutil.rmtree(folder)
    return unfinished


def use_one_gpu(args: TrainingArguments) -> None:
    """Keep one process to one GPU: with several in sight, the base class would fall back to nn.DataParallel.

    That would cut a batch's token ids into pieces but not its molecules, and multiply the batch size.
    """
    if args.n_gpu > 1:
        logger.warning(
            "%d GPUs are here, one is used; `accelerate launch --multi_gpu --num_processes %d -m llamo.cli train "
            "CONFIG.yaml` uses all",
            *(args.n_gpu, args.n_gpu),
        )
        args._n_gpu = 1


def trainer_arguments(config: RunConfig) -> TrainingArguments:
    """Translate a run's configuration to Trainer arguments."""
    optim = config.optim
    use_cpu = config.device == "cpu" or not torch.cuda.is_available()
    return TrainingArguments(
        output_dir=str(config.output),
        per_device_train_batch_size=optim.batch_size,
        per_device_eval_batch_size=optim.batch_size,
        gradient_accumulation_steps=optim.accumulation,
        max_steps=optim.steps,
        learning_rate=optim.learning_rate,
        lr_scheduler_type="cosine_warmup_with_min_lr",
        lr_scheduler_kwargs={"min_lr": optim.min_learning_rate},
        warmup_steps=round(optim.warmup * optim.steps),
        weight_decay=optim.weight_decay,
        max_grad_norm=optim.max_grad_norm,
        bf16=config.bf16,
        use_cpu=use_cpu,
        **({"gradient_checkpointing": True, **NON_REENTRANT} if config.gradient_checkpointing else {}),
        seed=config.seed,
        data_seed=config.seed,
        logging_steps=config.log_steps,
        logging_first_step=True,
        logging_nan_inf_filter=False,
        eval_strategy="steps",
        eval_steps=config.eval_steps,
        save_strategy="no",  # by the clock, see callbacks.SaveByTheClock
        save_total_limit=2,
        remove_unused_columns=False,
        prediction_loss_only=True,
        dataloader_num_workers=0,
        dataloader_pin_memory=not use_cpu,
        report_to=[],
        label_names=[LABELS.get(config.stage, "labels")],
        disable_tqdm=True,  # callbacks.RunLog shows its own bar, with losses, on a terminal
        ddp_find_unused_parameters=False,
    )
