"""An attribution as one HTML page: no script, no file from elsewhere, all text escaped."""

from __future__ import annotations

from collections.abc import Iterable

from llamo.assistant.attribution.picture import drawing, legend
from llamo.assistant.attribution.result import Attribution
from llamo.assistant.attribution.words import find_word
from llamo.evaluation.report.markup import Markup, joined, svg_image, tag
from llamo.evaluation.report.page import POLICY
from llamo.evaluation.report.style import STYLE

_STYLE = """
.picture { max-width: 40rem; } .picture img { width: 100%; background: #fff; border-radius: 6px; }
.bars { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr max-content; gap: .25rem .8rem; }
.bar { position: relative; background: var(--soft); min-height: 1rem; }
.bar i { position: absolute; top: 0; bottom: 0; } .above { background: #f08029; } .below { background: #4085d1; }
"""


def page(attribution: Attribution) -> str:
    """Lay the page out: answer, drawing, what each word owes to the graph, levels, motifs."""
    title = f"What the answer rests on: {attribution.smiles}"
    body = tag(
        "body",
        tag("h1", "What the answer rests on"),
        tag("p", tag("code", attribution.smiles)),
        tag("p", f"{attribution.model} was asked: {attribution.question}", class_="note"),
        tag("p", _answer(attribution)),
        _picture(attribution),
        tag("h2", "Words"),
        tag("p", "Log-probability that each word loses when all atoms look average, in nats.", class_="note"),
        bars((word.text, word.graph_effect) for word in attribution.words),
        tag("h2", "Levels"),
        bars((level_name(level), float(weight)) for level, weight in enumerate(attribution.levels)),
        tag("h2", "Motifs"),
        bars(zip(attribution.motif_smiles, map(float, attribution.motifs), strict=True)),
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("title", title),
        tag("style", Markup(STYLE + _STYLE)),
    )
    return "<!doctype html>\n" + tag("html", head, body, lang="en") + "\n"


def level_name(level: int) -> str:
    """Say what a level knows of an atom."""
    if level == 0:
        return "level 0: the atom"
    return f"level {level}: up to {level} bond{'s' if level > 1 else ''} away"


def bars(rows: Iterable[tuple[str, float]]) -> Markup:
    """Draw a bar for every named number, from the middle to the right above 0, to the left below."""
    rows = list(rows)
    if not rows:
        return tag("p", "none", class_="note")
    largest = max(abs(value) for _, value in rows) or 1.0
    return tag("div", [_bar(name, value, value / largest) for name, value in rows], class_="bars")


def _bar(name: str, value: float, share: float) -> Markup:
    length = abs(share) * 50
    left = 50.0 if share >= 0 else 50 - length
    fill = tag(
        "i",
        class_="above" if share >= 0 else "below",
        style=f"left:{left:.1f}%;width:{length:.1f}%",
    )
    return joined([tag("span", name), tag("div", fill, class_="bar"), tag("span", f"{value:+.3f}")])


def _answer(attribution: Attribution) -> Markup:
    """Write the answer with the word marked."""
    answer = attribution.answer
    if attribution.word is None:
        return tag("mark", answer)
    word = find_word(answer, attribution.word)
    return joined([answer[: word.start], tag("mark", word.text), answer[word.end :]])


def _picture(attribution: Attribution) -> Markup:
    svg = drawing(attribution).decode("utf-8")
    told = (
        f"{legend(attribution)}. Unit of the weights: {attribution.unit}. Orange speaks for it, blue against; "
        "the strongest atom has the full colour, however weak it is."
    )
    return tag("figure", svg_image(svg, legend(attribution)), tag("figcaption", told), class_="picture")
