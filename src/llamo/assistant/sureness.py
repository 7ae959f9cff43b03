"""How sure an answer is: calibrated probability, agreement of samples, range of numbers, familiar molecule.

What was not calibrated for these weights is said to be so, and not dressed up as a probability of being right.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from llamo.assistant.sureness_calibration import Calibration, calibration_of
from llamo.assistant.sureness_familiarity import UNFAMILIAR_BELOW, Familiarity
from llamo.data.tasks.classification import CHOICES
from llamo.errors import InputError, UsageError
from llamo.evaluation.agreement import mean_pairwise_rouge
from llamo.evaluation.calibration import Range
from llamo.inference.conversation import Conversation
from llamo.inference.engines import Engine, TransformersEngine, find_engine
from llamo.inference.number_search import NumberDistribution
from llamo.inference.settings import GenerationSettings

SAMPLES = 4  # of a text, for their agreement
TEMPERATURE = 1.0  # the model's own spread: hotter or colder samples would be somebody's opinion
_YES_OR_NO = re.compile(r"\s*(yes|no)\s*(?:[.,;:!]|$)", re.IGNORECASE)  # not "No rings are there."
LEVEL = 0.8  # share of true numbers that a range is meant to hold


@dataclass(frozen=True)
class Sureness:
    """How sure an answer is; what does not apply or was not asked for is None.

    Attributes:
        probability: The model's own: mean probability of the tokens of a text, or of the chosen one of Yes and No.
        confidence: The calibrated one: expected share of checkable claims that hold, or probability that the choice is
            right; None where the weights have no calibration.
        agreement: Mean ROUGE-L over pairs of sampled answers, 0 to 1.
        interval: Low end, median and high end of what number the model may write, stretched where there is a
            calibration.
        level: Share of true numbers that such intervals are meant to hold.
        similarity: Tanimoto to the nearest training molecule.
        is_unfamiliar: Whether that is less than nearly all molecules of the kind the model was trained on have.
        is_choice: Whether the probability is that of the chosen answer, and not of a text's tokens.
    """

    probability: float | None = None
    confidence: float | None = None
    agreement: float | None = None
    interval: Range | None = None
    level: float | None = None
    similarity: float | None = None
    is_unfamiliar: bool | None = None
    is_choice: bool = False

    def to_dict(self) -> dict[str, object]:
        """Lay out for JSON; the interval as three numbers."""
        found = {**asdict(self), "interval": None if self.interval is None else list(self.interval)}
        del found["is_choice"]
        return found

    def lines(self) -> list[str]:
        """Say it in words, one thing a line."""
        found = []
        if self.confidence is not None:
            found.append(f"confidence {self.confidence:.2f}")
        elif self.probability is not None:
            what = "probability" if self.is_choice else "mean token probability"
            found.append(f"{what} {self.probability:.2f} (not calibrated for these weights and settings)")
        if self.agreement is not None:
            found.append(f"agreement of {SAMPLES} sampled answers {self.agreement:.2f}")
        if self.interval is not None and self.level is not None:
            low, middle, high = self.interval
            found.append(f"{middle:g}, between {low:g} and {high:g} in {self.level:.0%} of cases")
        if self.similarity is not None:
            flag = "  (unfamiliar: expect guesses)" if self.is_unfamiliar else ""
            found.append(f"similarity to the nearest training molecule {self.similarity:.2f}{flag}")
        return found


class SurenessJudge:
    """Judges answers of one engine.

    Args:
        engine: Who answers.
        calibration: Of its weights; None where there is none.
        familiarity: Its training molecules; None where nobody named them.
    """

    def __init__(
        self, engine: Engine, calibration: Calibration | None = None, familiarity: Familiarity | None = None
    ) -> None:
        self.engine = engine
        self.calibration = calibration
        self.familiarity = familiarity

    @classmethod
    def open(cls, engine: Engine, training: Path | None = None) -> SurenessJudge:
        """Find the calibration beside an engine's weights, and open what names its training molecules.

        A calibration of another view of molecules than the engine's is passed over: it says nothing here.

        Args:
            engine: Who answers; its `model_name` says where the weights are.
            training: A bank or a fingerprint file; None where the training molecules are not known.

        Raises:
            CheckpointError: If the calibration is damaged or of other weights.
            DataError: If `training` names nothing of the kind.
        """
        familiarity = None if training is None else Familiarity.open(training)
        found = calibration_of(engine.model_name)
        return cls(engine, found if found is None or is_of_view(found, engine) else None, familiarity)

    def of_description(
        self, conversation: Conversation, smiles: str, text: str, settings: GenerationSettings
    ) -> Sureness:
        """Judge a description: probability, confidence, agreement of samples, familiarity of the molecule.

        The samples cost about as much time as one more answer or two.
        """
        samples = self.engine.generate([conversation] * SAMPLES, sampling(settings))
        known = self.of_molecule(smiles)
        return replace(
            self.of_text(conversation, text, settings),
            agreement=mean_pairwise_rouge(samples),
            similarity=known.similarity,
            is_unfamiliar=known.is_unfamiliar,
        )

    def of_text(self, conversation: Conversation, text: str, settings: GenerationSettings) -> Sureness:
        """Judge a description by the probability of its tokens alone; one pass of the model.

        Its confidence is None for a sampled one, or one that follows a shown text: what was calibrated are likeliest
        descriptions.
        """
        probability = token_probability(self.engine, conversation, text)
        is_likeliest = settings.temperature == 0 and settings.copy_bias == 0
        fitted = self.calibration.descriptions if self.calibration and is_likeliest else None
        return Sureness(probability, None if fitted is None else fitted.apply(probability))

    def of_choice(self, conversation: Conversation, choices: Sequence[str] = CHOICES) -> tuple[str, Sureness]:
        """Choose an answer out of a few, and say how probable it is that it is right."""
        chances = self.engine.choose([conversation], choices)[0]
        is_yes_no = sorted(choices) == sorted(CHOICES)
        fitted = self.calibration.choices if self.calibration and is_yes_no else None
        likely = max(range(len(choices)), key=lambda place: chances[place])
        confidence = None if fitted is None else fitted.apply(chances)[likely]
        return choices[likely], Sureness(chances[likely], confidence, is_choice=True)

    def of_answer(self, conversation: Conversation, text: str) -> Sureness:
        """Say how probable it is that a free answer that begins with Yes or No is right; nothing for others."""
        said = _YES_OR_NO.match(text)
        if said is None:
            return Sureness()
        chosen, found = self.of_choice(conversation)
        if chosen == said[1].capitalize():
            return found
        probability = None if found.probability is None else 1 - found.probability
        confidence = None if found.confidence is None else 1 - found.confidence
        return replace(found, probability=probability, confidence=confidence)

    def of_number(self, conversation: Conversation, *, name: str = "", level: float = LEVEL) -> Sureness:
        """Say in which range a number lies, by all that the model may write.

        Args:
            conversation: Asks for a number.
            name: The property, whose ranges are stretched in its own way.
            level: Share of true numbers that the range is meant to hold; a calibrated one has its own.

        Raises:
            InputError: If the model answers in words, or the property is not calibrated where others are.
        """
        fitted = self.calibration.numbers if self.calibration else None
        if fitted is not None:
            fitted.check(name)  # before the model is asked
            level = fitted.level
        (found,) = self.engine.numbers([conversation])
        interval = number_range(found, level)
        return Sureness(interval=interval if fitted is None else fitted.widen(interval, name), level=level)

    def of_molecule(self, smiles: str) -> Sureness:
        """Say how like the training molecules a molecule is; nothing where they are not known."""
        if self.familiarity is None:
            return Sureness()
        fitted = self.calibration.familiarity if self.calibration else None
        threshold = UNFAMILIAR_BELOW if fitted is None else fitted.unfamiliar_below
        similarity = self.familiarity.of(smiles)
        return Sureness(similarity=similarity, is_unfamiliar=similarity < threshold)


def token_probability(engine: Engine, conversation: Conversation, answer: str) -> float:
    """Average the probability of an answer's tokens, its end included, 0 to 1."""
    scores = engine.log_probabilities([conversation], [answer])[0]
    return sum(map(math.exp, scores)) / len(scores)


def is_of_view(calibration: Calibration, engine: Engine) -> bool:
    """Tell whether a calibration was made with molecules shown as an engine shows them."""
    shows = find_engine(engine, TransformersEngine)
    if shows is None:
        return True  # it has no views
    usual = shows.processor.view
    return (shows.view or usual) == (calibration.view or usual)


def sampling(settings: GenerationSettings) -> GenerationSettings:
    """Make settings that sample the model's own spread."""
    return replace(settings, num_beams=1, temperature=TEMPERATURE, top_p=1.0, copy_bias=0.0)


def number_range(found: NumberDistribution, level: float) -> Range:
    """Return the median of a number between the quantiles that leave out `1 - level`, half on each side.

    Raises:
        InputError: If the answer is rather in words.
        UsageError: If the level is none.
    """
    if not 0 < level < 1:
        raise UsageError(f"level is {level}, but has to be above 0 and below 1")
    if not found.is_number:
        raise InputError("the model answers in words, or with numbers too many to be followed; ask for one")
    return Range(found.quantile((1 - level) / 2), found.median, found.quantile((1 + level) / 2))
