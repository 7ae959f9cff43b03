"""All measurements on one molecule."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float

from llamo.assistant.attribution.asked import AskedAnswer, prepare_answer
from llamo.assistant.attribution.attention import KINDS, follow_attention
from llamo.assistant.attribution.gradients import integrate_gradients
from llamo.assistant.attribution.occlusion import score, score_without
from llamo.assistant.attribution.reference import ProjectorInputs, average_inputs
from llamo.chem.featurize import featurize
from llamo.inference.conversation import Conversation
from llamo.inference.engines import TransformersEngine
from llamo.inference.prompts import task_prompt
from llamo.studies.attribution.masking import first_atoms, number_of_atoms, random_atoms, rank_agreement
from llamo.studies.attribution.random_weights import PARTS, with_random
from llamo.studies.robustness.asking import probe_settings

METHODS = ("gradients", "attention")
OCCLUSION = "occlusion"
SHARES = {"10 %": 0.1, "20 %": 0.2}


@dataclass(frozen=True)
class Plan:
    """What is measured on each molecule.

    Attributes:
        draws: Sets of random atoms that the first ones are compared with.
        steps: Of the integrated gradients; fewer than in `llamo explain`, for the sake of time.
        max_new_tokens: Longest answer.
        seed: Of the random atoms and the random weights.
        occlusion: Molecules on which occlusion, the slow method, is measured, too.
        randomised: Molecules on which attributions under random weights are measured.
    """

    draws: int = 3
    steps: int = 3
    max_new_tokens: int = 16
    seed: int = 0
    occlusion: int = 4
    randomised: int = 3


@dataclass(frozen=True)
class Measured:
    """What was measured on one molecule; log-probabilities are those of the model's own answer, in nats.

    Attributes:
        smiles: Canonical SMILES.
        answer: What the model said.
        atoms: N.
        tokens: Of the answer.
        log_probability: Of the answer.
        without_atoms: What is lost when no atom is left, and no motif.
        lost: `lost[method][share]`, without the method's first atoms.
        lost_at_random: `lost_at_random[share]`, without random ones; one value a draw.
        agreement: `agreement[method][other]`, rank correlation of atom weights with those of occlusion, or of the
            same method under random weights of a part; None where all weights are equal.
        seconds: Of CPU time; on a shared machine the clock says more.
    """

    smiles: str
    answer: str
    atoms: int
    tokens: int
    log_probability: float
    without_atoms: float
    lost: Mapping[str, Mapping[str, float]]
    lost_at_random: Mapping[str, Sequence[float]]
    agreement: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    seconds: float = 0.0


class Bench:
    """Measures molecules with one model.

    Args:
        engine: The model.
        plan: What is measured.
    """

    def __init__(self, engine: TransformersEngine, plan: Plan) -> None:
        self.engine = engine
        self.plan = plan
        self.reference = average_inputs(engine.model)

    def answer(self, molecules: Sequence[str]) -> list[str]:
        """Let the model describe molecules, in one batch."""
        settings = probe_settings("description", self.plan.max_new_tokens)
        conversations = [task_prompt("description", smiles) for smiles in molecules]
        return [answer.strip() for answer in self.engine.generate(conversations, settings)]

    def measure(self, smiles: str, answer: str, number: int) -> Measured:
        """Measure the molecule of a number (from 0) with the answer that the model gave."""
        started = time.process_time()
        conversation = task_prompt("description", smiles)
        asked = self._prepare(conversation, smiles, answer)
        weights = self._weights(asked, self.reference)
        agreement: dict[str, dict[str, float | None]] = {name: {} for name in weights}
        if number < self.plan.randomised:
            self._compare_with_random(conversation, smiles, answer, weights, agreement)
        whole = float(score(asked, asked.tokens_of(None), asked.graph_tokens())[0])
        if number < self.plan.occlusion:
            single = torch.eye(asked.levels.shape[1], dtype=torch.bool)
            occluded = whole - self._without(asked, single)
            for name, values in weights.items():
                agreement[name][OCCLUSION] = rank_agreement(values, occluded)
            weights[OCCLUSION] = occluded
        lost, at_random, without_atoms = self._mask(asked, whole, weights, number)
        return Measured(
            smiles, answer, asked.levels.shape[1], len(asked.token_ids), whole, without_atoms, lost, at_random,
            agreement, round(time.process_time() - started, 2),
        )  # fmt: skip

    def _prepare(self, conversation: Conversation, smiles: str, answer: str) -> AskedAnswer:
        engine = self.engine
        return prepare_answer(
            engine.model, engine.processor, conversation, answer, view=engine.view, graphs=[featurize(smiles)]
        )

    def _weights(self, asked: AskedAnswer, reference: ProjectorInputs) -> dict[str, Float[np.ndarray, "N"]]:  # noqa: UP037
        chosen = asked.tokens_of(None)
        gradients = integrate_gradients(asked, chosen, reference, steps=self.plan.steps)
        found = {"gradients": gradients}
        if asked.model.projector.kind in KINDS:
            found["attention"] = follow_attention(asked, chosen)
        return {name: parts.atoms.double().cpu().numpy() for name, parts in found.items()}

    def _compare_with_random(
        self,
        conversation: Conversation,
        smiles: str,
        answer: str,
        weights: Mapping[str, Float[np.ndarray, "N"]],  # noqa: UP037
        agreement: Mapping[str, dict[str, float | None]],
    ) -> None:
        """Explain the same answer with one part of the model after the other made random."""
        for part in PARTS:
            with with_random(self.engine.model, part, seed=self.plan.seed):
                asked = self._prepare(conversation, smiles, answer)
                others = self._weights(asked, average_inputs(self.engine.model))
            for name, values in others.items():
                agreement[name][part] = rank_agreement(weights[name], values)

    def _mask(
        self,
        asked: AskedAnswer,
        whole: float,
        weights: Mapping[str, Float[np.ndarray, "N"]],  # noqa: UP037
        number: int,
    ) -> tuple[dict[str, dict[str, float]], dict[str, list[float]], float]:
        """Take away the first atoms of each method, random ones, and all."""
        total = asked.levels.shape[1]
        rng = np.random.default_rng([self.plan.seed, number])
        sizes = {name: number_of_atoms(share, total) for name, share in SHARES.items()}
        first = [first_atoms(values, size) for values in weights.values() for size in sizes.values()]
        drawn = [row for size in sizes.values() for row in random_atoms(total, size, self.plan.draws, rng)]
        everything = torch.ones(total, dtype=torch.bool)
        lost = iter((whole - self._without(asked, torch.stack([*first, *drawn, everything]))).tolist())
        by_method = {method: {name: next(lost) for name in sizes} for method in weights}
        at_random = {name: [next(lost) for _ in range(self.plan.draws)] for name in sizes}
        return by_method, at_random, next(lost)

    def _without(self, asked: AskedAnswer, removed: torch.Tensor) -> Float[np.ndarray, "B"]:  # noqa: UP037
        scores = score_without(asked, asked.tokens_of(None), removed.to(asked.levels.device))
        return scores.cpu().numpy()
