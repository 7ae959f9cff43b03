"""An engine that shows the model what is known of similar molecules, looked up in a bank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from llamo.data.bank import BUILD_REMEDY, Bank, Neighbour
from llamo.data.bank_ranking import Ranking, look_up, open_ranking
from llamo.data.neighbours import MAX_CHARACTERS, KnownText, with_neighbours
from llamo.data.shards import read_manifest
from llamo.errors import UsageError
from llamo.inference.conversation import Conversation, molecules_in
from llamo.inference.engines import Engine
from llamo.inference.number_search import NumberDistribution
from llamo.inference.settings import GenerationSettings

REMEMBERED = 256  # molecules whose neighbours are kept: a checked answer asks for the same ones many times


class RetrievingEngine:
    """Adds the texts of the nearest known molecules to a conversation about one molecule, then asks another engine.

    A conversation about no molecule or several, a reaction for example, is passed on as it is: that is how models are
    trained (`llamo bank attach`).

    Args:
        engine: who answers.
        bank: what is known.
        k: neighbours shown at most, each another molecule.
        exclude_self: leave out the molecule asked about, its salts and mixtures; for honest measurements.
        ranking: what the bank has learned of which texts say most; None: the most similar molecules are shown.
        max_characters: shown of a text; `data.neighbours.FOLLOWED_CHARACTERS` where answers are to follow it.

    Raises:
        UsageError: `k` is below 1.
    """

    def __init__(
        self,
        engine: Engine,
        bank: Bank,
        k: int,
        *,
        exclude_self: bool = False,
        ranking: Ranking | None = None,
        max_characters: int = MAX_CHARACTERS,
    ) -> None:
        if k < 1:
            raise UsageError(f"retrieve is {k}, but has to be at least 1")
        self.engine = engine
        self.bank = bank
        self.k = k
        self.exclude_self = exclude_self
        self.ranking = ranking
        self.max_characters = max_characters
        self.model_name = engine.model_name
        self._found = lru_cache(maxsize=REMEMBERED)(self._look_up)

    def neighbours(self, conversation: Conversation) -> list[Neighbour]:
        """Find what is known of the molecule of a conversation, the best first; none for no or several molecules.

        Raises:
            InvalidMoleculeError: the molecule cannot be read.
        """
        molecules = molecules_in(conversation)
        return list(self._found(molecules[0])) if len(molecules) == 1 else []

    def generate(self, conversations: Sequence[Conversation], settings: GenerationSettings) -> list[str]:
        """Answer a batch of conversations; see `Engine`."""
        return self.engine.generate([self._informed(one) for one in conversations], settings)

    def stream(self, conversation: Conversation, settings: GenerationSettings) -> Iterator[str]:
        """Answer one conversation piece by piece; see `Engine`."""
        return self.engine.stream(self._informed(conversation), settings)

    def choose(
        self, conversations: Sequence[Conversation], choices: Sequence[str]
    ) -> list[tuple[float, ...]]:
        """Say how probable each of a few fixed answers is; see `Engine`."""
        return self.engine.choose([self._informed(one) for one in conversations], choices)

    def candidates(
        self, conversations: Sequence[Conversation], settings: GenerationSettings, number: int
    ) -> list[list[str]]:
        """Give several answers to each conversation; see `Engine`."""
        return self.engine.candidates([self._informed(one) for one in conversations], settings, number)

    def log_probabilities(
        self, conversations: Sequence[Conversation], answers: Sequence[str]
    ) -> list[tuple[float, ...]]:
        """Score one given answer to each conversation; see `Engine`."""
        return self.engine.log_probabilities([self._informed(one) for one in conversations], answers)

    def numbers(self, conversations: Sequence[Conversation]) -> list[NumberDistribution]:
        """Say what numbers may be the answer to each conversation; see `Engine`."""
        return self.engine.numbers([self._informed(one) for one in conversations])

    def _look_up(self, molecule: str) -> tuple[Neighbour, ...]:
        return tuple(
            look_up(self.bank, molecule, self.k, exclude_self=self.exclude_self, ranking=self.ranking)
        )

    def _informed(self, conversation: Conversation) -> Conversation:
        known = [KnownText(one.similarity, one.text) for one in self.neighbours(conversation)]
        return with_neighbours(conversation, known, max_characters=self.max_characters)


def check_retrieval(k: int, bank: Path | None, *, copy_bias: float = 0.0, is_ranked: bool = False) -> None:
    """Check that what is asked of retrieval goes together, and that the bank, and its ranking, are there.

    Raises:
        UsageError: one is given without the other, or the number is below 0.
        DataError: the folder holds no bank, or no ranking though one is wanted.
    """
    if k < 0:
        raise UsageError(f"--retrieve is {k}, but has to be 0 (off) or above")
    if bool(k) != (bank is not None):
        given, missing = ("--retrieve", "--bank DIR") if k else ("--bank", "--retrieve K")
        raise UsageError(f"{given} needs {missing}; `llamo bank build SOURCE --out DIR` makes a bank")
    if copy_bias and not k:
        raise UsageError(f"--copy-bias {copy_bias:g} needs --retrieve K and --bank DIR: texts to go by")
    if is_ranked and not k:
        raise UsageError("--ranked needs --retrieve K and --bank DIR: texts to rank")
    if bank is not None:
        read_manifest(bank, remedy=BUILD_REMEDY)
        if is_ranked:
            open_ranking(bank)
