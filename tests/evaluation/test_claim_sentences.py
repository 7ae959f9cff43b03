"""Labelled sentences: a draw that can be repeated, labels that are refused, and figures worked out by hand."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path

import pytest
from sklearn.metrics import cohen_kappa_score

from llamo.cli import main
from llamo.errors import DataError, UsageError
from llamo.evaluation.claim_sentences.agreement import (
    check_sentences,
    compare_labellers,
    recall_by_kind,
    references,
    score_checker,
)
from llamo.evaluation.claim_sentences.drawing import (
    SOURCES,
    DrawnSentence,
    draw_sentences,
    split_sentences,
    write_sentences,
)
from llamo.evaluation.claim_sentences.labels import LabelledClaim, read_labels
from llamo.evaluation.claim_sentences.matching import best_overlaps, cohen_kappa, match_spans

ACID = DrawnSentence(
    "gitmol:1:1:aa", "CC(=O)O", "It is a carboxylic acid and a steroid at position 3.", False
)
SALT = DrawnSentence("pcdes:2:1:bb", "CCO", "It contains two rings and an ester.", True)
SENTENCES = [ACID, SALT]
BY_ID = {one.id: one for one in SENTENCES}
FIRST = {
    ACID.id: (
        LabelledClaim("class", 8, 23, "supported"),
        LabelledClaim("class", 30, 37, "contradicted"),
        LabelledClaim("position", 38, 51, "not-checkable"),
    ),
    SALT.id: (LabelledClaim("ring", 12, 21, "contradicted"), LabelledClaim("group", 26, 34, "contradicted")),
}
SECOND = {**FIRST, SALT.id: (LabelledClaim("ring", 12, 21, "supported"),)}


def test_sentences_are_split_where_a_capital_follows():
    text = "It is a C2.  It has 1.5 g, from E. Coli. (R)-Form. Made by X. et al."
    assert split_sentences(text) == [
        "It is a C2.",
        "It has 1.5 g, from E. Coli.",
        "(R)-Form.",
        "Made by X. et al.",
    ]


@pytest.fixture
def captions(tmp_path, monkeypatch) -> Path:
    """Five description files of eight rows of two sentences."""
    folder = tmp_path / "data" / "description"
    folder.mkdir(parents=True)
    for number, source in enumerate(SOURCES):
        rows = [
            f"{'C' * (1 + 8 * number + row)}O\tIt is the alcohol number {row}. It has been made by somebody.\n"
            for row in range(8)
        ]
        (folder / f"{source}.tsv.gz").write_bytes(gzip.compress(("smiles\ttext\n" + "".join(rows)).encode()))
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path / "data"))
    return folder


def test_a_draw_is_stratified_repeatable_and_blind(captions, tmp_path):
    drawn = draw_sentences(40)
    assert drawn == draw_sentences(40) != draw_sentences(40, seed=1)
    assert len({one.id for one in drawn}) == len({one.id.split(":")[1] + one.source for one in drawn}) == 40
    assert [sum(one.source == source for one in drawn) for source in SOURCES] == [8] * 5
    assert sum(one.is_swapped for one in drawn) == 10
    write_sentences(drawn, tmp_path / "work.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "work.jsonl").read_text("utf-8").splitlines()]
    assert {tuple(row) for row in rows} == {("id", "smiles", "sentence")}
    assert [row["id"] for row in rows] == [one.id for one in drawn]


def test_a_swapped_sentence_has_another_molecule(captions):
    for one in draw_sentences(40):
        source, row, _, _ = one.id.split(":")
        own = "C" * (8 * SOURCES.index(source) + int(row)) + "O"
        assert (one.smiles == own) != one.is_swapped


def test_too_many_sentences_and_missing_captions(captions):
    with pytest.raises(DataError, match="only 8 first sentences"):
        draw_sentences(90)
    (captions / "pcdes.tsv.gz").unlink()
    with pytest.raises(DataError, match="pcdes"):
        draw_sentences(10)


def test_captions_do_not_enter_a_repository(captions, tmp_path):
    (tmp_path / "checkout" / ".git").mkdir(parents=True)
    with pytest.raises(UsageError, match="outside"):
        write_sentences(draw_sentences(10), tmp_path / "checkout" / "work.jsonl")


def lines(labels) -> str:
    return "".join(
        json.dumps({"id": name, "claims": [claim._asdict() for claim in claims]}) + "\n"
        for name, claims in labels.items()
    )


def test_labels_come_back(tmp_path):
    (tmp_path / "a.jsonl").write_text(lines(FIRST))
    assert read_labels(tmp_path / "a.jsonl", BY_ID) == FIRST


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no label"),
        (lines({"pcdes:9:1:cc": ()}), "not in the sample"),
        (lines({ACID.id: ()}) * 2, "again"),
        (lines({ACID.id: ()}), "no line for 1 sentences"),
        (lines(FIRST | {SALT.id: (LabelledClaim("smell", 0, 3, "supported"),)}), "smell"),
        (lines(FIRST | {SALT.id: (LabelledClaim("ring", 0, 3, "true"),)}), "verdict 'true'"),
        (lines(FIRST | {SALT.id: (LabelledClaim("ring", 0, 99, "supported"),)}), "span 0 to 99"),
        (lines(FIRST | {SALT.id: (LabelledClaim("ring", 3, 3, "supported"),)}), "span 3 to 3"),
    ],
)
def test_labels_that_are_none(tmp_path, text, said):
    (tmp_path / "a.jsonl").write_text(text)
    with pytest.raises(DataError, match=said):
        read_labels(tmp_path / "a.jsonl", BY_ID)


def test_spans_match_by_half_of_the_shorter_one():
    assert match_spans([(0, 10), (20, 30)], [(4, 12), (12, 20)]) == [(0, 0)]
    assert match_spans([(0, 10), (2, 10)], [(4, 12)]) == [(0, 0)]
    assert match_spans([(0, 10)], [(6, 16)]) == []
    assert best_overlaps([(0, 10), (2, 10), (20, 30)], [(4, 12), (29, 30)]) == [0, 0, 1]


def test_kappa_is_that_of_scikit_learn():
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b"), ("c", "a")]
    assert cohen_kappa(pairs) == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=True)))
    assert cohen_kappa(pairs[:4]) == pytest.approx(0.5)
    assert math.isnan(cohen_kappa([]))
    assert math.isnan(cohen_kappa([("a", "a")]))


def test_the_checker_finds_what_is_there():
    found = check_sentences(SENTENCES)
    assert [(one.kind, one.verdict) for one in found[ACID.id]] == [
        ("group", "supported"),
        ("ring", "contradicted"),
    ]
    assert {one.verdict for one in found[SALT.id]} == {"contradicted"}


def shares(figures, reference: str, group: str = "all") -> dict[str, tuple[int, int]]:
    return {
        one.name: (one.hits, one.n) for one in figures if (one.reference, one.group) == (reference, group)
    }


def test_figures_by_hand():
    checked = {
        ACID.id: (LabelledClaim("class", 5, 23, "supported"), LabelledClaim("ring", 41, 51, "contradicted")),
        SALT.id: (LabelledClaim("ring", 3, 21, "contradicted"), LabelledClaim("ring", 12, 21, "contradicted"),
                  LabelledClaim("count", 0, 2, "supported")),
    }  # fmt: skip
    figures = score_checker(SENTENCES, checked, references([FIRST, SECOND]))
    assert shares(figures, "a") == {
        "found: precision": (3, 4),  # the one on "position 3" is out of scope, "It" is no claim
        "found: recall": (2, 4),
        "supported: precision": (1, 2),
        "supported: recall": (1, 1),
        "contradicted: precision": (2, 2),
        "contradicted: recall": (1, 3),
    }
    assert shares(figures, "a", "another molecule")["found: recall"] == (1, 2)
    assert shares(figures, "b")["contradicted: precision"] == (0, 2)
    agreed = shares(figures, "agreed")  # the rings and the ester are in dispute
    assert agreed["found: precision"] == (1, 2)
    assert agreed["found: recall"] == (1, 2)
    assert recall_by_kind(SENTENCES, checked, references([FIRST])["a"]) == {
        "group": (0, 1), "ring": (1, 1), "class": (1, 2),
    }  # fmt: skip


def test_labellers_against_each_other():
    same = compare_labellers(FIRST, FIRST)
    assert (same.span_f1, same.verdict_kappa, same.n_claims) == (1.0, 1.0, 5)
    other = compare_labellers(FIRST, SECOND)
    assert other.span_f1 == pytest.approx(8 / 9)
    assert other.verdict_kappa < 1


def test_the_command_draws_and_scores(captions, tmp_path, capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as leaving:
            main(["bench", "claims", "--sentences", "--count", "20", *map(str, arguments)])
        return int(leaving.value.code or 0), capsys.readouterr().out

    assert run("--out", tmp_path / "work.jsonl")[0] == 0
    names = [json.loads(line)["id"] for line in (tmp_path / "work.jsonl").read_text("utf-8").splitlines()]
    (tmp_path / "a.jsonl").write_text(lines(dict.fromkeys(names, ())))
    code, out = run("--labels", tmp_path / "a.jsonl", "--labels", tmp_path / "a.jsonl", "--json")
    assert code == 0
    found = json.loads(out)
    assert found["sentences"] == 20
    assert {one["reference"] for one in found["figures"]} == {"a", "b", "agreed"}
    assert "nothing to count" in run("--labels", tmp_path / "a.jsonl")[1]
    assert run()[0] == 2
    assert run("--out", tmp_path / "x.jsonl", "--labels", tmp_path / "a.jsonl")[0] == 2
