"""A conversation of several turns, with molecules brought in on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from llamo.assistant.assistant import Answer, read_smiles, require_question
from llamo.inference.conversation import Conversation, Message, assistant_message, molecules_in, user_message

if TYPE_CHECKING:
    from llamo.assistant.answer import UsedFact
    from llamo.assistant.assistant import Assistant
    from llamo.chem.reading import Molecule


@dataclass(frozen=True)
class Turn:
    """A question that a chat takes next, and who answers it; nothing is said yet.

    Attributes:
        question: In plain words.
        asked: The user's turn as it is remembered: the question, with the molecules that are new in it.
        shown: What the model is shown: what was said before, then this turn, with computed facts where they are wanted.
        computed: The answer of the facts; None where the model has to answer.
        facts: Those that the computed answer states, or that the model is shown.
        resets: How often the chat had been reset before.
    """

    question: str
    asked: Message
    shown: Conversation
    computed: Answer | None = None
    facts: tuple[UsedFact, ...] = ()
    resets: int = 0


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
        self._resets = 0

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
        turn = self.begin(question)
        answer = turn.computed or self.assistant.answer_from_model(
            turn.shown, "conversation", turn.question, turn.facts
        )
        self._remember(turn, answer.text.strip())
        return answer

    def stream(self, question: str) -> Iterator[str]:
        """Ask the next question; the answer comes piece by piece, what the facts answer in one.

        The turn is remembered once the answer is complete: one that fails or is broken off leaves no trace.

        Raises:
            InputError: If the question is empty.
        """
        yield from self.stream_turn(self.begin(question))

    def begin(self, question: str) -> Turn:
        """Decide who answers the next question. The conversation stays as it is.

        Raises:
            InputError: If the question is empty.
        """
        from llamo.chem.reading import read_molecule

        question = require_question(question)
        asked = user_message(self._new_molecules, question)
        known = [read_molecule(smiles) for smiles in self.molecules]
        computed = self._computed(known, question)
        if computed is not None:
            return Turn(question, asked, [*self.messages, asked], computed, computed.facts, self._resets)
        text, facts = self.assistant.informed(known, question)
        shown = [*self.messages, user_message(self._new_molecules, text)]
        return Turn(question, asked, shown, facts=facts, resets=self._resets)

    def stream_turn(self, turn: Turn) -> Iterator[str]:
        """Answer what `begin` began, as `stream` does."""
        pieces: list[str] = []
        answer = [turn.computed.text] if turn.computed else self.assistant.stream_from_model(turn.shown)
        for piece in answer:
            pieces.append(piece)
            yield piece
        self._remember(turn, "".join(pieces).strip())

    def answer_to(self, turn: Turn, text: str) -> Answer:
        """Make an answer of the whole text of a turn: claims checked, sources named, as `ask` returns it."""
        if turn.computed is not None:
            return turn.computed
        checked = self.assistant.checked(text, molecules_in(turn.shown), turn.shown, turn.question)
        return replace(checked, facts=turn.facts)

    def reset(self) -> None:
        """Forget everything, the molecules included."""
        self.messages = []
        self._new_molecules = []
        self._resets += 1

    def _computed(self, known: list[Molecule], question: str) -> Answer | None:
        """Answer from the structure alone; None where the model has to."""
        from llamo.assistant.routing.answering import answer_from_facts, route_for

        if not self.tools or not known:
            return None
        route = route_for(question, known, current=len(known) - 1)
        return answer_from_facts(route, known, self.assistant.model_name) if route.asks else None

    def _remember(self, turn: Turn, answer: str) -> None:
        """Remember a turn, unless all was forgotten while it was answered; molecules that came in since wait on."""
        if turn.resets != self._resets:
            return
        self.messages += [turn.asked, assistant_message(answer)]
        del self._new_molecules[: len(molecules_in([turn.asked]))]
