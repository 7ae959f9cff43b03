"""Answers whose claims are checked: a contradicted one sends the model back, within bounds, and the best answer stays.

The first answer is the one that the settings ask for. If the structure contradicts none of its claims, it stands, and
nothing else is computed. Otherwise more answers are asked for, in rounds, until one has a supported claim and no
contradicted one, or as many as allowed are there, or the time is up. The first round are the other beams of a search,
which read as well as the first answer, the next ones are sampled. `choose_candidate` says which is best.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from llamo.errors import UsageError
from llamo.inference.conversation import Conversation, molecules_in
from llamo.inference.engines import Engine
from llamo.inference.number_search import NumberDistribution
from llamo.inference.settings import GenerationSettings

if TYPE_CHECKING:
    from llamo.chem.claims import Verdict

MAX_SAMPLES = 16
ROUND = 4  # answers asked for at once
TEMPERATURE, TOP_P = 0.5, 0.95  # of the sampled ones, where the settings do not sample themselves


@dataclass(frozen=True)
class Candidate:
    """An answer, and what can be said for it.

    Attributes:
        text: The answer.
        supported: Claims that the structure supports.
        contradicted: Claims that it contradicts.
        log_likelihood: Mean log-probability of its tokens, in natural logarithms.
    """

    text: str
    supported: int
    contradicted: int
    log_likelihood: float = 0.0


@dataclass(frozen=True)
class Choice:
    """The answer that was chosen, and what it was chosen from.

    Attributes:
        candidates: All answers, the first one first.
        best: Place of the chosen one.
        seconds: What all of them took; in a batch, the first ones in equal shares.
        first_seconds: What the first one took alone, unchecked.
    """

    candidates: tuple[Candidate, ...]
    best: int
    seconds: float
    first_seconds: float

    @property
    def text(self) -> str:
        """The chosen answer."""
        return self.candidates[self.best].text


def choose_candidate(candidates: Sequence[Candidate]) -> int:
    """Return the place of the best answer.

    In this order: fewest contradicted claims; most supported claims; highest mean log-likelihood; first come.

    Raises:
        UsageError: If there is none.

    Example: of (2 supported, 1 contradicted), (0, 0) and (1, 0) the last.
    """
    if not candidates:
        raise UsageError("there is no candidate to choose from")
    return min(range(len(candidates)), key=lambda place: (*_rank(candidates[place]), place))


def _rank(one: Candidate) -> tuple[int, int, float]:
    return one.contradicted, -one.supported, -one.log_likelihood


def check_samples(samples: int, seconds: float | None, *, option: str = "--samples") -> None:
    """Check the bounds of asking again.

    Args:
        samples: Answers at most.
        seconds: For them; None for no limit.
        option: What the user calls the number of answers.

    Raises:
        UsageError: If they are out of range.
    """
    if not 1 <= samples <= MAX_SAMPLES:
        raise UsageError(
            f"{option} is {samples}, but has to be 1 (the first answer alone) to {MAX_SAMPLES}; change {option}"
        )
    if seconds is not None and not seconds > 0:
        raise UsageError(f"the time for asking again is {seconds} s, but has to be above 0")


class CheckedEngine:
    """Asks another engine again where the structure contradicts an answer; see the module.

    What cannot be checked passes through: conversations about no molecule, choices, streams.

    Args:
        engine: Who answers.
        samples: Answers at most to one conversation, the first one included: 1 to 16.
        seconds: No further round is begun that would, by the time of the last one, end later than so many seconds after
            the conversation's first answer; None for no such limit.
        clock: Tells the time, in seconds.

    Raises:
        UsageError: If a bound is out of range.
    """

    def __init__(
        self,
        engine: Engine,
        samples: int,
        *,
        seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        check_samples(samples, seconds)
        self.engine = engine
        self.samples = samples
        self.seconds = seconds
        self.model_name = engine.model_name
        self._clock = clock

    def generate(self, conversations: Sequence[Conversation], settings: GenerationSettings) -> list[str]:
        """Answer a batch of conversations; see `Engine`."""
        return [choice.text for choice in self.consider(conversations, settings)]

    def consider(self, conversations: Sequence[Conversation], settings: GenerationSettings) -> list[Choice]:
        """Answer a batch of conversations, and tell what each answer was chosen from.

        Further answers are sampled for one conversation at a time: they do not depend on the others.
        """
        if not conversations:
            return []
        begun = self._clock()
        first = self.engine.generate(conversations, settings)
        share = (self._clock() - begun) / len(first)
        return [
            self._reconsider(conversation, text, settings, share)
            for conversation, text in zip(conversations, first, strict=True)
        ]

    def stream(self, conversation: Conversation, settings: GenerationSettings) -> Iterator[str]:
        """Answer one conversation in one piece: it is chosen when all candidates are there."""
        yield self.generate([conversation], settings)[0]

    def choose(
        self, conversations: Sequence[Conversation], choices: Sequence[str]
    ) -> list[tuple[float, ...]]:
        """Say how probable each of a few fixed answers is; see `Engine`."""
        return self.engine.choose(conversations, choices)

    def candidates(
        self, conversations: Sequence[Conversation], settings: GenerationSettings, number: int
    ) -> list[list[str]]:
        """Give several answers to each conversation, unchecked; see `Engine`."""
        return self.engine.candidates(conversations, settings, number)

    def log_probabilities(
        self, conversations: Sequence[Conversation], answers: Sequence[str]
    ) -> list[tuple[float, ...]]:
        """Score given answers; see `Engine`."""
        return self.engine.log_probabilities(conversations, answers)

    def numbers(self, conversations: Sequence[Conversation]) -> list[NumberDistribution]:
        """Say what numbers may be the answer to each conversation; see `Engine`."""
        return self.engine.numbers(conversations)

    def _reconsider(
        self, conversation: Conversation, first: str, settings: GenerationSettings, first_seconds: float
    ) -> Choice:
        begun = self._clock()
        found = [_candidate(conversation, first)]
        if found[0].contradicted:
            found += self._sample(conversation, settings, first)
            found = self._scored(conversation, found)
        seconds = first_seconds + self._clock() - begun
        return Choice(tuple(found), choose_candidate(found), seconds, first_seconds)

    def _sample(
        self, conversation: Conversation, settings: GenerationSettings, first: str
    ) -> list[Candidate]:
        """Ask for rounds of answers, each text once, until one will do or a bound is met."""
        found: dict[str, Candidate] = {}
        begun = before = self._clock()
        asked = 1
        while asked < self.samples:
            number = min(ROUND, self.samples - asked)
            is_search = asked == 1 and settings.temperature == 0
            decoding = settings if is_search else _sampling(settings, asked)
            # A search finds the first answer once more, as a rule as its best beam: one more is asked for.
            texts = self.engine.candidates([conversation], decoding, number + is_search)[0]
            for text in [text for text in texts if text != first][:number]:
                found.setdefault(text, _candidate(conversation, text))
            asked += number
            now = self._clock()
            is_late = self.seconds is not None and 2 * now - before - begun > self.seconds
            if is_late or any(one.supported and not one.contradicted for one in found.values()):
                break
            before = now
        return list(found.values())

    def _scored(self, conversation: Conversation, found: Sequence[Candidate]) -> list[Candidate]:
        texts = [one.text for one in found]
        rows = self.engine.log_probabilities([conversation] * len(texts), texts)
        return [
            replace(one, log_likelihood=sum(row) / len(row)) for one, row in zip(found, rows, strict=True)
        ]


def _sampling(settings: GenerationSettings, asked: int) -> GenerationSettings:
    """Make settings that sample; every round has a seed of its own."""
    settings = replace(settings, num_beams=1, seed=settings.seed + asked)
    if settings.temperature > 0:
        return settings
    return replace(settings, temperature=TEMPERATURE, top_p=TOP_P)


def _candidate(conversation: Conversation, text: str) -> Candidate:
    statuses = [verdict.status for verdict in check_conversation(conversation, text)]
    return Candidate(text, statuses.count("true"), statuses.count("false"))


def check_conversation(conversation: Conversation, answer: str) -> list[Verdict]:
    """Check the claims of an answer against the molecules of its conversation; none where there are no molecules.

    Raises:
        InvalidMoleculeError: If a molecule cannot be read.
    """
    from llamo.chem.claims import check_claims

    molecules = molecules_in(conversation)
    asked = [message["content"] for message in conversation if message["role"] == "user"]
    question = asked[-1] if asked else ""
    if isinstance(question, list):
        question = " ".join(part["text"] for part in question if part["type"] == "text")
    return check_claims(answer, molecules, question=str(question)) if molecules else []
