"""The HTML report: one file, everything escaped, every plot that its task has, and what is missing said."""

from __future__ import annotations

import base64
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from golden_scores import FOLDER

from llamo.data.tasks.catalogue import TASKS
from llamo.errors import DataError
from llamo.evaluation.evaluating import compare_files, evaluate_file
from llamo.evaluation.report import ReportOptions, write_report
from llamo.evaluation.report.markup import Markup, shortened, tag

SCRIPT = "<script>alert('x')</script>"
PROPERTIES = ("homo", "lumo", "gap")


class Page(HTMLParser):
    """Collects what a browser would make of a page; complains about elements that do not close."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[str] = []
        self.images: list[str] = []
        self.open: list[str] = []
        self.feed(path.read_text("utf-8"))
        assert not self.open
        self.shown = " ".join(" ".join(self.text).split())

    def handle_starttag(self, name, attributes):
        self.tags.append(name)
        found = dict(attributes)
        assert not {one for one in found if one.startswith("on") or one == "href"}
        if name == "img":
            self.images.append(found["src"])
        if name not in ("img", "meta", "br"):
            self.open.append(name)

    def handle_endtag(self, name):
        assert self.open.pop() == name

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text.append(data)

    def captions_of_plots(self) -> str:
        return self.shown.split("Plots", 1)[1].split("Samples", 1)[0]


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps({"error": ""} | row) + "\n" for row in rows), "utf-8")
    return path


def report_of(path: Path, task: str, protocol: str = "strict", **options) -> Page:
    out = path.with_suffix(".html")
    write_report(evaluate_file(path, task, protocol, resamples=5), out, ReportOptions(**options))
    return Page(out)


def assert_stands_alone(page: Page) -> None:
    """Pictures are inside, each a sound SVG without scripts; nothing is fetched from anywhere."""
    assert not {"script", "link", "iframe", "object", "base", "form"} & set(page.tags)
    for source in page.images:
        kind, data = source.split(",", 1)
        assert kind == "data:image/svg+xml;base64"
        svg = ElementTree.fromstring(base64.b64decode(data))
        assert svg.tag.endswith("}svg")
        for element in svg.iter():
            assert not element.tag.endswith("}script")
            links = [value for name, value in element.attrib.items() if name.endswith("href")]
            assert all(link.startswith(("#", "data:image/png;base64,")) for link in links)


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_a_report_that_stands_alone(task, tmp_path, monkeypatch):
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))  # without WordNet: refusals are shown
    source = tmp_path / f"{task}.jsonl"
    source.write_bytes((FOLDER / f"{task}.jsonl").read_bytes())
    page = report_of(source, task, command="llamo evaluate ...")
    assert_stands_alone(page)
    found = evaluate_file(source, task, resamples=5)
    for metric in found.metrics:
        assert metric.name in page.shown
    for one in found.refused:
        assert " ".join(one.reason.split()) in page.shown
    for said in (
        found.rows.sha256,
        "llamo evaluate ...",
        "protocol strict",
        "with an error",
        "Distribution of",
    ):
        assert said in page.shown
    raw = source.with_suffix(".html").read_text("utf-8")
    outside = re.findall(r"""(?:src|href)=(?!"data:)\S+|url\([^)]*\)|@import|https?://""", raw)
    assert not outside


def test_text_of_files_is_never_markup(tmp_path):
    """In predictions, references, errors, ids, properties, questions, molecules, the record and the file's own name."""
    rows = [
        {
            "smiles": SCRIPT,
            "prediction": f"0.1 {SCRIPT}",
            "reference": "0.2",
            "property": SCRIPT,
            "id": SCRIPT,
        },
        {"smiles": "CCO", "prediction": "0.1", "reference": "0.3", "property": SCRIPT, "id": "</td>"},
        {
            "smiles": "CC",
            "prediction": "",
            "reference": "0.3",
            "property": SCRIPT,
            "id": "\x00",
            "error": SCRIPT,
        },
    ]
    path = write(
        tmp_path / "a<img src=x onerror=alert(1)>.jsonl",
        [row | {SCRIPT: SCRIPT, "question": SCRIPT} for row in rows],
    )
    (tmp_path / f"{path.name}.predict.json").write_text(
        json.dumps({"model": SCRIPT, "versions": {SCRIPT: SCRIPT}})
    )
    page = report_of(path, "property", command=SCRIPT)
    assert_stands_alone(page)
    assert page.shown.count("<script>") >= 8
    assert "<script" not in path.with_suffix(".html").read_text("utf-8")
    assert "\x00" not in path.with_suffix(".html").read_text("utf-8")


