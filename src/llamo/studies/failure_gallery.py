"""What a model gets wrong, in pictures: the molecules whose descriptions their structure contradicts most.

Molecules are those of the package, so that a gallery can be published: no text of a data set is in it. Verdicts are
those of claim checking (`llamo.chem.claims`); what no structure decides, such as a use, is not judged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from llamo.chem.drawing import draw_grid
from llamo.chem.reading import read_molecule
from llamo.evaluation.results.page_file import fill_page
from llamo.studies.robustness.report import write_text

if TYPE_CHECKING:
    from llamo.assistant import Answer, Assistant
    from llamo.chem.claim_types import Verdict

BEGIN = "<!-- gallery: begin; `llamo study failures --page` writes what follows, do not edit it -->"
END = "<!-- gallery: end -->"
GOES = "the gallery goes"
PICTURE = "failures.png"


@dataclass(frozen=True)
class Gallery:
    """Descriptions and what became of their claims.

    Attributes:
        answers: of all molecules asked about.
        shown: those of them with most different contradicted claims, the worst first; of equal ones the first asked
            about.
    """

    answers: Sequence[Answer]
    shown: Sequence[Answer]

    def count(self, status: str) -> int:
        """Count the claims of all answers with a verdict: "true", "false" or "unclear"."""
        return sum(one.status == status for answer in self.answers for one in answer.claims)


def collect(
    assistant: Assistant,
    molecules: Sequence[str],
    *,
    size: int,
    on_molecule: Callable[[int], None] = lambda _: None,
) -> Gallery:
    """Have molecules described and keep the answers with most contradicted claims.

    Args:
        assistant: who describes.
        molecules: SMILES.
        size: answers shown at most; one without a contradicted claim is not shown.
        on_molecule: told after each that one more is done.

    Raises:
        InvalidMoleculeError: a molecule cannot be read.
    """
    answers = []
    for smiles in molecules:
        answers.append(assistant.describe(smiles))
        on_molecule(1)
    worst = sorted(answers, key=lambda answer: -len(_faults(answer)))
    return Gallery(answers, [answer for answer in worst if _contradicted(answer)][:size])


def write_gallery(gallery: Gallery, out: Path, *, made_of: Sequence[str] = ()) -> str:
    """Draw the molecules of a gallery into `out` and return its Markdown, with the picture named relative to `out`.

    Args:
        gallery: to be written.
        out: folder of the picture and of `failures.md`.
        made_of: lines on how it was made.

    Raises:
        OSError: a file cannot be written.
    """
    lines = [f"- {line}" for line in made_of]
    judged = gallery.count("true") + gallery.count("false")
    lines += [
        f"- {len(gallery.answers)} molecules; {gallery.count('false')} of {judged} claims that a structure decides are "
        f"false; shown are the {len(gallery.shown)} answers with most of them",
        "",
    ]
    (out / PICTURE).unlink(missing_ok=True)
    if gallery.shown:
        molecules = [read_molecule(answer.smiles[0]) for answer in gallery.shown]
        numbers = [str(number) for number in range(1, len(molecules) + 1)]
        draw_grid(molecules, numbers, out / PICTURE)
        lines += [f"![The molecules, by number.]({PICTURE})", "", "| | what the model says | what is false in it |",
                  "|---|---|---|"]  # fmt: skip
        lines += [
            f"| {number} | {_cell(answer.text)} | {'; '.join(_faults(answer))} |"
            for number, answer in zip(numbers, gallery.shown, strict=True)
        ]
    text = "\n".join(lines) + "\n"
    write_text(out / "failures.md", text)
    return text


def put_into_page(page: Path, text: str, *, pictures: str) -> None:
    """Put a gallery between the two marks of a page.

    Args:
        page: Markdown with the marks.
        text: what `write_gallery` returned.
        pictures: folder of the picture as the page names it.

    Raises:
        DataError: the page or a mark is missing.
    """
    shown = text.replace(f"]({PICTURE})", f"]({pictures}/{PICTURE})")
    fill_page(page, shown, BEGIN, END, goes=GOES)


def _contradicted(answer: Answer) -> list[Verdict]:
    return [verdict for verdict in answer.claims if verdict.status == "false"]


def _faults(answer: Answer) -> list[str]:
    """Name each contradicted claim once, however often it is made, with what the structure has."""
    said = (f"*{_cell(one.claim.text)}*: {_cell(one.expected)}" for one in _contradicted(answer))
    return list(dict.fromkeys(said))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("*", "\\*")
