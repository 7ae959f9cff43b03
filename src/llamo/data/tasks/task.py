"""What a task is: its rows, its wordings, its answer, how the answer is read back, and how it is scored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.data.sources.rows import Row
from llamo.data.tasks.wording import SkippedRowError

Parts = list[TextPart | MoleculePart]
Answer = Literal["text", "name", "smiles", "number", "choice"]
PROSE_METRICS = ("bleu-2", "bleu-4", "rouge-1", "rouge-2", "rouge-l", "meteor")


@dataclass(frozen=True)
class Decoding:
    """How answers of a task are best generated.

    Small models fall into loops ("2,4-dihydroxy-2,4-dihydroxy-..."). In prose no run of so many tokens is said
    twice; names and SMILES may repeat themselves rightly. Beams help descriptions most (docs/log.md).

    Attributes:
        max_new_tokens: nine in ten answers of the training data are shorter, in SmolLM2's tokens.
        num_beams: 1 is greedy.
        no_repeat_ngram: length in tokens of what is not said twice; 0 for no guard.
    """

    max_new_tokens: int = 128
    num_beams: int = 1
    no_repeat_ngram: int = 0


def ask_about_molecule(cell: str, instruction: str) -> Parts:
    """Build the question about one molecule from a cell that holds it.

    `ask_about_molecule("OCC", "What is it?") -> [CCO], "What is it?"`

    Raises:
        InvalidMoleculeError: the cell holds no molecule.
    """
    from llamo.chem.reading import canonical_smiles

    return molecule_question(canonical_smiles(cell), instruction)


def molecule_question(smiles: str, text: str) -> Parts:
    """Put one molecule before the question about it."""
    return [MoleculePart(smiles=smiles), TextPart(text=text)]


@dataclass(frozen=True)
class Task:
    """One task; `llamo.data.tasks.catalogue.TASKS` lists them all.

    Attributes:
        name: as in recipes, on the command line and in records.
        rows: the kinds of rows that `make_record` takes.
        instructions: wordings drawn in training. The first is the task's own question in prediction, unless it
            has a field such as `{name}`, or there is none: then the question has to be given.
        answer: kind of the answer, which decides how it is checked and shown.
        make_record: `make_record(row, rng, *, source)` and the `options`; rows come with canonical SMILES. Raises
            SkippedRowError for a row without a record.
        parse: reads the value out of an answer, None where there is none.
        metrics: names of its scores; evaluation knows what they are.
        ask: builds the question in prediction from a table's cell and an instruction.
        named_questions: questions that have a name on the command line (`--property homo`).
        choices: the only answers, the positive one first, for scoring by their logits.
        decoding: how its answers are generated.
        options: settings of a run or row that `make_record` takes: "max_characters", "style", "marks_reagents".
    """

    name: str
    rows: tuple[type[Row], ...]
    instructions: tuple[str, ...]
    answer: Answer
    make_record: Callable[..., Record]
    parse: Callable[[str], object]
    metrics: tuple[str, ...]
    ask: Callable[[str, str], Parts] = ask_about_molecule
    named_questions: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    decoding: Decoding = field(default_factory=Decoding)
    options: tuple[str, ...] = ()

    @property
    def own_question(self) -> str | None:
        """The question asked where none is given; None where the task has none of its own."""
        first = self.instructions[0] if self.instructions else "{}"
        return None if "{" in first else first


def one_turn(
    row: Row, name: str, question: Parts, answer: str, *, source: str, kind: str | None = None
) -> Record:
    """Build the record of one question and its answer.

    Args:
        row: gives the record its number.
        name: the record's task.
        question: molecules and text.
        answer: what the model has to say.
        source: name of the source.
        kind: last part of the record's id where one row gives several records; else the task's name.

    Raises:
        SkippedRowError: the answer is empty.
    """
    if not answer.strip():
        raise SkippedRowError("empty answer")
    return Record(
        id=f"{source}:{row.number}:{kind or name}",
        task=name,
        source=source,
        split="train",
        messages=exchange(question, answer),
    )
