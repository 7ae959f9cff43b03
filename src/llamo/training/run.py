"""One training run, from a configuration to a trained model in a folder."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from transformers import set_seed

from llamo.data.pretraining_shards import open_pretraining_shards
from llamo.data.shards import open_shards
from llamo.errors import ConfigError
from llamo.models.building import build_model
from llamo.models.encoder_files import load_encoder
from llamo.models.modeling import LlamoForConditionalGeneration, make_graph_encoder
from llamo.models.processing import LlamoProcessor
from llamo.training.callbacks import RunLog, SaveByTheClock
from llamo.training.checkpointing import checkpoint_frozen_layers
from llamo.training.collator import Collator
from llamo.training.config import DataSettings, RunConfig, load_config
from llamo.training.cut_samples import CutReport
from llamo.training.mixture import (
    FixedDataset,
    MixtureDataset,
    SampleView,
    draw_order,
    group_records,
    with_recipe_mixture,
)
from llamo.training.pretraining import EncoderPretrainer, PretrainingDataset, collate_masked
from llamo.training.provenance import check_same_run, count_processes, save_provenance
from llamo.training.sharding import prepare_sharding
from llamo.training.signals import SignalCallback
from llamo.training.stages import STAGES, enter_stage
from llamo.training.trainer import LlamoTrainer, latest_checkpoint, remove_unfinished, trainer_arguments
from llamo.training.words import WordCollator, WordDataset, WordTrainer, collect_asked

logger = logging.getLogger(__name__)
SIGNAL_RECORDS = 16


def train_from_config(config_path: Path, overrides: list[str] | None = None, *, resume: bool = False) -> Path:
    """Run the stage a YAML file describes.

    Args:
        overrides: "key.path=value" items. resume: go on from the newest whole checkpoint in the run folder.

    Returns:
        The folder of the trained model, `<output>/model`.
    """
    return train(load_config(config_path, overrides), resume=resume)


def train(config: RunConfig, *, resume: bool = False) -> Path:
    """Run one stage; see `train_from_config`."""
    checkpoint = latest_checkpoint(config.output)
    if checkpoint is not None and not resume:
        raise ConfigError(
            f"{config.output} holds {checkpoint.name}; pass --resume to go on from it, or choose another output"
        )
    prepare_sharding()
    if resume:
        check_same_run(config, processes=count_processes(config))
        logger.info(
            "going on from %s", checkpoint.name if checkpoint else "the start: no whole checkpoint yet"
        )
    set_seed(config.seed)
    trainer = make_trainer(config)
    config.output.mkdir(parents=True, exist_ok=True)
    if trainer.args.should_save:
        save_provenance(config, processes=int(trainer.args.world_size))
        for folder in remove_unfinished(config.output):
            logger.info("%s was not written to its end and is removed", folder.name)
    trainer.train(resume_from_checkpoint=str(checkpoint) if resume and checkpoint else None)
    model_folder = config.output / "model"
    trainer.save_finished(model_folder)
    return model_folder


def make_trainer(config: RunConfig) -> LlamoTrainer:
    """Set up the trainer of a stage."""
    if config.stage == "pretraining":
        return pretraining_trainer(config)
    if config.stage == "words":
        return word_trainer(config)
    return language_trainer(config)


def language_trainer(config: RunConfig) -> LlamoTrainer:
    """Set up alignment or instruction tuning."""
    model, processor = start_model(config)
    trained = enter_stage(model, STAGES[config.stage])
    if config.gradient_checkpointing:
        checkpoint_frozen_layers(model.language_model)
    count = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    logger.info("stage %s trains %d tensors, %.2f M parameters", config.stage, len(trained), count / 1e6)
    data, optim = with_recipe_mixture(config.data), config.optim
    world = count_processes(config)
    dataset = MixtureDataset(
        open_shards(data.folder, "train", with_neighbours=data.shows_neighbours),
        processor,
        data,
        num_samples=optim.samples * world,
        batch_size=optim.batch_size,
        seed=config.seed,
    )
    logger.info("records by mixture key: %s", dataset.group_sizes)
    validation = open_shards(data.folder, "validation", with_neighbours=data.shows_neighbours)
    chosen = pick_validation(validation.column("task"), data.validation_limit, trained_tasks(data.mixture))
    records = [validation[i] for i in chosen]
    shown = usual_view(data)
    log = RunLog(config.output)
    signals = [record for record in records if record.task == "description" and record.graphs][
        :SIGNAL_RECORDS
    ]
    return LlamoTrainer(
        model=model,
        args=trainer_arguments(config),
        train_dataset=dataset,
        eval_dataset=FixedDataset(records, processor, shown, max_length=data.max_length),
        data_collator=Collator(processor.pad_token_id),
        processing_class=processor,
        callbacks=[
            SaveByTheClock(config.save_minutes),
            log,
            SignalCallback(processor, signals, data.max_length, log),
            CutReport(dataset.cut_counts, config.output, max_length=data.max_length),
        ],
    )


def usual_view(data: DataSettings) -> SampleView:
    """Return the way most training samples are shown; validation is shown like that."""
    view = max(data.views, key=lambda view: data.views[view])
    number = max(data.neighbours, key=lambda number: data.neighbours[number])
    return SampleView(view, counts_only=False, neighbours=number)


def word_trainer(config: RunConfig) -> WordTrainer:
    """Set up stage "words" on encoder and projector."""
    model, processor = start_model(config)
    enter_stage(model, STAGES[config.stage])
    data, optim = with_recipe_mixture(config.data), config.optim
    shards, validation = open_shards(data.folder, "train"), open_shards(data.folder, "validation")
    groups = group_records(shards.column("task"), shards.column("source"), data.mixture)
    order = draw_order(groups, data.mixture, 2 * optim.samples, config.seed)  # some are passed over
    if not groups:
        raise ConfigError(
            f"{data.folder} holds no training records for this mixture; run llamo prepare first"
        )
    asked = collect_asked(shards, np.concatenate(list(groups.values())), processor)
    chosen = pick_validation(validation.column("task"), data.validation_limit, trained_tasks(data.mixture))
    dataset = WordDataset(shards, processor, asked, order)
    if not len(dataset):
        raise ConfigError(
            "stage 'words' found no record of one molecule with a long enough answer; add descriptions to data.mixture"
        )
    return WordTrainer(
        model=model,
        args=trainer_arguments(config),
        train_dataset=dataset,
        eval_dataset=WordDataset(validation, processor, asked, np.array(chosen)),
        data_collator=WordCollator(len(asked.vocabulary.ids)),
        processing_class=processor,
        callbacks=[SaveByTheClock(config.save_minutes), RunLog(config.output)],
        asked=asked,
    )


def pretraining_trainer(config: RunConfig) -> LlamoTrainer:
    """Set up stage 0 on the graph encoder alone."""
    shards = open_pretraining_shards(config.data.folder)
    encoder = make_graph_encoder(config.model.sizes)
    first = shards[0]
    num_bits = len(first.fingerprint) + len(first.groups)
    model = EncoderPretrainer(
        encoder, num_descriptors=len(first.descriptors), num_bits=num_bits, levels=config.pretraining_levels
    )
    numbers = np.random.default_rng(config.seed).permutation(len(shards))
    held_back = max(1, min(config.data.validation_limit, len(shards) // 10))
    args = trainer_arguments(config)
    samples = config.optim.samples * int(args.world_size)
    return LlamoTrainer(
        model=model,
        args=args,
        train_dataset=PretrainingDataset(shards, numbers[held_back:], num_samples=samples, seed=config.seed),
        eval_dataset=PretrainingDataset(
            shards, numbers[:held_back], num_samples=held_back, seed=config.seed + 1
        ),
        data_collator=collate_masked,
        callbacks=[SaveByTheClock(config.save_minutes), RunLog(config.output)],
    )


def start_model(config: RunConfig) -> tuple[LlamoForConditionalGeneration, LlamoProcessor]:
    """Load or build the model a run starts from; pretrained encoder weights go in last and are checked to be in."""
    settings = config.model
    dtype = getattr(torch, settings.dtype)
    lora = settings.lora.model_dump() if settings.lora is not None else None
    if settings.checkpoint is not None:
        model = LlamoForConditionalGeneration.from_pretrained(settings.checkpoint, dtype=dtype)
        processor = LlamoProcessor.from_pretrained(settings.checkpoint)
        if lora is not None and model.config.lora != lora:
            from llamo.models.adapters import add_lora, grow_lora

            if model.config.lora is None:
                add_lora(model.language_model, lora)
            else:
                grow_lora(model.language_model, model.config.lora, lora)
            model.config.lora = lora
    else:
        template = read_template(settings.chat_template) if settings.chat_template is not None else None
        model, processor = build_model(
            settings.base_model, dtype=dtype, chat_template=template, lora=lora, **settings.sizes.chosen()
        )
    if settings.encoder_weights is not None:
        load_encoder(model.graph_encoder, settings.encoder_weights)
    return model, processor


def read_template(path: Path) -> str:
    """Read the Jinja template of a dialogue.

    Raises:
        ConfigError: the file cannot be read.
    """
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise ConfigError(
            f"model.chat_template: {path} cannot be read ({error.strerror}); paths start from the working directory"
        ) from error


def trained_tasks(mixture: Mapping[str, float]) -> set[str]:
    """List the tasks a mixture trains: {"description/gitmol": 1, "facts": 1} -> description, facts; empty: all."""
    return {key.split("/")[0] for key, weight in mixture.items() if weight > 0}


def pick_validation(tasks: Sequence[str], limit: int, wanted: Collection[str] = ()) -> list[int]:
    """Choose up to `limit` validation records of the wanted tasks (none named: all), taking turns between tasks.

    a, a, a, b -> a, b, a with limit 3.
    """
    by_task: dict[str, list[int]] = {}
    for number, task in enumerate(tasks):
        if not wanted or task in wanted:
            by_task.setdefault(task, []).append(number)
    turns = sorted(
        (turn, name, number)
        for name, numbers in by_task.items()
        for turn, number in enumerate(numbers[:limit])
    )
    return [number for _, _, number in turns[:limit]]
