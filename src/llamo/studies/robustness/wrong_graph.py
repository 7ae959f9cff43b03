"""A wrong graph of the same size, no graph, counts alone: what changes in the answers, and in their probability?

The graph-control study measures the loss on published descriptions; here the same four graphs are shown while the model
answers by itself, too. Where no description is published, the sentences of exact facts take its place.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from llamo.chem.featurize import featurize
from llamo.data.tasks.facts_caption import INSTRUCTIONS, caption
from llamo.evaluation.agreement import rouge_l
from llamo.models.names import View
from llamo.studies.graph_control import GRAPHS, PROMPTS, wrong_graph_donors
from llamo.studies.robustness.figures import Figure, mean_figure
from llamo.studies.robustness.molecules import Subject
from llamo.studies.robustness.motif_questions import draw_questions
from llamo.studies.robustness.probe import DESCRIPTION, Ask, ProbeResult, Setting
from llamo.studies.robustness.question import Asked, Question

NAME = "graph"
TITLES = {"true": "true graph", "wrong": "wrong graph", "counts alone": "counts alone", "none": "no graph"}


def probe_wrong_graph(setting: Setting, ask: Ask) -> ProbeResult:
    """Ask under four graphs, with the SMILES in the prompt and without."""
    chosen = setting.subjects.chosen
    donors = wrong_graph_donors([featurize(one.smiles) for one in chosen])
    donor_of = {one.smiles: chosen[donor].smiles for one, donor in zip(chosen, donors, strict=True)}
    groups = draw_questions(chosen, max(4, len(chosen)), seed=setting.seed)
    plain = [Question(one.smiles, DESCRIPTION, "graph", task="description") for one in chosen]
    plain += [_given(one, setting.seed) for one in chosen]
    plain += [one.question("graph", is_silent=True) for one in groups]
    asked = ask([
        _under(question, prompt, graph, donor_of[question.molecule])
        for prompt in PROMPTS
        for graph in GRAPHS
        for question in plain
    ])  # fmt: skip
    figures = [figure for prompt in PROMPTS for figure in _judge(prompt, asked)]
    apart = [
        abs(one.facts.heavy_atoms - chosen[donor].facts.heavy_atoms)
        for one, donor in zip(chosen, donors, strict=True)
    ]
    return ProbeResult(
        NAME,
        "A wrong graph, no graph, counts alone",
        tuple(figures),
        tuple(asked),
        notes=(
            f"the wrong graph is another molecule's of the nearest size, {sum(apart) / len(apart):.1f} heavy atoms "
            "apart in the mean",
            "change of log-probability: of the given answer (a published description, else sentences of exact facts), "
            "nats a token, paired with the true graph; below 0: the true graph makes it likelier",
            "changed: share of answers that differ from those under the true graph",
        ),
    )


def _given(subject: Subject, seed: int) -> Question:
    """Ask for a given answer: the published description, or what is exactly known put into sentences."""
    if subject.text:
        return Question(subject.smiles, DESCRIPTION, "graph", task="description", said=subject.text)
    said = caption(subject.facts, random.Random(f"caption {seed} {subject.smiles}"))
    return Question(subject.smiles, INSTRUCTIONS[0], "graph", task="facts_caption", said=said)


def _under(question: Question, prompt: str, graph: str, donor: str) -> Question:
    """Show a molecule's graph as one of `GRAPHS` says, its SMILES as one of `PROMPTS` says."""
    with_smiles = prompt == "with SMILES"
    shown: View = "graph+smiles" if with_smiles else "graph"
    bare: View = "smiles" if with_smiles else "none"
    return replace(
        question,
        view=bare if graph == "none" else shown,
        donor=donor if graph == "wrong" else "",
        counts_only=graph == "counts alone",
        labels={**question.labels, "graph": graph, "prompt": prompt},
    )


def _judge(prompt: str, asked: Sequence[Asked]) -> list[Figure]:
    """Compare each graph with the true one, question by question."""
    of_graph = {
        graph: [
            a for a in asked if (a.question.labels["graph"], a.question.labels["prompt"]) == (graph, prompt)
        ]
        for graph in GRAPHS
    }
    true = of_graph["true"]
    figures: list[Figure] = []
    for graph in GRAPHS:
        pairs = list(zip(true, of_graph[graph], strict=True))
        title = f"{TITLES[graph]}, {prompt}"
        if graph != "true":
            figures += _changes(title, pairs)
        right = [(b.question.molecule, float(b.is_right)) for _, b in pairs if b.question.choices]
        figures.append(_mean(title, "Yes/No by logits, accuracy", right))
    return figures


def _changes(title: str, pairs: Sequence[tuple[Asked, Asked]]) -> list[Figure]:
    given = [
        (b.question.molecule, (b.answer.log_probability or 0.0) - (a.answer.log_probability or 0.0))
        for a, b in pairs
        if b.question.said
    ]
    told = [(a, b) for a, b in pairs if not b.question.said and not b.question.choices]
    changed = [(b.question.molecule, float(a.answer.prediction != b.answer.prediction)) for a, b in told]
    likeness = rouge_l([(a.answer.prediction, b.answer.prediction) for a, b in told])
    flipped = [
        (b.question.molecule, float(a.answer.means_yes != b.answer.means_yes))
        for a, b in pairs
        if b.question.choices
    ]
    molecules = [molecule for molecule, _ in changed]
    return [
        _mean(title, "change of log-probability (nats a token)", given),
        _mean(title, "descriptions changed", changed),
        _mean(
            title, "descriptions, ROUGE-L with the true graph's", list(zip(molecules, likeness, strict=True))
        ),
        _mean(title, "Yes/No by logits, changed", flipped),
    ]


def _mean(group: str, name: str, values: Sequence[tuple[str, float]]) -> Figure:
    return mean_figure(group, name, [value for _, value in values], [molecule for molecule, _ in values])
