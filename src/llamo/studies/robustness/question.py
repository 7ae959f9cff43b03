"""What a probe asks: a question about one molecule, and exactly how the molecule is shown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from llamo.data.records import MoleculePart, TextPart
from llamo.inference.conversation import Conversation
from llamo.models.names import View

Label = str | int | float | bool | None
THRESHOLD = 0.5  # of the probability of the positive choice


@dataclass(frozen=True)
class Question:
    """One question of a probe.

    Attributes:
        molecule: Canonical SMILES of the molecule asked about.
        text: What is asked.
        view: How the language model sees the molecule.
        task: Its decoding is used; "conversation" for free questions.
        shown: The SMILES as the prompt writes it; "" for the canonical one.
        donor: SMILES of another molecule whose graph is shown instead; "" for the molecule's own.
        counts_only: Whether the graph keeps its motif counts alone.
        choices: Answers to be weighed against each other by their logits, the positive one first.
        is_silent: Whether the choices are weighed alone, and no text is generated: half as long.
        said: A given answer whose log-probability is asked for; then nothing is generated.
        reference: The true answer, or "".
        labels: What the probe wants to know of this question later; no part of what is asked.
    """

    molecule: str
    text: str
    view: View
    task: str = "conversation"
    shown: str = ""
    donor: str = ""
    counts_only: bool = False
    choices: tuple[str, ...] = ()
    is_silent: bool = False
    said: str = ""
    reference: str = ""
    labels: Mapping[str, Label] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Hash what the answer depends on: questions of the same key are asked once."""
        asked = [self.molecule, self.text, self.view, self.task, self.shown, self.donor, self.counts_only]
        text = json.dumps(
            [*asked, list(self.choices), self.said, *["silent"] * self.is_silent], ensure_ascii=True
        )
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    @property
    def prompt_smiles(self) -> str:
        """The SMILES that stands in the prompt where the view shows one."""
        return self.shown or self.molecule

    def conversation(self) -> Conversation:
        """Build the user's turn: the molecule, then the question."""
        parts = [MoleculePart(smiles=self.prompt_smiles), TextPart(text=self.text)]
        return [{"role": "user", "content": [part.model_dump() for part in parts]}]


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        prediction: The text; "" where a given answer was scored.
        score: Probability of the positive choice among the choices, where there were any.
        log_probability: Of the given answer, nats a token, where there was one.
    """

    prediction: str = ""
    score: float | None = None
    log_probability: float | None = None

    @property
    def means_yes(self) -> bool:
        """Whether the positive choice is the likelier one; False where nothing was to be chosen."""
        return self.score is not None and self.score > THRESHOLD


@dataclass(frozen=True)
class Asked:
    """A question with its answer."""

    question: Question
    answer: Answer

    @property
    def is_right(self) -> bool:
        """Whether the likelier choice is the true one."""
        return self.answer.means_yes == (self.question.reference == self.question.choices[0])
