"""Named protocols: on which tokens, over which samples and with what chemistry answers are scored.

Figures of this field move by ten BLEU with the script, not the model, so every figure carries its protocol's name.
docs/protocols.md says the same in words, with the sources.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from llamo.data.tasks.task import Answer, Task
from llamo.errors import UsageError
from llamo.evaluation.molecule_metrics import MoleculeRules

Tokens = Literal["words", "scibert", "own"]


@dataclass(frozen=True)
class Protocol:
    """How answers are scored.

    Attributes:
        summary: What it does, in a line.
        answers: Kinds of answers it knows.
        tokens: What BLEU and METEOR of texts and names count: words and punctuation, SciBERT's WordPiece, or the
            pieces of the model's own tokenizer.
        molecules: Rules for molecules.
        numbers_over_valid: Whether answers without a number are left out of errors.
        is_published: Whether others' figures stand on it: then it is computed whole or not at all.
        judges_claims: Whether claims about the molecule are checked.
    """

    summary: str
    answers: frozenset[Answer]
    tokens: Tokens
    molecules: MoleculeRules = field(default_factory=MoleculeRules)
    numbers_over_valid: bool = False
    is_published: bool = True
    judges_claims: bool = False


PROTOCOLS: dict[str, Protocol] = {
    "strict": Protocol(
        summary="all samples in every denominator, isomeric SMILES, what cannot be read is wrong",
        answers=frozenset({"text", "name", "smiles", "number", "choice"}),
        tokens="words",
        is_published=False,
        judges_claims=True,
    ),
    "molt5": Protocol(
        summary="texts as MolT5's script scores them: SciBERT WordPiece, NLTK BLEU and METEOR, rouge-score",
        answers=frozenset({"text", "name"}),
        tokens="scibert",
    ),
    "mol-instructions": Protocol(
        summary="as Mol-Instructions' scripts: texts as molt5, molecules without stereo, exact over all samples",
        answers=frozenset({"text", "name", "smiles", "number"}),
        tokens="scibert",
        molecules=MoleculeRules(
            is_isomeric=False, exact_by_inchi=True, morgan_counts=True, similarity_over_valid=True
        ),
        numbers_over_valid=True,
    ),
    "llamo-official": Protocol(
        summary="as LLaMo's official code: the model's own tokens, no stereo, invalid and non-numeric left out",
        answers=frozenset({"text", "name", "smiles", "number"}),
        tokens="own",
        molecules=MoleculeRules(is_isomeric=False, over_valid=True),
        numbers_over_valid=True,
    ),
}
DEFAULT_PROTOCOL = "strict"


def find_protocol(task: Task, name: str) -> Protocol:
    """Look a protocol up.

    Raises:
        UsageError: If there is none of the name, or it does not know the task's kind of answer, or judges only texts
            and the task has no metric but claims; lists what there is for the task.
    """
    known = [one for one, protocol in PROTOCOLS.items() if _fits(task, protocol)]
    if name in known:
        return PROTOCOLS[name]
    raise UsageError(
        f"there is no protocol {name!r} for task {task.name!r}; choose one of --protocol {', '.join(known)}"
    )


def _fits(task: Task, protocol: Protocol) -> bool:
    has_other_metrics = set(task.metrics) != {"claims"}
    return task.answer in protocol.answers and (has_other_metrics or protocol.judges_claims)