def test_a_column_of_script_name_can_hold_the_molecules(tmp_path):
    path = write(tmp_path / "p.jsonl", [{SCRIPT: "CCO", "prediction": "C", "reference": "C"}])
    (tmp_path / "p.jsonl.predict.json").write_text(
        json.dumps({"smiles_column": SCRIPT, "question_column": SCRIPT})
    )
    assert_stands_alone(report_of(path, "forward_reaction"))


def test_several_properties_in_one_file_have_their_units_and_plots(tmp_path):
    rng = np.random.default_rng(0)
    rows = [
        {
            "smiles": "C" * (1 + i % 7),
            "property": name,
            "reference": f"{(true := rng.normal(place)):.4f}",
            "prediction": "1e300"
            if i == 3
            else "unknown"
            if i == 4
            else f"{true + rng.normal(0, 0.1):.4f} Ha",
        }
        for place, name in enumerate(PROPERTIES)
        for i in range(30)
    ]
    page = report_of(write(tmp_path / "p.jsonl", rows), "property")
    for name in PROPERTIES:
        assert re.search(rf"mae \({name}\) [\d.]+ [\d.]+ to [\d.]+ Hartree all, 30 lower", page.shown)
        assert (
            f"{name}: predicted against reference, and residuals; 28 of 30 samples; 1 without a number"
            in page.shown
        )
    assert "Absolute error against heavy atoms, 90 samples." in page.captions_of_plots()
    assert len(page.images) > 2 + len(PROPERTIES)
    mixed = rows[:30] + [row | {"property": "esol"} for row in rows[30:60]]
    page = report_of(write(tmp_path / "mixed.jsonl", mixed), "property")
    assert re.search(r"mae \(esol\) [\d.]+ [\d.]+ to [\d.]+ log mol/L", page.shown)
    assert "over the standard deviation of its property" in page.shown


def test_classification_has_roc_and_reliability_where_there_are_scores(tmp_path):
    rows = [
        {"smiles": "CCO", "prediction": "Yes", "score": (i % 10) / 10, "reference": "Yes" if i % 3 else "No"}
        for i in range(40)
    ]
    page = report_of(write(tmp_path / "p.jsonl", rows), "classification")
    assert "ROC curve and reliability" in page.captions_of_plots()
    assert "40 of 40 samples" in page.captions_of_plots()
    assert "probability of the true answer" in page.shown
    page = report_of(
        write(tmp_path / "q.jsonl", [row | {"reference": "Yes"} for row in rows]), "classification"
    )
    assert "not drawn, since there are not samples of both classes" in page.shown
    bare = [{name: value for name, value in row.items() if name != "score"} for row in rows]
    page = report_of(write(tmp_path / "r.jsonl", bare), "classification")
    assert "ROC" not in page.captions_of_plots()
    assert "auroc it needs a score a row" in page.shown


def test_similarity_from_the_file_from_a_table_or_said_to_be_missing(tmp_path, llamo):
    rows = [
        {"smiles": smiles, "prediction": "C", "reference": "C"} for smiles in ("CCO", "CCN", "c1ccccc1", "?")
    ]
    path = write(tmp_path / "p.jsonl", rows)
    page = report_of(path, "forward_reaction")
    assert "The similarity to the training data is not known: give the bank" in page.captions_of_plots()
    table = tmp_path / "train.csv"
    table.write_text("smiles,text\nCCO,a\nnonsense,b\n")
    page = report_of(path, "forward_reaction", bank=table)
    assert "against similarity to the training data, 3 samples; 1 without either" in page.captions_of_plots()
    assert "similarity to the training data 1.0000" in page.shown
    assert (
        llamo("bank", "build", table, "--out", tmp_path / "bank", "--no-blocklist", "--skip-bad-rows").code
        == 0
    )
    assert (
        "similarity to the training data 1.0000"
        in report_of(path, "forward_reaction", bank=tmp_path / "bank").shown
    )
    page = report_of(
        write(tmp_path / "q.jsonl", [row | {"similarity": 0.25} for row in rows]), "forward_reaction"
    )
    assert "training data, 4 samples." in page.captions_of_plots()
    with pytest.raises(DataError, match="--bank"):
        table.write_text("smiles\nnonsense\n")
        report_of(path, "forward_reaction", bank=table)


