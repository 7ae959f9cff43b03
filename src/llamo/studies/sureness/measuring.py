"""What the model says to held-out questions, how probable it finds that, and whether it is so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from llamo.assistant.sureness import LEVEL, number_range, sampling, token_probability
from llamo.data.tasks.classification import CHOICES
from llamo.errors import InputError
from llamo.evaluation.agreement import mean_pairwise_rouge
from llamo.inference.engines import Engine
from llamo.inference.reranking import check_conversation
from llamo.inference.settings import GenerationSettings
from llamo.studies.run_log import RunLog
from llamo.studies.sureness.choosing import Chosen, Question

KIND = f"llamo study sureness, answers and {LEVEL:.0%} ranges"


def measure(
    engine: Engine,
    chosen: Chosen,
    settings: GenerationSettings,
    log: RunLog,
    *,
    batch_size: int = 8,
    samples: int = 0,
    on_answers: Callable[[int], None] = lambda _: None,
) -> None:
    """Ask every question that the log does not hold.

    Logged are: of Yes and No `chance` of Yes; of a number its `range`; of a description its `text`, mean token
    `probability`, numbers of claims `supported` and `contradicted`, and, where samples are wanted, `agreement`.

    Args:
        engine: The raw model.
        chosen: The questions.
        settings: How descriptions are decoded.
        log: Keeps the answers.
        batch_size: Questions asked at once.
        samples: Sampled descriptions for their agreement; 0 for none.
        on_answers: Told how many more are answered.
    """
    for batch in _batches(chosen.yes_no, log, batch_size, on_answers):
        chances = engine.choose([one.conversation for one in batch], CHOICES)
        log.add({one.id: {"chance": chance[0]} for one, chance in zip(batch, chances, strict=True)})
        on_answers(len(batch))
    for batch in _batches(chosen.numbers, log, 1, on_answers):
        log.add({batch[0].id: {"range": _range(engine, batch[0])}})
        on_answers(1)
    for batch in _batches(chosen.descriptions, log, batch_size, on_answers):
        log.add(_describe(engine, batch, settings, samples))
        on_answers(len(batch))


def _range(engine: Engine, question: Question) -> list[float] | None:
    """Find the range of a number; None where the model answers in words."""
    (found,) = engine.numbers([question.conversation])
    try:
        return list(number_range(found, LEVEL))
    except InputError:
        return None


def _describe(
    engine: Engine, batch: Sequence[Question], settings: GenerationSettings, samples: int
) -> dict[str, Mapping[str, object]]:
    texts = engine.generate([one.conversation for one in batch], settings)
    found: dict[str, Mapping[str, object]] = {}
    for one, text in zip(batch, texts, strict=True):
        statuses = [verdict.status for verdict in check_conversation(one.conversation, text)]
        entry: dict[str, object] = {
            "text": text,
            "probability": token_probability(engine, one.conversation, text),
            "supported": statuses.count("true"),
            "contradicted": statuses.count("false"),
        }
        if samples:
            sampled = engine.generate([one.conversation] * samples, sampling(settings))
            entry["agreement"] = mean_pairwise_rouge(sampled)
        found[one.id] = entry
    return found


def _batches(
    questions: Sequence[Question], log: RunLog, size: int, on_answers: Callable[[int], None]
) -> list[list[Question]]:
    """Cut the questions that are not answered into batches of like length."""
    missing = [one for one in questions if one.id not in log]
    on_answers(len(questions) - len(missing))
    ordered = sorted(missing, key=lambda one: -len(one.smiles))
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]
