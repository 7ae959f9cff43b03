"""Records that any molecule gives: a conversation of six short questions whose answers RDKit computes.

The words are the same whatever the molecule, so that what differs between two sets of them is the molecules alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from llamo.chem.facts import Facts, exact_facts
from llamo.chem.featurize import featurize
from llamo.chem.molgraph import MolGraph
from llamo.data.records import Message, MoleculePart, Record, TextPart
from llamo.data.shard_writing import record_row, record_writer, start_folder, write_manifest
from llamo.data.sources.rows import MoleculeRow
from llamo.data.tasks import facts_caption

TASK = "description"  # whose records the training signals are measured on
COUNTS = ("none", "one", "two", "three", "four", "five", "six", "many")


def count_word(number: int) -> str:
    """Write a number from none to six in words, more as "many"."""
    return COUNTS[min(number, len(COUNTS) - 1)]


def _has(facts: Facts, group: str) -> str:
    return "Yes" if facts.groups.get(group) else "No"


QUESTIONS: Mapping[str, Callable[[Facts], str]] = {
    "How many rings ?": lambda facts: count_word(facts.rings),
    "How many aromatic rings ?": lambda facts: count_word(facts.aromatic_rings),
    "How many oxygen atoms ?": lambda facts: count_word(facts.atom_counts.get("O", 0)),
    "How many nitrogen atoms ?": lambda facts: count_word(facts.atom_counts.get("N", 0)),
    "Is there an alcohol ?": lambda facts: _has(facts, "alcohol"),
    "Is there an amide ?": lambda facts: _has(facts, "amide"),
}


def fact_record(smiles: str, *, split: str, source: str) -> Record:
    """Ask all questions about one molecule, one after the other.

    Raises:
        InvalidMoleculeError: the text is no molecule.
    """
    facts = exact_facts(smiles)
    messages: list[Message] = []
    for question, answer in QUESTIONS.items():
        first = [] if messages else [MoleculePart(smiles=smiles)]
        messages.append(Message(role="user", content=[*first, TextPart(text=question)]))
        messages.append(Message(role="assistant", content=answer(facts)))
    return Record(id=f"{source}:{smiles}", task=TASK, source=source, split=split, messages=messages)  # type: ignore[arg-type]


def caption_record(smiles: str, *, split: str, source: str) -> Record:
    """Ask for a caption of facts in English, as `llamo prepare` words it: for real language models.

    Raises:
        InvalidMoleculeError: the text is no molecule.
    """
    row = MoleculeRow(number=1, smiles=smiles)
    record = facts_caption.make_record(row, random.Random(smiles), source=source)
    return record.model_copy(update={"task": TASK, "split": split})


def write_fact_shards(
    folder: Path,
    molecules: Mapping[str, Iterable[tuple[str, str]]],
    *,
    graphs_of: Callable[[Sequence[str]], Sequence[str]] = tuple,
    make_record: Callable[..., Record] = fact_record,
) -> Path:
    """Write molecules as prepared shards; a folder that is there already is taken.

    Args:
        molecules: (SMILES, source) by split, "train" and "validation".
        graphs_of: of the training split's molecules, those whose graphs stand in their place: a fault made on purpose.
        make_record: `fact_record` or `caption_record`.

    Raises:
        InvalidMoleculeError: a text is no molecule.
    """
    if (folder / "manifest.json").is_file():
        return folder
    start_folder(folder)
    entries = []
    for split, found in molecules.items():
        pairs = list(found)
        shown = [smiles for smiles, _ in pairs]
        shown = list(graphs_of(shown)) if split == "train" else shown
        writer = record_writer(folder, split)
        for (smiles, source), donor in zip(pairs, shown, strict=True):
            graph: MolGraph = featurize(donor)
            writer.add(record_row(make_record(smiles, split=split, source=source), [graph.to_bytes()]))
        writer.flush()
        entries += writer.shards
    write_manifest(folder, {"kind": "records", "complete": True, "shards": entries})
    return folder
