from __future__ import annotations

import json
from pathlib import Path

from llamo.cli.demo import EXAMPLES, _judged


def test_demo_draws_and_tells_facts_from_opinions(llamo, tiny_folder, tmp_path):
    result = llamo("demo", "--model", tiny_folder, "--out", tmp_path / "demo")
    picture = tmp_path / "demo" / "molecules.png"
    assert result.code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert str(picture) in result.out
    assert "\x1b" not in result.out, "plain text when piped"
    for example in EXAMPLES:
        section = result.out.split(f"{example.name}\n")[1]
        assert (
            section.index("EXACT")
            < section.index("formula")
            < section.index("OPINION")
            < section.index("Q: ")
        )
        assert f"Q: {example.question}" in section
        computed = section[: section.index("OPINION")]
        assert f"{example.question} " in computed
        assert "(Computed, not generated.)" in computed
    assert "Is it an acid? Yes" in result.out
    assert "Does it have a stereocentre? Yes" in result.out
    assert "C9H8O4" in result.out
    assert "stereocentres" in result.out


def test_demo_json(llamo, tiny_folder, tmp_path):
    result = llamo("demo", "--model", tiny_folder, "--out", tmp_path, "--json")
    objects = [json.loads(line) for line in result.out.splitlines()]
    assert [item["name"] for item in objects] == [example.name for example in EXAMPLES]
    assert objects[0]["facts"]["formula"] == "C9H8O4"
    assert list(objects[0]) == ["name", "facts", "description", "question", "answer", "claims", "model"]
    assert list(objects[0]["claims"]) == ["description", "answer"]


def test_demo_judges_what_an_answer_claims():
    verdicts = _judged(
        "The molecule is a carboxylic acid with a nitro group.", "Describe it.", EXAMPLES[0].smiles
    )
    assert [verdict["status"] for verdict in verdicts] == ["true", "false"]
    assert [verdict["status"] for verdict in _judged("No.", "Is it an acid?", EXAMPLES[0].smiles)] == [
        "false"
    ]


def test_bench_featurise(llamo, tmp_path):
    (tmp_path / "a.smi").write_text("CCO\nnonsense\nc1ccccc1\n")
    result = llamo("bench", "featurise", "--in", tmp_path / "a.smi", "--json")
    assert result.code == 0
    assert "1 molecules" in result.err
    speed = json.loads(result.out)
    assert speed["molecules"] == 2
    assert speed["llamo"] > 0


def test_bench_encoder(llamo, tmp_path):
    (tmp_path / "a.smi").write_text("CCO\nC\nc1ccccc1\n")
    result = llamo("bench", "encoder", "--in", tmp_path / "a.smi", "--batch-size", "2", "--json")
    assert result.code == 0
    speed = json.loads(result.out)
    assert (speed["molecules"], speed["batch_size"]) == (3, 2)
    assert speed["together"] > 0


def test_study_says_what_is_missing(llamo, tiny_folder, tmp_path):
    result = llamo(
        "study", "graph-control", "--data", tmp_path, "--out", tmp_path / "out", "--model", tiny_folder
    )
    assert result.code == 1
    assert result.err.startswith("error: ")
    assert not (tmp_path / "out").exists()


def test_the_gallery_of_failures_asks_a_real_model(llamo, tiny_folder: str, tmp_path: Path) -> None:
    run = llamo(
        "study",
        "failures",
        "--model",
        tiny_folder,
        "--out",
        tmp_path,
        "--limit",
        "2",
        "--max-new-tokens",
        "8",
        "--json",
    )
    assert run.code == 0, run.err
    assert json.loads(run.out)["molecules"] == 2
    assert (tmp_path / "failures.md").read_text().startswith("- model: ")
