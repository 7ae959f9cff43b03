"""A conversation of several turns, with molecules brought in on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from llamo.assistant.assistant import Answer, molecules_in, read_smiles, require_question
from llamo.inference.conversation import Conversation, assistant_message, user_message

if TYPE_CHECKING:
    from llamo.assistant.assistant import Assistant


class Chat:
    """Remembers what was said. A molecule that is added goes into the next question.

    Args:
        assistant: Who answers.

    Example:
        >>> chat = Assistant().chat("CCO")  # doctest: +SKIP
        >>> chat.ask("What is it?"), chat.ask("Is it toxic?")  # doctest: +SKIP
    """

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.messages: Conversation = []
        self._new_molecules: list[str] = []

    @property
    def molecules(self) -> tuple[str, ...]:
        """Canonical SMILES of all molecules so far, those waiting for the next question included."""
        return molecules_in(self.messages) + tuple(self._new_molecules)

    def add_molecule(self, molecule: str) -> str:
        """Bring a molecule into the conversation; returns its canonical SMILES.

        Raises:
            InvalidMoleculeError: If it cannot be read; the conversation stays as it was.
        """
        smiles = read_smiles(molecule)
        self._new_molecules.append(smiles)
        return smiles

    def ask(self, question: str) -> Answer:
        """Ask the next question and wait for the whole answer."""
        text = "".join(self.stream(question)).strip()
        return Answer(text, self.molecules, self.assistant.model_name)

    def stream(self, question: str) -> Iterator[str]:
        """Ask the next question; the answer comes piece by piece.

        The turn is remembered once the answer is complete: one that fails or is broken off leaves no trace.

        Raises:
            InputError: If the question is empty.
        """
        asked = user_message(self._new_molecules, require_question(question))
        pieces: list[str] = []
        settings = self.assistant.settings_for("conversation")
        for piece in self.assistant.engine.stream([*self.messages, asked], settings):
            pieces.append(piece)
            yield piece
        self.messages += [asked, assistant_message("".join(pieces).strip())]
        self._new_molecules = []

    def reset(self) -> None:
        """Forget everything, the molecules included."""
        self.messages = []
        self._new_molecules = []
