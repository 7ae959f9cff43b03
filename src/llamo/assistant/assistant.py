"""The assistant: molecules and a question in plain words go in, an answer comes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from llamo.errors import InputError
from llamo.inference.conversation import Conversation, user_message
from llamo.inference.engines import Engine, load_engine
from llamo.inference.prompts import task_prompt, task_settings
from llamo.inference.settings import GenerationSettings
from llamo.models.names import DEFAULT_MODEL, View

if TYPE_CHECKING:
    from llamo.assistant.chat import Chat


@dataclass(frozen=True)
class Answer:
    """What the model said. It is the model's opinion; `llamo facts` states what is known exactly.

    Args:
        text: The answer.
        smiles: Canonical SMILES of the molecules asked about.
        model: Name of the model.
    """

    text: str
    smiles: tuple[str, ...]
    model: str


class Assistant:
    """Answers questions about molecules with one model, which is loaded at the first question.

    Args:
        model: A shipped name, a folder or a hub id; or an engine that is loaded already.
        settings: How text is decoded; None for greedy decoding with a length that suits the question.
        dtype: "auto", "float32" or "bfloat16".
        view: How molecules are shown to the language model; None for the checkpoint's own way.

    Example:
        >>> Assistant().ask("CCO", "What is it used for?").text  # doctest: +SKIP
    """

    def __init__(
        self,
        model: str | Engine = DEFAULT_MODEL,
        *,
        settings: GenerationSettings | None = None,
        dtype: str = "auto",
        view: View | None = None,
    ) -> None:
        self._engine = None if isinstance(model, str) else model
        self._dtype = dtype
        self._view = view
        self.settings = settings
        self.model_name = model if isinstance(model, str) else model.model_name

    @property
    def engine(self) -> Engine:
        """The engine; the first use loads it.

        Raises:
            LlamoError: If the model cannot be found or its checkpoint is incomplete.
        """
        if self._engine is None:
            self._engine = load_engine(self.model_name, dtype=self._dtype, view=self._view)
        return self._engine

    def describe(self, molecule: str) -> Answer:
        """Describe one molecule.

        Args:
            molecule: SMILES, InChI or mol block.

        Raises:
            InvalidMoleculeError: If it cannot be read; raised before the model is loaded.
        """
        return self._answer(task_prompt("description", molecule), "description")

    def ask(self, molecules: str | Sequence[str], question: str) -> Answer:
        """Answer a question about one molecule or several.

        Raises:
            InvalidMoleculeError: If a molecule cannot be read.
            InputError: If the question is empty.
        """
        return self._answer([self._question(molecules, question)], "conversation")

    def stream_description(self, molecule: str) -> Iterator[str]:
        """Describe one molecule piece by piece."""
        return self._stream(task_prompt("description", molecule), "description")

    def stream_answer(self, molecules: str | Sequence[str], question: str) -> Iterator[str]:
        """Answer a question piece by piece."""
        return self._stream([self._question(molecules, question)], "conversation")

    def chat(self, molecule: str | None = None) -> Chat:
        """Start a conversation of several turns, about a molecule if one is given."""
        from llamo.assistant.chat import Chat

        chat = Chat(self)
        if molecule is not None:
            chat.add_molecule(molecule)
        return chat

    def settings_for(self, task: str) -> GenerationSettings:
        """Choose the decoding: the assistant's own settings, or the task's usual length."""
        if self.settings is not None:
            return self.settings
        return task_settings(task)

    def _answer(self, conversation: Conversation, task: str) -> Answer:
        text = self.engine.generate([conversation], self.settings_for(task))[0]
        return Answer(text, molecules_in(conversation), self.model_name)

    def _stream(self, conversation: Conversation, task: str) -> Iterator[str]:
        settings = replace(self.settings_for(task), num_beams=1)  # beams know their answer at the end only
        return self.engine.stream(conversation, settings)

    def _question(self, molecules: str | Sequence[str], question: str) -> dict[str, object]:
        texts = [molecules] if isinstance(molecules, str) else list(molecules)
        return user_message([read_smiles(text) for text in texts], require_question(question))


def read_smiles(text: str) -> str:
    """Read a molecule and write it as canonical SMILES.

    Raises:
        InvalidMoleculeError: If it cannot be read.
    """
    from llamo.chem.reading import read_molecule

    return read_molecule(text).smiles


def require_question(question: str) -> str:
    """Strip a question.

    Raises:
        InputError: If nothing is left.
    """
    if not question.strip():
        raise InputError("the question is empty; ask something, for example 'Is it an acid?'")
    return question.strip()


def molecules_in(conversation: Conversation) -> tuple[str, ...]:
    """List the SMILES of a conversation's molecule parts, in order."""
    found: list[str] = []
    for message in conversation:
        content = message["content"]
        if isinstance(content, list):
            found += [part["smiles"] for part in content if part["type"] == "molecule"]
    return tuple(found)
