"""A form for raters and its way back: CSV for spreadsheets, or one HTML page with drawings that gives the same CSV.

Nothing in it tells what the validator found or where a conversation comes from. The columns `claims` and `answers` are
empty, to be filled with "supported", "contradicted" or "not-checkable" and with "yes" or "no".
"""

from __future__ import annotations

import csv
import html
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from llamo.chem.drawing import draw_svg
from llamo.chem.reading import read_molecule
from llamo.errors import DataError, UsageError
from llamo.files import replacing
from llamo.studies.instruction_quality.answer_sample import VERDICTS, YES_NO, AnswerToRate

COLUMNS = (*AnswerToRate._fields, "claims", "answers", "note")
CHOICES = {"claims": VERDICTS, "answers": YES_NO}
PAGE = "form.html"


class Rating(NamedTuple):
    """What a rater found; "" where a question of the form was left open.

    Attributes:
        claims: whether the answer's claims agree with the molecule. answers: whether it answers the question.
    """

    asked: AnswerToRate
    claims: str
    answers: str


def write_form(drawn: Sequence[AnswerToRate], path: Path) -> None:
    """Write an empty form: `.csv`, or `.html` for a browser.

    Raises:
        UsageError: the name ends otherwise.
    """
    if path.suffix not in (".csv", ".html"):
        raise UsageError(f"a form is a .csv or a .html, not {path.name!r}; choose one of the two")
    with replacing(path) as temporary:
        if path.suffix == ".html":
            temporary.write_text(_page(drawn), encoding="utf-8")
            return
        with temporary.open("w", encoding="utf-8", newline="") as stream:
            lines = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
            lines.writeheader()
            lines.writerows(one._asdict() for one in drawn)


def read_form(path: Path) -> dict[str, Rating]:
    """Read a filled form, by the id of the answers.

    Raises:
        DataError: the file is missing, lacks a column, has an id twice, another word than those to choose from, or
            nothing at all is filled in.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"form {path} cannot be read ({error}); give the CSV that was filled in") from error
    missing = [name for name in COLUMNS[:-1] if rows and name not in rows[0]]
    if not rows or missing:
        raise DataError(
            f"form {path} has no {missing[0] if missing else 'rows'}; keep the columns of the form"
        )
    ratings = [_rating(row, f"{path} row {number}") for number, row in enumerate(rows, start=1)]
    twice, times = Counter(one.asked.id for one in ratings).most_common(1)[0]
    if times > 1:
        raise DataError(f"form {path} has {twice!r} {times} times; keep one row")
    if not any(one.claims or one.answers for one in ratings):
        raise DataError(f"form {path} is empty; fill in the columns claims and answers")
    return {one.asked.id: one for one in ratings}


def _rating(row: dict[str, str | None], where: str) -> Rating:
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    for name, choices in CHOICES.items():
        values[name] = values[name].lower()
        if values[name] not in ("", *choices):
            raise DataError(
                f"{where}: {name} is {values[name]!r}; expected one of {', '.join(choices)}, or nothing"
            )
    return Rating(
        AnswerToRate(*(values[name] for name in AnswerToRate._fields)), values["claims"], values["answers"]
    )


def sample_file(name: str) -> Path:
    """Return a file of the package's labelled sample: "labels_a.csv" or "labels_b.csv"."""
    return Path(str(files(__package__) / "sample" / name))


def sample_answers() -> list[AnswerToRate]:
    """List the answers of the package's labelled sample, as the first form has them."""
    return [one.asked for one in read_form(sample_file("labels_a.csv")).values()]


def _page(drawn: Sequence[AnswerToRate]) -> str:
    page = (files(__package__) / PAGE).read_text("utf-8")
    return page.replace("<!-- answers -->", "\n".join(map(_section, drawn)))


def _section(one: AnswerToRate) -> str:
    told = {name: html.escape(value) for name, value in one._asdict().items()}
    hidden = " ".join(f'data-{name}="{value}"' for name, value in told.items())
    earlier = f"<p class=earlier>before: {told['earlier']}</p>" if one.earlier else ""
    return (
        f"<section {hidden}>\n{draw_svg(read_molecule(one.molecule)).partition('?>')[2]}\n"
        f"<div><code>{told['molecule']}</code>{earlier}<p class=question>{told['question']}</p>"
        f"<p class=answer>{told['answer']}</p>\n{''.join(_choices(one.id))}</div>\n</section>"
    )


def _choices(name: str) -> Iterator[str]:
    asked = {"claims": "Its claims about the molecule are", "answers": "It answers the question:"}
    for column, choices in CHOICES.items():
        buttons = "".join(
            f'<label><input type=radio name="{column}-{name}" value="{choice}"> {choice}</label>'
            for choice in choices
        )
        yield f"<p>{asked[column]} {buttons}</p>"
