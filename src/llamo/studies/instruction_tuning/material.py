"""What is trained on: captions and questions in two wordings, conversations of every kind, in one folder of shards.

A training run takes its part by the mixture: tasks "description", "facts" and "conversation", each with its sources.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from llamo.chem.facts import Facts, exact_facts
from llamo.chem.featurize import featurize
from llamo.data.instructions.validation.judging import Limits, judge
from llamo.data.records import MoleculePart, Record, Split, TextPart, exchange
from llamo.data.shard_writing import record_row, record_writer, start_folder, write_manifest
from llamo.data.tasks import fact_questions as questions
from llamo.data.tasks.facts_caption import INSTRUCTIONS as DESCRIBE
from llamo.data.tasks.facts_caption import caption
from llamo.studies.instruction_quality.conversations import (
    about_another_molecule,
    compose_conversations,
    molecules_of,
)
from llamo.studies.instruction_quality.local_writer import write_conversations
from llamo.studies.instruction_tuning.preferring import bare_and_whole
from llamo.studies.instruction_tuning.settings import TuningSettings

DESCRIPTION, FACTS, CONVERSATION = "description", "facts", "conversation"
INSTRUCTIONS, NAMES = "instructions", "names"
WORDINGS_A_MOLECULE = 2  # of each caption and question
ASKED: tuple[Callable[[Facts, random.Random], questions.Question], ...] = (
    questions.ask_rings,
    questions.ask_aromatic,
    questions.ask_formula,
    questions.ask_mass,
    questions.ask_charge,
    questions.ask_stereo,
)
# Forms are asked for by words of the questions that follow training, never by the same sentences.
FORMS_TAUGHT: Mapping[str, tuple[str, ...]] = {
    "one word, Yes or No": (
        "Is there an aromatic ring in this molecule? Write one word only, Yes or No.",
        "Does this molecule contain an aromatic ring? Answer Yes or No and nothing else.",
    ),
    "a count only": (
        "What is the number of rings in this structure? Write a number only.",
        "Count the rings of this molecule. Answer with the number and nothing else.",
    ),
    "the formula only": (
        "Give the molecular formula. Write the formula only.",
        "Write the formula of this compound. Answer with a formula and nothing else.",
    ),
}


def split_molecules(settings: TuningSettings) -> tuple[list[str], list[str]]:
    """Divide the molecules into those that are trained on and those that are asked about; the same for all seeds."""
    found = list(molecules_of(settings.molecules))
    random.Random("instruction tuning").shuffle(found)
    return found[settings.test_molecules :], found[: settings.test_molecules]


def conversations_of(settings: TuningSettings, folder: Path) -> Mapping[str, Sequence[Record]]:
    """Collect the conversations of every kind, all about training molecules."""
    molecules, _ = split_molecules(settings)
    composed = compose_conversations(molecules, settings.number, 0, folder)
    pool = half_faulty(composed)
    written: Sequence[Record] = ()
    if settings.written:
        written = write_conversations(molecules, settings.written, settings.writer, folder, seed=0).records
    return {
        "composed": composed, "pool": pool, "kept": validated(pool), "written": written,
        "written-kept": validated(written), "few": composed[: len(written)],
    }  # fmt: skip


def half_faulty(composed: Sequence[Record]) -> list[Record]:
    """Hold every second conversation about one molecule against another molecule; those about two stay as they are."""
    alone = [record for record in composed if len(set(record.molecules)) == 1]
    swapped = {one.id.removesuffix(":swapped"): one for one in about_another_molecule(alone)[::2]}
    return [swapped.get(record.id, record) for record in composed]


def validated(records: Sequence[Record]) -> list[Record]:
    """Keep the conversations in which the validator finds no fault."""
    return [record for record in records if not judge(record, Limits()).problems]


def write_material(folder: Path, settings: TuningSettings, found: Mapping[str, Sequence[Record]]) -> Path:
    """Write all records as shards; the validation split has captions and questions about the other molecules."""
    train, test = split_molecules(settings)
    start_folder(folder)
    entries = []
    for split, records in (
        ("train", _train_records(train, found)),
        ("validation", taught(test, "validation")),
    ):
        writer = record_writer(folder, split)
        for record in records:
            writer.add(record_row(record, [_packed_graph(smiles) for smiles in record.molecules]))
        writer.flush()
        entries += writer.shards
    counts = {source: len(records) for source, records in found.items()}
    write_manifest(folder, {"kind": "records", "complete": True, "conversations": counts, "shards": entries})
    return folder


@lru_cache(maxsize=10_000)
def _packed_graph(smiles: str) -> bytes:
    return featurize(smiles).to_bytes()


def _train_records(molecules: Sequence[str], found: Mapping[str, Sequence[Record]]) -> Iterator[Record]:
    yield from taught(molecules, "train")
    for source, records in found.items():
        for record in records:
            yield record.model_copy(update={"task": CONVERSATION, "source": source})


def taught(molecules: Sequence[str], split: Split) -> Iterator[Record]:
    """Yield captions and questions about facts, each asked for by an instruction and by the name of its task.

    Instructions ask for forms besides: a number, a formula, Yes or No alone.
    """
    rng = random.Random("what is taught")
    for smiles in molecules:
        facts = exact_facts(smiles)
        for turn in range(WORDINGS_A_MOLECULE):
            said = caption(facts, rng)
            yield from _both_wordings(
                smiles, DESCRIPTION, DESCRIPTION, rng.choice(DESCRIBE), said, turn, split
            )
            for ask in ASKED:
                one = ask(facts, rng)
                yield from _both_wordings(smiles, FACTS, one.kind, one.text, one.answer, turn, split)
        for form, texts in FORMS_TAUGHT.items():
            bare, _ = bare_and_whole(smiles)[form]
            for turn, text in enumerate(texts):
                yield _record(smiles, FACTS, form, INSTRUCTIONS, text, bare, turn, split)


def _both_wordings(
    smiles: str, task: str, name: str, instruction: str, answer: str, turn: int, split: Split
) -> Iterator[Record]:
    for source, text in ((INSTRUCTIONS, instruction), (NAMES, name)):
        yield _record(smiles, task, name, source, text, answer, turn, split)


def _record(
    smiles: str, task: str, name: str, source: str, text: str, answer: str, turn: int, split: Split
) -> Record:
    messages = exchange([MoleculePart(smiles=smiles), TextPart(text=text)], answer)
    return Record(
        id=f"{smiles}:{name}:{source}:{turn}", task=task, source=source, split=split, messages=messages
    )
