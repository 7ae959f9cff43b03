"""A conversation of several turns, with molecules brought in on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from llamo.assistant.assistant import Answer, read_smiles, require_question
from llamo.inference.conversation import Conversation, Message, assistant_message, molecules_in, user_message

if TYPE_CHECKING:
    from llamo.assistant.assistant import Assistant


class Chat:
    """Remembers what was said. A molecule that is added goes into the next question.

    Args:
        assistant: Who answers.
        tools: Let the facts answer what they decide, about the molecule that came in last unless the question names
            another ("the first"); False always asks the model.

    Example:
        >>> chat = Assistant().chat("CCO")  # doctest: +SKIP
        >>> chat.ask("What is it?"), chat.ask("Is it toxic?")  # doctest: +SKIP
    """

    def __init__(self, assistant: Assistant, *, tools: bool = True) -> None:
        self.assistant = assistant
        self.tools = tools
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
        """Ask the next question and wait for the whole answer.

        Raises:
            InputError: If the question is empty.
        """
        answer = self.answer_from_facts(question)
        if answer is not None:
            self._remember(user_message(self._new_molecules, question.strip()), answer.text)
            return answer
        text = "".join(self._stream_model(question)).strip()
        return self.assistant.checked(text, self.molecules, self.messages[:-1], question)

    def stream(self, question: str) -> Iterator[str]:
        """Ask the next question; the answer comes piece by piece, what the facts answer in one.

        The turn is remembered once the answer is complete: one that fails or is broken off leaves no trace.

        Raises:
            InputError: If the question is empty.
        """
        answer = self.answer_from_facts(question)
        if answer is None:
            yield from self._stream_model(question)
        else:
            yield answer.text
            self._remember(user_message(self._new_molecules, question.strip()), answer.text)

    def answer_from_facts(self, question: str) -> Answer | None:
        """Answer from the structure alone; None where the model has to. The conversation stays as it is.

        Raises:
            InputError: If the question is empty.
        """
        from llamo.assistant.routing.answering import answer_from_facts, route_for
        from llamo.chem.reading import read_molecule

        asked = require_question(question)
        if not self.tools or not self.molecules:
            return None
        known = [read_molecule(smiles) for smiles in self.molecules]
        route = route_for(asked, known, current=len(known) - 1)
        if not route.asks:
            return None
        return answer_from_facts(route, known, self.assistant.model_name)

    def reset(self) -> None:
        """Forget everything, the molecules included."""
        self.messages = []
        self._new_molecules = []

    def _stream_model(self, question: str) -> Iterator[str]:
        from llamo.chem.reading import read_molecule

        new = [read_molecule(smiles) for smiles in self._new_molecules]
        text, _ = self.assistant.informed(new, require_question(question))
        asked = user_message(self._new_molecules, text)
        pieces: list[str] = []
        settings = self.assistant.settings_for("conversation")
        for piece in self.assistant.engine.stream([*self.messages, asked], settings):
            pieces.append(piece)
            yield piece
        self._remember(asked, "".join(pieces).strip())

    def _remember(self, asked: Message, answer: str) -> None:
        self.messages += [asked, assistant_message(answer)]
        self._new_molecules = []