def test_the_gallery_is_bounded_and_shows_worst_median_best_and_unanswered(tmp_path):
    rows: list[dict[str, object]] = [
        {"smiles": "C" * (i + 1), "prediction": "C" * (i + 1), "reference": "C" * 30, "id": f"row-{i}"}
        for i in range(30)
    ]
    rows += [
        {"smiles": "C", "prediction": "", "reference": "C", "error": f"why {i}", "id": f"e-{i}"}
        for i in range(9)
    ]
    rows.append({"smiles": "C" * 400, "prediction": "x" * 9000, "reference": "C", "id": "large"})
    page = report_of(write(tmp_path / "p.jsonl", rows), "forward_reaction", gallery=2)
    assert page.tags.count("article") == 8
    samples = page.shown.split("Samples", 1)[1]
    no_answer, worst, middle, best = re.split(r"Worst|Around the median|Best", samples)
    assert "Without an answer: 2 of 9" in no_answer
    assert "why 0" in no_answer
    assert "id row-0" in worst
    assert "id row-29" in best
    assert "row-29" not in middle
    assert "400 heavy atoms, too large to draw" in samples
    assert "(9,000 characters)" in samples


def test_where_the_answers_come_from(tmp_path):
    path = write(tmp_path / "p.jsonl", [{"smiles": "C", "prediction": "C", "reference": "C"}])
    assert "There is no record beside the file" in report_of(path, "forward_reaction").shown
    record = {"model": "a-model", "model_sha256": "0123abc", "output_sha256": "other", "view": "graph"}
    (tmp_path / "p.jsonl.predict.json").write_text(json.dumps(record))
    page = report_of(path, "forward_reaction")
    assert "model a-model model_sha256 0123abc view graph" in page.shown
    assert "was changed after its record was written" in page.shown


def test_two_files_show_their_differences_and_the_samples_that_make_them(tmp_path):
    rows = [{"smiles": "C", "prediction": "CCO", "reference": "CCO", "id": str(i)} for i in range(6)]
    worse = [row | {"prediction": "CCN" if int(str(row["id"])) < 4 else f"CCO {SCRIPT}"} for row in rows]
    worse[0]["prediction"] = "not readable"
    first, second = write(tmp_path / "a.jsonl", rows), write(tmp_path / "b.jsonl", worse)
    for protocol in ("strict", "llamo-official"):
        out = tmp_path / f"{protocol}.html"
        write_report(compare_files(first, second, "forward_reaction", protocol, resamples=20), out)
        page = Page(out)
        assert_stands_alone(page)
        assert "Against b.jsonl" in page.shown
        assert re.search(r"exact 1.0000 0\.\d{4} \+0\.\d{4}", page.shown)
        assert "The first is better on 4 samples; most on these Row 1, id 0" in page.shown
        assert "other prediction not readable" in page.shown
        assert "The second is better on 0 samples" in page.shown


def test_the_same_file_gives_the_same_report(tmp_path):
    path = write(
        tmp_path / "p.jsonl",
        [{"smiles": "C" * i, "prediction": "C", "reference": "CC"} for i in range(1, 30)],
    )
    found = evaluate_file(path, "forward_reaction", resamples=5)
    for name in ("a.html", "b.html"):
        write_report(found, tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_many_rows_make_no_large_report(tmp_path):
    rng = np.random.default_rng(0)
    rows = [
        {"property": "homo", "smiles": "C", "prediction": f"{a}", "reference": f"{b}"}
        for a, b in rng.normal(size=(5000, 2))
    ]
    report_of(write(tmp_path / "p.jsonl", rows), "property")
    assert (tmp_path / "p.html").stat().st_size < 1_000_000


def test_command(llamo, tmp_path):
    path = write(tmp_path / "p.jsonl", [{"smiles": "CCO", "prediction": "CCO", "reference": "CCO"}])
    out = tmp_path / "new" / "report.html"
    result = llamo(
        "evaluate", path, "--task", "forward_reaction", "--html", out, "--json", tmp_path / "s.json"
    )
    assert result.code == 0
    assert "exact" in result.out
    assert_stands_alone(Page(out))
    for options, code, said in (
        (("--bank", path), 2, "--html"),
        (("--bank", tmp_path / "none", "--html", out), 1, "--bank"),
        (("--gallery", "0", "--html", out), 2, "--gallery"),
        (("--html", path / "report.html"), 1, "cannot write"),
    ):
        result = llamo("evaluate", path, "--task", "forward_reaction", *options)
        assert (result.code, said in result.err) == (code, True), result.err


def test_markup_escapes_what_is_not_markup():
    assert tag("p", "a < b & c", class_='"') == '<p class="&quot;">a &lt; b &amp; c</p>'
    assert tag("p", [tag("b", "x"), None, Markup("<i>")]) == "<p><b>x</b><i></p>"
    assert shortened("a" * 12, 10) == "a" * 10 + " ... (12 characters)"
