"""From a molecule and a question to an answer and what it rests on."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from llamo.assistant.attribution.asked import AskedAnswer, prepare_answer
from llamo.assistant.attribution.methods import attribute
from llamo.assistant.attribution.names import DEFAULT_METHOD, check_method
from llamo.assistant.attribution.parts import Parts
from llamo.assistant.attribution.reference import ProjectorInputs, average_inputs
from llamo.assistant.attribution.result import ATTENTION, NATS, Attribution, WordEffect
from llamo.assistant.attribution.subsets import copies
from llamo.assistant.attribution.words import Word, find_word
from llamo.chem.fragment_smiles import fragment_smiles
from llamo.chem.reading import Molecule, read_molecule
from llamo.errors import InputError
from llamo.inference.conversation import Conversation
from llamo.inference.engines import TransformersEngine, load_engine
from llamo.inference.prompts import asked_question, task_prompt, task_settings
from llamo.inference.settings import GenerationSettings
from llamo.models.names import DEFAULT_MODEL


def explain(
    molecule: str,
    *,
    model: str | TransformersEngine = DEFAULT_MODEL,
    question: str | None = None,
    answer: str | None = None,
    word: str | None = None,
    method: str = DEFAULT_METHOD,
    settings: GenerationSettings | None = None,
) -> Attribution:
    """Say which atoms, motifs and levels an answer rests on.

    Args:
        molecule: SMILES, InChI or mol block.
        model: A shipped name, a folder or a hub id, which is loaded in float32; or an engine that is loaded already.
        question: What is asked; None for a description.
        answer: An answer that is given; None to let the model answer.
        word: The word, or words in a row, to explain; None for the whole answer.
        method: "gradients", "attention" or "occlusion".
        settings: How the answer is decoded; None for what suits the question.

    Raises:
        InvalidMoleculeError: The molecule cannot be read.
        InputError: The answer has no such word (the message lists those it has), or is empty; the question is empty.
        UsageError: The method is unknown or does not suit the model; the view shows no graph.

    Example:
        >>> explain("CC(=O)Oc1ccccc1C(=O)O", word="acid").top_atoms(3)  # doctest: +SKIP
    """
    check_method(method)
    read = read_molecule(molecule)
    conversation, settings = _ask(read.smiles, question, settings)
    engine = load_engine(model, dtype="float32") if isinstance(model, str) else model
    text = answer if answer is not None else engine.generate([conversation], settings)[0]
    asked = prepare_answer(engine.model, engine.processor, conversation, text, view=engine.view)
    found = None if word is None else find_word(asked.answer, word)
    reference = average_inputs(engine.model)
    parts = attribute(asked, asked.tokens_of(found), reference, method)
    return _result(
        read_molecule(read.smiles), asked, found, parts, reference,
        question=question or asked_question("description"), method=method, model=engine.model_name,
    )  # fmt: skip


def _ask(
    smiles: str, question: str | None, settings: GenerationSettings | None
) -> tuple[Conversation, GenerationSettings]:
    """Build the prompt and choose the decoding."""
    if question is None:
        return task_prompt("description", smiles), settings or task_settings("description")
    if not question.strip():
        raise InputError("the question is empty; ask something, or leave it out for a description")
    prompt = task_prompt("conversation", smiles, question=question.strip())
    return prompt, settings or task_settings("conversation")


def _result(
    molecule: Molecule,
    asked: AskedAnswer,
    word: Word | None,
    parts: Parts,
    reference: ProjectorInputs,
    *,
    question: str,
    method: str,
    model: str,
) -> Attribution:
    """Put the result together; `molecule` has its atoms in the order of its canonical SMILES, as the model saw it."""
    own, average = token_scores(asked, reference)
    groups = motif_members(asked)
    chosen = asked.tokens_of(word)
    return Attribution(
        smiles=molecule.smiles,
        question=question,
        answer=asked.answer,
        word=None if word is None else word.text,
        method=method,
        model=model,
        unit=ATTENTION if method == "attention" else NATS,
        atoms=_numbers(parts.atoms),
        levels=_numbers(parts.levels),
        motifs=_numbers(parts.motifs),
        tokens=_numbers(parts.tokens),
        motif_atoms=groups,
        motif_smiles=tuple(fragment_smiles(molecule, atoms) for atoms in groups),
        symbols=tuple(atom.GetSymbol() for atom in molecule.mol.GetAtoms()),
        log_probability=float(own[chosen].sum()),
        graph_effect=float((own - average)[chosen].sum()),
        words=tuple(_effect(asked, one, own, average) for one in asked.words()),
    )


def _effect(asked: AskedAnswer, word: Word, own: Tensor, average: Tensor) -> WordEffect:
    chosen = asked.tokens_of(word)
    return WordEffect(word.text, float(own[chosen].sum()), float((own - average)[chosen].sum()))


@torch.no_grad()
def token_scores(
    asked: AskedAnswer, reference: ProjectorInputs
) -> tuple[Float[Tensor, "A"], Float[Tensor, "A"]]:  # noqa: UP037
    """Score the answer's tokens under the molecule's graph tokens and under an average molecule's of its size."""
    number, motifs = asked.levels.shape[1], asked.molecules.motifs.shape[0]
    average = asked.model.projector(
        reference.levels.expand(-1, number, -1),
        copies(asked.molecules, 1).molecules,
        motif_vectors=reference.motifs.expand(motifs, -1),
    )
    own, other = asked.log_probabilities(torch.cat([asked.graph_tokens(), average])).double()
    return own, other


def motif_members(asked: AskedAnswer) -> tuple[tuple[int, ...], ...]:
    """List the atoms of each motif."""
    members: list[list[int]] = [[] for _ in range(asked.molecules.motifs.shape[0])]
    for motif, atom in asked.molecules.motif_atoms.T.tolist():
        members[motif].append(atom)
    return tuple(tuple(sorted(atoms)) for atoms in members)


def _numbers(weights: Tensor) -> Float[np.ndarray, "X"]:  # noqa: UP037
    return weights.detach().double().cpu().numpy()
