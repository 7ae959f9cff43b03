"""A description with what was asked for beside it: checked claims, sources, sureness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llamo.assistant.answer import Source
    from llamo.assistant.checking import CheckedText
    from llamo.assistant.sureness import Sureness
    from llamo.cli.describe import Extras
    from llamo.inference.engines import Engine
    from llamo.inference.reranking import Choice
    from llamo.inference.settings import GenerationSettings


@dataclass(frozen=True)
class Described:
    """One description; what was not asked for is None.

    Attributes:
        text: The description.
        checked: Its claims.
        choice: The answers it was chosen from.
        sources: What the model was shown of similar molecules.
        sureness: How sure it is.
    """

    text: str
    checked: CheckedText | None = None
    choice: Choice | None = None
    sources: tuple[Source, ...] | None = None
    sureness: Sureness | None = None

    def to_dict(self) -> dict[str, object]:
        """Lay out for JSON what was asked for."""
        found: dict[str, object] = {}
        if self.checked is not None:
            found["check"] = self.checked.to_dict()
        if self.choice is not None:
            found["chosen_from"] = {
                "candidates": [asdict(one) for one in self.choice.candidates],
                "best": self.choice.best,
                "seconds": round(self.choice.seconds, 3),
            }
        if self.sources is not None:
            found["sources"] = [asdict(one) for one in self.sources]
        if self.sureness is not None:
            found["sureness"] = self.sureness.to_dict()
        return found

    def print(self, smiles: str) -> None:
        """Print the molecule, the description under it, and under that what else was asked for."""
        print(smiles, flush=True)
        if self.checked is None:
            print(f"  {self.text}", flush=True)
        else:
            from llamo.assistant.checking_text import print_checked

            print_checked(self.checked)
        if self.choice is not None and self.choice.best:
            considered = len(self.choice.candidates)
            print(
                f"  chosen from {considered} answers; the first was contradicted: {self.choice.candidates[0].text}"
            )
        if self.sources:
            from llamo.assistant.sources import source_lines

            print("\n".join(f"  {line}" for line in source_lines(self.sources)))
        if self.sureness is not None:
            print("\n".join(f"  {line}" for line in self.sureness.lines()))


class Describer:
    """Describes molecules and finds out what is wanted beside the text.

    Args:
        engine: Who answers.
        settings: How text is decoded.
        extras: What is wanted.
    """

    def __init__(self, engine: Engine, settings: GenerationSettings, extras: Extras) -> None:
        from llamo.inference.reranking import CheckedEngine

        self._checking = CheckedEngine(engine, extras.samples, seconds=extras.check_seconds)
        self._engine = engine
        self._settings = settings
        self._extras = extras
        self._judge = None
        if extras.sure:
            from llamo.assistant.sureness import SurenessJudge

            self._judge = SurenessJudge.open(engine, extras.training)

    def describe(self, molecules: Sequence[str]) -> list[Described]:
        """Describe molecules, given as canonical SMILES."""
        from llamo.inference.prompts import task_prompt

        prompts = [task_prompt("description", smiles) for smiles in molecules]
        choices: Sequence[Choice | None] = [None] * len(prompts)
        if self._extras.samples > 1:
            found = self._checking.consider(prompts, self._settings)
            choices, texts = found, [choice.text for choice in found]
        else:
            texts = self._engine.generate(prompts, self._settings)
        return [
            self._described(smiles, prompt, text, choice)
            for smiles, prompt, text, choice in zip(molecules, prompts, texts, choices, strict=True)
        ]

    def _described(
        self, smiles: str, prompt: list[dict[str, object]], text: str, choice: Choice | None
    ) -> Described:
        from llamo.assistant.checking import check_answer
        from llamo.assistant.sources import find_sources
        from llamo.inference.retrieval import RetrievingEngine

        retrieves = isinstance(self._engine, RetrievingEngine)
        return Described(
            text,
            checked=check_answer(text, smiles) if self._extras.check else None,
            choice=choice,
            sources=find_sources(self._engine, prompt, text) if retrieves else None,
            sureness=None
            if self._judge is None
            else self._judge.of_description(prompt, smiles, text, self._settings),
        )
