"""Captions from tags: the names of a molecule's properties, put into sentences of varied wording.

A tag goes into the sentence that its form fits: a role ("kinase inhibitor"), a use ("cancer treatment"), a quality
("antiviral"); what is left (diseases, processes, materials) is only said to be associated with the molecule.
"""

from __future__ import annotations

import random
import re

from llamo.data.records import Record
from llamo.data.sources.rows import TagsRow
from llamo.data.tasks.answers import parse_text
from llamo.data.tasks.task import PROSE_METRICS, Decoding, Task, molecule_question, one_turn
from llamo.data.tasks.wording import SkippedRowError, choose, collapse, listing, with_article

NAME = "tags"

INSTRUCTIONS = (
    "What are the properties and uses of this molecule?",
    "What is this molecule associated with?",
    "Name the known properties of this molecule.",
    "What is this compound good for, and what is it linked to?",
    "List roles, uses and associations of this compound.",
    "Tell me about the function of this molecule.",
    "Which roles does this molecule play?",
)

_ROLE = re.compile(
    r".*(?:inhibitor|agonist|antagonist|modulator|activator|blocker|stabilizer|emulsifier|surfactant|additive"
    r"|supplement|nutrient|agent|compound|molecule|antibiotic|antibody|antioxidant|antidepressant|anticoagulant|source)",
    re.IGNORECASE,
)
_QUALITY = re.compile(r"anti[a-z-]+|[a-z-]+(?:al|ic|ive|scent|ory|ous)")  # one adjective

_SENTENCES = {
    "role": ("{it} is {tags}.", "{it} acts as {tags}.", "{it} is known as {tags}."),
    "use": ("{it} is used in {tags}.", "{it} finds use in {tags}.", "{it} serves in {tags}."),
    "quality": ("{it} is {tags}.", "{it} is described as {tags}.", "{it} is reported to be {tags}."),
    "other": (
        "{it} is associated with {tags}.",
        "{it} is linked to {tags}.",
        "{it} has been connected with {tags}.",
    ),
}


def tidy(tag: str) -> str:
    """Write a tag as text does: `"anti viral" -> "antiviral"`, `"Odor_evaluation" -> "odor evaluation"`."""
    if "_" in tag:
        tag = tag.replace("_", " ").lower()
    return re.sub(r"\banti (?=\w)(i?)", lambda found: "anti-i" if found[1] else "anti", collapse(tag))


def kind_of(tag: str) -> str:
    """Tell which sentence a tidy tag fits: "role", "use", "quality" or "other"."""
    if tag.endswith(" treatment"):
        return "use"
    if _ROLE.fullmatch(tag):
        return "role"
    return "quality" if _QUALITY.fullmatch(tag) else "other"


def caption(tags: tuple[str, ...], rng: random.Random) -> str:
    """Put tags into one sentence a kind, kinds and tags in any order.

    `("kinase inhibitor", "Obesity") -> "The molecule is a kinase inhibitor. It is linked to Obesity."`
    """
    by_kind: dict[str, list[str]] = {}
    for tag in rng.sample(tags, len(tags)):
        kind = kind_of(tag)
        by_kind.setdefault(kind, []).append(with_article(tag) if kind == "role" else tag)
    subjects = [rng.choice(("The molecule", "This compound")), *["It"] * 3]
    return " ".join(
        choose(rng, _SENTENCES[kind], it=subject, tags=listing(said))
        for subject, (kind, said) in zip(subjects, by_kind.items(), strict=False)
    )


def make_record(row: TagsRow, rng: random.Random, *, source: str) -> Record:
    """Word a caption of a row's tags; a tag named twice is said once.

    Raises:
        SkippedRowError: the row has no tags.
    """
    tags = tuple(dict.fromkeys(tidy(tag) for tag in row.tags if tag.strip()))
    if not tags:
        raise SkippedRowError("no tags")
    question = molecule_question(row.smiles, rng.choice(INSTRUCTIONS))
    return one_turn(row, NAME, question, caption(tags, rng), source=source)


TASK = Task(
    name=NAME,
    rows=(TagsRow,),
    instructions=INSTRUCTIONS,
    answer="text",
    make_record=make_record,
    parse=parse_text,
    metrics=PROSE_METRICS,
    decoding=Decoding(no_repeat_ngram=8),
)
