"""The copy floor: every molecule gets the text of its nearest neighbour in a bank of others.

Nearest by Tanimoto similarity of Morgan fingerprints (radius 2, 2048 bits), as `llamo.data.bank` finds it. A
trained model that does not beat this clearly has learnt nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rdkit.Chem import Mol

from llamo.data.bank_ranking import POOL, Ranking
from llamo.data.bank_search import morgan
from llamo.data.leakage import Blocklist
from llamo.errors import UsageError
from llamo.evaluation.baselines.choosing import Choose, MakeChoose
from llamo.evaluation.baselines.known_texts import KnownTexts
from llamo.evaluation.baselines.output import Answer, BaselineRun
from llamo.evaluation.baselines.question_table import QuestionTable, Wanted, read_questions
from llamo.inference.prompts import task_prompt
from llamo.models.checkpoints import hash_of_checkpoint

TEXT_COLUMN = "text"


def copy_neighbours(
    path: Path,
    banks: Sequence[Path],
    *,
    wanted: Wanted = Wanted("description", TEXT_COLUMN),  # noqa: B008
    k: int = 1,
    blocklist: Blocklist | None = None,
    make_choose: MakeChoose | None = None,
    chosen_by: str = "",
    ranking: Ranking | None = None,
    on_start: Callable[[int], None] = lambda _: None,
    on_done: Callable[[int], None] = lambda _: None,
) -> BaselineRun:
    """Answer every molecule of a table with the text of its nearest neighbour in the bank.

    The input's own molecules, by InChIKey connectivity, are kept out of the bank.

    Args:
        path: Table with a SMILES column and the true texts.
        banks: Tables to copy from, with the same two columns, or folders of `llamo bank build`.
        wanted: Task and columns.
        k: Neighbours; with more than one their texts are `candidates`.
        blocklist: Further molecules to keep out of the bank.
        make_choose: Makes, from all known texts, what scores those of the `k` neighbours, the best one being the answer
            (`choosing.Chooser`); None: the nearest one's.
        chosen_by: Name or folder of the model that chooses, for the record, which holds its hash, too.
        ranking: Of a bank: what it puts first is copied, instead of the nearest one's text.
        on_start: Told the number of rows. on_done: Told after each row that one more is done.

    Returns:
        One answer for each input row, in order. A molecule that cannot be read makes an error row.

    Raises:
        UsageError: If `k` is below 1, or no baseline answers the task.
        DataError: If a table is missing, damaged or lacks a column, nothing is left for the bank, or `k` is more
            than that.
    """
    if k < 1:
        raise UsageError(f"k is {k}, but has to be at least 1")
    questions = read_questions(path, wanted)
    known = KnownTexts(banks, questions, blocklist=blocklist)
    known.require(k)
    choose = None if make_choose is None else make_choose(known.texts())
    columns = ("similarity", "neighbour")
    answers = []
    on_start(len(questions.molecules))
    for place, mol in enumerate(questions.molecules):
        answers.append(_answer(known, mol, k, _prepared(choose, questions, place), ranking))
        on_done(1)
    return BaselineRun(
        "copy",
        questions,
        answers,
        columns if k == 1 else ("candidates", *columns),
        {"name": "copy", "k": k, "blocklist": blocklist is not None, "ranked": ranking is not None}
        | ({"model": chosen_by, "model_sha256": hash_of_checkpoint(chosen_by)} if chosen_by else {}),
        banks,
        known.left_out,
        len(known),
    )


Scored = Callable[[Sequence[str], Sequence[float]], list[float]]


def _prepared(choose: Choose | None, questions: QuestionTable, place: int) -> Scored | None:
    """Put the question of one row into a chooser."""
    if choose is None or isinstance(questions.molecules[place], str):
        return None
    wanted = questions.wanted
    prompt = task_prompt(wanted.task, questions.cell(place), property_name=wanted.asked_property)
    return lambda texts, similarities: choose(prompt, texts, similarities)


def _answer(
    known: KnownTexts, mol: Mol | str, k: int, scored: Scored | None = None, ranking: Ranking | None = None
) -> Answer:
    """Copy the texts of the neighbours, the best first: the nearest, or the one that a ranking or model puts first."""
    if isinstance(mol, str):
        return Answer(error=mol)
    if ranking is None:
        found = known.nearest(morgan(mol), k)
    else:
        found = ranking.ranked(mol, known.nearest(morgan(mol), max(k, POOL), distinct=True))
    if scored is not None:
        scores = scored([one.text for one in found], [one.similarity for one in found])
        found = [found[place] for place in sorted(range(len(found)), key=lambda place: -scores[place])]
    return Answer(
        found[0].text,
        candidates=tuple(neighbour.text for neighbour in found[:k]),
        similarity=round(max(one.similarity for one in found), 4),
        neighbour=found[0].smiles,
    )
