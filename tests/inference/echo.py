"""An engine without a model: its answers show which prompt they belong to."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from llamo.errors import InputError
from llamo.inference.conversation import Conversation
from llamo.inference.predict import PredictSummary, predict_file
from llamo.inference.predict_request import PredictRequest
from llamo.inference.settings import GenerationSettings


class EchoEngine:
    """Answers "SMILES | question"; refuses prompts with `refused` in them, as an engine may."""

    model_name = "echo"

    def __init__(self, *, refused: str = "no such text", seconds_a_batch: float = 0.0) -> None:
        self.refused = refused
        self.seconds_a_batch = seconds_a_batch
        self.batches: list[list[str]] = []

    def generate(self, conversations: Sequence[Conversation], settings: GenerationSettings) -> list[str]:
        time.sleep(self.seconds_a_batch)
        texts = [" | ".join(_pieces(conversation)) for conversation in conversations]
        if any(self.refused in text for text in texts):
            raise InputError(f"refused: {self.refused}")
        self.batches.append(texts)
        return texts

    def choose(
        self, conversations: Sequence[Conversation], choices: Sequence[str]
    ) -> list[tuple[float, ...]]:
        """Finds the first choice the more probable the longer the SMILES is: `C` 1/2, `CC` 2/3, `CCC` 3/4."""
        texts = self.generate(conversations, GenerationSettings())
        lengths = [len(text.split(" | ")[0]) for text in texts]
        return [(length / (1 + length), 1 / (1 + length)) for length in lengths]

    def candidates(
        self, conversations: Sequence[Conversation], settings: GenerationSettings, number: int
    ) -> list[list[str]]:
        texts = self.generate(conversations, settings)
        return [[f"{place}: {text}" for place in range(number)] for text in texts]

    def log_probabilities(
        self, conversations: Sequence[Conversation], answers: Sequence[str]
    ) -> list[tuple[float, ...]]:
        """Finds an answer the likelier the shorter it is."""
        return [(-float(len(answer)),) for answer in answers]

    def stream(self, conversation: Conversation, settings: GenerationSettings) -> Iterator[str]:
        yield from self.generate([conversation], settings)[0]


def _pieces(conversation: Conversation) -> list[str]:
    content = conversation[-1]["content"]
    assert isinstance(content, list)
    return [part.get("smiles") or part["text"] for part in content]


def predict(
    input_file: Path,
    output: Path,
    *,
    task: str = "description",
    engine: EchoEngine | None = None,
    **options: object,
) -> PredictSummary:
    request = PredictRequest(task=task, input=input_file, output=output, **options)  # type: ignore[arg-type]
    return predict_file(request, lambda: engine or EchoEngine(), GenerationSettings())
