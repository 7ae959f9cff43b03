"""The study of checked answers: who is asked, what is counted, and the command from end to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llamo.cli import main
from llamo.errors import DataError
from llamo.evaluation.proportions import wilson_interval
from llamo.evaluation.text_resources import TextResources, words
from llamo.inference.reranking import Candidate
from llamo.studies.checked_answers.answering import Pair
from llamo.studies.checked_answers.choosing import HeldOut, choose_held_out
from llamo.studies.checked_answers.reporting import compare, markdown
from llamo.testing.tiny import tiny_model


def pair(number: int, source: str, raw: Candidate, checked: Candidate) -> Pair:
    asked = HeldOut(f"{source}:{number}", source, "CCO", [], "It is an alcohol.")
    return Pair(asked, raw, checked, 1 if raw == checked else 3, 1.0, 1.5 if raw == checked else 4.0)


GOOD, BAD = Candidate("It is an alcohol.", 1, 0), Candidate("It is a steroid.", 0, 1)


def test_figures_by_hand():
    pairs = [
        pair(0, "a", GOOD, GOOD),
        pair(1, "a", BAD, GOOD),
        pair(2, "b", BAD, BAD),
        pair(3, "b", GOOD, GOOD),
    ]
    rows = {(row.group, row.name): row for row in compare(pairs, TextResources(words))}
    claims = rows["all", "contradicted claims"]
    assert (claims.raw.value, claims.checked.value, claims.difference.value) == (0.5, 0.25, -0.25)
    assert claims.difference.high <= 0
    assert rows["a", "contradicted claims"].checked == wilson_interval(
        0, 2
    )  # no resample differs: no certainty
    assert rows["all", "seconds a molecule"].difference.value == pytest.approx((0.5 + 3 + 0.5 + 0.5) / 4)
    assert rows["all", "bleu-2"].raw.value < rows["all", "bleu-2"].checked.value < 1
    table = markdown(list(rows.values()), pairs, {"samples": 8})
    assert "| all | contradicted claims | 0.500 [" in table
    assert "1 answers were contradicted and asked for again, 1 of them were replaced" in table


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Shards with held-out descriptions of two sources, and a tiny model."""
    place = tmp_path_factory.mktemp("checked")
    for name, ends in (("few", ("O",)), ("many", ("N", "C(=O)O"))):
        rows = [
            f"{'C' * n}{end}\tIt is number {n} of a list of molecules.\n" for n in range(1, 8) for end in ends
        ]
        (place / f"{name}.tsv").write_text("smiles\ttext\n" + "".join(rows))
    lines = [
        f"  - {{name: {name}, layout: description, file: {place}/{name}.tsv, task: description, split: validation}}\n"
        for name in ("few", "many")
    ]
    (place / "recipe.yaml").write_text(f"name: tiny\nseed: 0\nsources:\n{''.join(lines)}")
    with pytest.raises(SystemExit) as leaving:
        main(["prepare", str(place / "recipe.yaml"), "--out", str(place / "shards"), "--workers", "1"])
    assert not leaving.value.code
    model, processor = tiny_model()
    model.save_pretrained(place / "tiny")
    processor.save_pretrained(place / "tiny")
    return place


def test_the_first_source_is_preferred(folder: Path):
    chosen = choose_held_out(folder / "shards", 10, sources=("few", "many"))
    assert [one.source for one in chosen].count("few") == 7
    assert len(chosen) == 10
    assert chosen == choose_held_out(folder / "shards", 10, sources=("few", "many"))
    assert chosen[0].conversation[0]["content"][0] == {"type": "molecule", "smiles": chosen[0].smiles}
    with pytest.raises(DataError, match="0 validation descriptions of none"):
        choose_held_out(folder / "shards", 10, sources=("none",))


def test_the_command_goes_on_where_it_was(folder: Path, tmp_path: Path, capfd):
    def run(limit: int) -> str:
        with pytest.raises(SystemExit) as leaving:
            main([
                "study", "checked-answers", "--data", str(folder / "shards"), "--out", str(tmp_path), "--model",
                str(folder / "tiny"), "--max-new-tokens", "4", "--limit", str(limit), "--source", "few",
                "--protocol", "strict", "--samples", "2", "--json",
            ])  # fmt: skip
        captured = capfd.readouterr()
        assert not leaving.value.code, captured.err
        return captured.out

    assert json.loads(run(3))["samples"] == 2
    first = (tmp_path / "answers.jsonl").read_text("utf-8").splitlines()
    figures = json.loads(run(5))["figures"]
    later = (tmp_path / "answers.jsonl").read_text("utf-8").splitlines()
    assert set(first) <= set(later)
    assert len(later) == 1 + 5
    assert {row["n"] for row in figures} == {5}
    for kind in ("raw", "checked"):
        rows = (tmp_path / f"{kind}.predictions.jsonl").read_text("utf-8").splitlines()
        assert len(rows) == 5
        assert {"smiles", "prediction", "reference", "error"} <= set(json.loads(rows[0]))
