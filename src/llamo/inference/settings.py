"""How text is decoded."""

from __future__ import annotations

from dataclasses import dataclass, replace

from llamo.errors import UsageError

MIN_SEED, MAX_SEED = -(2**63), 2**64 - 1  # what torch takes


@dataclass(frozen=True)
class GenerationSettings:
    """How text is decoded. A temperature of 0 means greedy decoding (or beam search, with `num_beams`).

    Args:
        max_new_tokens: The longest answer, in the language model's tokens.
        temperature: 0 for the most likely token; above 0 sampling, reproducible by `seed`.
        top_p: Nucleus sampling: the smallest set of tokens with this probability mass.
        num_beams: Beams of a beam search; 1 for none. Streaming needs 1.
        repetition_penalty: Above 1 makes tokens that were already said less likely.
        no_repeat_ngram_size: No n-gram of this many tokens is said twice, nor does a count go on and on
            (`llamo.inference.counting`); 0 for no such rules. With a copy bias a shown text may be followed where it
            repeats itself.
        copy_bias: How much likelier tokens are with which the text of a neighbour in the prompt goes on, in nats
            (`llamo.inference.copying`); 0 for none.
        seed: Seed of the sampling.
    """

    max_new_tokens: int = 160
    temperature: float = 0.0
    top_p: float = 1.0
    num_beams: int = 1
    repetition_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    copy_bias: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse values that no decoder can use, before a model is loaded for them."""
        _check(self.max_new_tokens >= 1, "max_new_tokens", self.max_new_tokens, "at least 1")
        _check(self.temperature >= 0, "temperature", self.temperature, "0 (greedy) or above")
        _check(0 < self.top_p <= 1, "top_p", self.top_p, "above 0 and at most 1")
        _check(self.num_beams >= 1, "num_beams", self.num_beams, "at least 1")
        _check(self.repetition_penalty > 0, "repetition_penalty", self.repetition_penalty, "above 0")
        _check(
            self.no_repeat_ngram_size >= 0, "no_repeat_ngram_size", self.no_repeat_ngram_size, "0 or above"
        )
        _check(0 <= self.copy_bias < float("inf"), "copy_bias", self.copy_bias, "a number from 0 up")
        _check(MIN_SEED <= self.seed <= MAX_SEED, "seed", self.seed, f"from {MIN_SEED} to {MAX_SEED}")

    def to_generate_arguments(self) -> dict[str, object]:
        """Translate to the keyword arguments of `generate`; sampling knobs only where sampling happens."""
        arguments: dict[str, object] = {
            "max_new_tokens": self.max_new_tokens,
            "do_sample": self.temperature > 0,
            "num_beams": self.num_beams,
            "repetition_penalty": float(self.repetition_penalty),
            "no_repeat_ngram_size": self.no_repeat_ngram_size,
        }
        if self.temperature > 0:
            arguments |= {"temperature": float(self.temperature), "top_p": float(self.top_p)}
        return arguments

    def for_candidates(self, number: int) -> GenerationSettings:
        """Widen a beam search so that it gives so many answers; sampling stays as it is."""
        if self.temperature > 0:
            return self
        return replace(self, num_beams=max(self.num_beams, number))


def _check(is_right: bool, name: str, value: object, expected: str) -> None:
    """Raise UsageError unless a setting is in its range."""
    if not is_right:
        raise UsageError(f"{name} is {value}, but has to be {expected}")
