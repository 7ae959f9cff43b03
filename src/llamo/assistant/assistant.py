"""The assistant: molecules and a question in plain words go in, an answer comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from llamo.assistant.answer import Answer as Answer
from llamo.assistant.answer import UsedFact
from llamo.errors import InputError
from llamo.inference.conversation import Conversation, molecules_in, user_message
from llamo.inference.engines import Engine, load_engine
from llamo.inference.prompts import asked_question, task_prompt, task_settings
from llamo.inference.settings import GenerationSettings
from llamo.models.names import DEFAULT_MODEL, View

if TYPE_CHECKING:
    from llamo.assistant.chat import Chat
    from llamo.assistant.sureness import SurenessJudge
    from llamo.chem.reading import Molecule


class Assistant:
    """Answers questions about molecules: from the structure where it decides them, else with one model.

    The model is loaded at the first question that needs it.

    Args:
        model: A shipped name, a folder or a hub id; or an engine that is loaded already.
        settings: How text is decoded; None for greedy decoding with a length that suits the question.
        dtype: "auto", "float32" or "bfloat16".
        view: How molecules are shown to the language model; None for the checkpoint's own way.
        facts_in_prompt: Show the model computed facts of the molecules before each question.
        load: Makes the engine when it is first needed; None for the model of that name.

    Example:
        >>> Assistant().ask("CCO", "What is it used for?").text  # doctest: +SKIP
        >>> Assistant().ask("CCO", "How many rings does it have?").text
        'It has no rings. (Computed, not generated.)'
    """

    def __init__(
        self,
        model: str | Engine = DEFAULT_MODEL,
        *,
        settings: GenerationSettings | None = None,
        dtype: str = "auto",
        view: View | None = None,
        facts_in_prompt: bool = False,
        load: Callable[[], Engine] | None = None,
    ) -> None:
        self._engine = None if isinstance(model, str) else model
        self._dtype = dtype
        self._view = view
        self._load = load
        self.settings = settings
        self.facts_in_prompt = facts_in_prompt
        self.model_name = model if isinstance(model, str) else model.model_name

    @property
    def engine(self) -> Engine:
        """The engine; the first use loads it.

        Raises:
            LlamoError: If the model cannot be found or its checkpoint is incomplete.
        """
        if self._engine is None:
            load = self._load
            self._engine = (
                load() if load else load_engine(self.model_name, dtype=self._dtype, view=self._view)
            )
        return self._engine

    @cached_property
    def judge(self) -> SurenessJudge:
        """Who says how sure an answer is, by the calibration beside the weights.

        Raises:
            CheckpointError: If the calibration is damaged or of other weights.
        """
        from llamo.assistant.sureness import SurenessJudge

        return SurenessJudge.open(self.engine)

    def describe(self, molecule: str, *, sure: bool = False) -> Answer:
        """Describe one molecule.

        Args:
            molecule: SMILES, InChI or mol block.
            sure: Say how probable it is that the description is right (`Answer.confidence`), for weights that come
                with a calibration; takes one more pass of the model.

        Raises:
            InvalidMoleculeError: If it cannot be read; raised before the model is loaded.
        """
        conversation = task_prompt("description", molecule)
        answer = self.answer_from_model(conversation, "description", asked_question("description", None))
        if not sure:
            return answer
        judged = self.judge.of_text(conversation, answer.text, self.settings_for("description"))
        return replace(answer, confidence=judged.confidence)

    def ask(
        self, molecules: str | Sequence[str], question: str, *, tools: bool = True, sure: bool = False
    ) -> Answer:
        """Answer a question about one molecule or several.

        Args:
            molecules: SMILES, InChI or mol blocks.
            question: In plain words.
            tools: Let the facts answer what they decide, for each molecule; False always asks the model.
            sure: Say how probable it is that a Yes or No of the model is right (`Answer.confidence`), for weights that
                come with a calibration; takes one more pass of the model.

        Raises:
            InvalidMoleculeError: If a molecule cannot be read.
            InputError: If the question is empty.
        """
        read, asked = _read(molecules), require_question(question)
        answer = self.answer_from_facts(read, asked) if tools else None
        if answer is not None:
            return answer
        text, facts = self.informed(read, asked)
        conversation: Conversation = [user_message([one.smiles for one in read], text)]
        answer = self.answer_from_model(conversation, "conversation", asked, facts)
        if not sure:
            return answer
        return replace(answer, confidence=self.judge.of_answer(conversation, answer.text).confidence)

    def stream_description(self, molecule: str) -> Iterator[str]:
        """Describe one molecule piece by piece."""
        return self.stream_from_model(task_prompt("description", molecule), "description")

    def stream_answer(
        self, molecules: str | Sequence[str], question: str, *, tools: bool = True
    ) -> Iterator[str]:
        """Answer a question piece by piece; what the facts answer comes in one."""
        read, asked = _read(molecules), require_question(question)
        answer = self.answer_from_facts(read, asked) if tools else None
        if answer is not None:
            return iter([answer.text])
        text, _ = self.informed(read, asked)
        return self.stream_from_model([user_message([one.smiles for one in read], text)])

    def chat(self, molecule: str | None = None, *, tools: bool = True) -> Chat:
        """Start a conversation of several turns, about a molecule if one is given.

        Args:
            molecule: SMILES, InChI or mol block.
            tools: Let the facts answer what they decide; False always asks the model.
        """
        from llamo.assistant.chat import Chat

        chat = Chat(self, tools=tools)
        if molecule is not None:
            chat.add_molecule(molecule)
        return chat

    def settings_for(self, task: str) -> GenerationSettings:
        """Choose the decoding: the assistant's own settings, or the task's usual length."""
        if self.settings is not None:
            return self.settings
        return task_settings(task)

    def answer_from_facts(self, molecules: Sequence[Molecule], question: str) -> Answer | None:
        """Answer from the structure alone, without the model; None for what it does not decide."""
        from llamo.assistant.routing.answering import answer_from_facts, route_for

        route = route_for(question, molecules)
        return answer_from_facts(route, molecules, self.model_name) if route.asks else None

    def answer_from_model(
        self, conversation: Conversation, task: str, question: str, facts: tuple[UsedFact, ...] = ()
    ) -> Answer:
        """Let the model answer the last turn; its claims about the structure are checked, its sources named.

        Args:
            conversation: Ends in a user turn.
            task: Chooses the decoding.
            question: What was asked, so that "Yes." can be checked.
            facts: Those that the conversation shows the model.
        """
        text = self.engine.generate([conversation], self.settings_for(task))[0]
        return replace(self.checked(text, molecules_in(conversation), conversation, question), facts=facts)

    def stream_from_model(self, conversation: Conversation, task: str = "conversation") -> Iterator[str]:
        """Let the model answer the last turn piece by piece, word by most likely word: beams know theirs at the end.

        Args:
            conversation: Ends in a user turn.
            task: Chooses the decoding.
        """
        return self.engine.stream(conversation, replace(self.settings_for(task), num_beams=1))

    def checked(
        self, text: str, smiles: tuple[str, ...], conversation: Conversation, question: str
    ) -> Answer:
        """Make an answer of what the model said: check its claims, name its sources.

        Args:
            text: What it said.
            smiles: The molecules it is about.
            conversation: What it was asked, as the engine was given it.
            question: The last question.
        """
        from llamo.assistant.sources import find_sources
        from llamo.chem.claims import check_claims

        claims = tuple(check_claims(text, smiles, question=question)) if smiles else ()
        sources = find_sources(self.engine, conversation, text)
        return Answer(text, smiles, self.model_name, claims=claims, sources=sources)

    def informed(self, molecules: Sequence[Molecule], question: str) -> tuple[str, tuple[UsedFact, ...]]:
        """Put computed facts before a question, where that is wanted; returns the text and the facts in it."""
        if not self.facts_in_prompt or not molecules:
            return question, ()
        from llamo.assistant.routing.prompt_facts import facts_before

        return facts_before(molecules, question)


def _read(molecules: str | Sequence[str]) -> list[Molecule]:
    from llamo.chem.reading import read_molecule

    return [read_molecule(text) for text in ([molecules] if isinstance(molecules, str) else molecules)]


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
        InputError: If nothing is left, or it holds bytes that are no text.
    """
    if not question.strip():
        raise InputError("the question is empty; ask something, for example 'Is it an acid?'")
    try:
        question.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"the question {question!r} is not UTF-8; convert it, or type it anew") from error
    return question.strip()
