"""Instruction following: what training on molecules does to the language model's answers to plain instructions.

A dozen exchanges that have nothing to do with chemistry are scored twice, with the adapters and without: the second is
the base model. Adapters that only ever saw one kind of answer give that kind to every question, and the loss rises.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torch import nn

from llamo.models.adapters import adapter_layers
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor
from llamo.training.collator import Collator
from llamo.training.record_scores import record_scores

EXCHANGES = (
    ("What is the capital of France?", "The capital of France is Paris."),
    ("Write the word hello in capital letters.", "HELLO"),
    ("What is 2 + 3?", "2 + 3 = 5."),
    ("List three colours, separated by commas.", "Red, blue, green."),
    ("Answer with yes or no: is the sun hot?", "Yes."),
    ("Name a fruit.", "Apple."),
    ("Translate the word cat into French.", 'The word "cat" in French is "chat".'),
    ("Finish the sentence: The opposite of big is", "small."),
    ("Say good morning politely.", "Good morning! How can I help you today?"),
    ("What day comes after Monday?", "Tuesday comes after Monday."),
    ("Give me a short sentence about the sea.", "The sea is a vast and beautiful place, full of life."),
    ("Count from one to five.", "One, two, three, four, five."),
)
MAX_UNKNOWN = 0.5  # share of answer tokens; a tokenizer that knows fewer words measures nothing


class PlainInstructions:
    """The exchanges as one model reads them.

    Args:
        processor: of the model.
    """

    def __init__(self, processor: LlamoProcessor) -> None:
        conversations = [
            [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
            for question, answer in EXCHANGES
        ]
        encoded = [processor.encode(conversation, [], view="none") for conversation in conversations]
        self.batch = Collator(processor.pad_token_id)(encoded)
        labels = self.batch["labels"]
        unknown = processor.tokenizer.unk_token_id
        share = float((labels == unknown).sum() / (labels != -100).sum()) if unknown is not None else 0.0
        self.is_readable = share <= MAX_UNKNOWN
        self._base: float | None = None

    def measure(self, model: LlamoForConditionalGeneration) -> dict[str, float]:
        """Measure following_gap, loss with the adapters less loss without, nats a token; nothing without adapters."""
        if not self.is_readable or not any(True for _ in adapter_layers(model)):
            return {}
        was_training = model.training
        model.eval()
        try:
            if self._base is None:  # the base model does not change
                with without_adapters(model):
                    self._base = self._loss(model)
            gap = self._loss(model) - self._base
        finally:
            model.train(was_training)
        return {"following_gap": gap}

    def _loss(self, model: LlamoForConditionalGeneration) -> float:
        batch: dict[str, Any] = {  # Any: tensors, and None for the molecules
            key: None if value is None else value.to(model.device) for key, value in self.batch.items()
        }
        return float(record_scores(model, batch).loss.mean())


@contextmanager
def without_adapters(model: nn.Module) -> Iterator[None]:
    """Switch adapters off, and on again those that were; what trained before trains afterwards, nothing else does."""
    trains = {name: parameter.requires_grad for name, parameter in model.named_parameters()}
    layers = [layer for layer in adapter_layers(model) if not layer.disable_adapters]
    for layer in layers:
        layer.enable_adapters(False)
    try:
        yield
    finally:
        for layer in layers:
            layer.enable_adapters(True)
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(trains[name])
