from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from llamo.data.mixture_weights import recipe_mixture
from llamo.data.prepare import prepare
from llamo.data.recipes import PretrainingRecipe, Recipe, load_recipe
from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.errors import ConfigError, DataError

CONFIGS = Path(__file__).parents[2] / "configs" / "data"


SHIPPED = sorted(CONFIGS.glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_recipes_are_valid(path: Path) -> None:
    recipe = load_recipe(path)
    assert recipe.name == path.stem.replace("-", "_")
    assert isinstance(recipe, PretrainingRecipe if path.stem == "pretrain" else Recipe)
    if path.stem != "smoke":
        assert "heldout_connectivity.txt.gz" in recipe.blocklist_files


def test_recipes_ship_for_the_default_model_the_paper_and_a_smoke_run() -> None:
    names = {path.stem for path in SHIPPED}
    assert names >= {"default", "pretrain", "smoke", "paper-generalist"}
    tasks = {entry.task for entry in load_recipe(CONFIGS / "paper-generalist.yaml").sources}
    assert tasks == {"description", "iupac", "property", "forward_reaction", "retrosynthesis", "conversation"}
    specialists = {name.removeprefix("paper-specialist-") for name in names if "specialist" in name}
    assert specialists == {
        "description",
        "iupac",
        "property",
        "forward-reaction",
        "retrosynthesis",
        "reagent",
    }


PAIRS = [
    ("CCO", "The molecule is a primary alcohol."),
    ("CCCCN", "The molecule is a primary amine, an amphiphile."),
]
ENTRIES = {  # input and output of a training and of a test entry
    "property_prediction": [("CCC", "-0.3"), ("CCCCC", "-0.2")],
    "forward_reaction_prediction": [("CC(=O)Cl.OC", "COC(C)=O"), ("CC(=O)Cl.OCCC", "CCCOC(C)=O")],
    "retrosynthesis": [("CCOC(C)=O", "CC(=O)Cl.CCO"), ("CCCCOC(C)=O", "CC(=O)Cl.CCCCO")],
    "reagent_prediction": [("CO>>C[O-]", "[Na+].[OH-]"), ("CCO>>CC[O-]", "[Na+].[OH-]")],
}


def small_file(name: str) -> bytes:
    """Write a file of the name a recipe expects, with a few rows in its layout."""
    stem = Path(name).name.split(".")[0]
    if stem in ENTRIES:
        entries = [
            {
                "instruction": "What is the HOMO energy?",
                "input": given,
                "output": output,
                "metadata": {"split": part},
            }
            for part, (given, output) in zip(("train", "test"), ENTRIES[stem], strict=True)
        ]
        return json.dumps(entries).encode()
    if stem == "generated":
        question = [MoleculePart(smiles="CCCO"), TextPart(text="What is it?")]
        messages = exchange(question, "It is an alcohol.")
        record = Record(id="a", task="conversation", source="a", split="train", messages=messages)
        return record.model_dump_json().encode()
    if stem == "heldout_connectivity":
        return b"BSYNRYMUTXBXSQ\n"
    odd = "validation" in stem
    rows = [f"{'C' * (3 * odd)}{smiles}\t{text}" for smiles, text in PAIRS]
    return "\n".join(["smiles\ttext", *rows]).encode()


@pytest.mark.parametrize(
    "path", [path for path in SHIPPED if "paper" in path.stem], ids=lambda path: path.stem
)
def test_the_papers_recipes_run_on_files_of_their_layout(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    recipe = load_recipe(path)
    with pytest.raises(DataError, match="is missing: expected at"):
        prepare(recipe, tmp_path / "out", workers=1)
    for name in [*recipe.blocklist_files, *(entry.file for entry in recipe.sources if entry.file)]:
        content = small_file(name)
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    report = prepare(recipe, tmp_path / "out", workers=1)
    assert report.drawn.total() == report.kept.total() + report.removed.total()
    made = {source for _, source, _ in report.kept}
    expected = {entry.name for entry in recipe.sources if entry.split != "test" and entry.task}
    if (
        path.stem == "paper-specialist-description"
    ):  # its training molecules are those of the test file written here
        expected -= {"chebi20"}
    assert made == expected


def test_pretraining_holds_back_what_the_default_recipe_holds_back() -> None:
    """The same files with the same caps, so that the same rows are drawn."""
    held_back = [
        {
            (entry.name, entry.file, entry.cap)
            for entry in load_recipe(CONFIGS / name).sources
            if entry.split != "by_molecule"
        }
        for name in ("default.yaml", "pretrain.yaml")
    ]
    assert held_back[0] == held_back[1]
    assert len(held_back[0]) == 8


SOURCE = "{name: a, layout: description, file: a.tsv, task: description}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"name: x\nsede: 1\nsources: [{SOURCE}]", "sede: unknown key"),
        (
            "name: x\nsources: [{name: a, layout: qm9, file: a.tsv, capp: 3}]",
            r"sources\.0\.capp: unknown key",
        ),
        ("name: x\nsources: [{name: a, layout: qm9, file: a.tsv, task: iupac}]", "'qm9' has no task 'iupac'"),
        ("name: x\nsources: [{name: a, layout: qm9}]", "needs a `file`"),
        ("name: x\nsources: [{name: a, layout: huggingface}]", "needs a `dataset`"),
        (
            "name: x\nsources: [{name: a, layout: qm10, file: a}]",
            "unknown layout 'qm10'; choose one of description,",
        ),
        (
            "name: x\nsources: [{name: a, layout: qm9, file: a, only: {}, part: test}]",
            "does not read `only`, `part`",
        ),
        ("name: x\nsources: [{name: a, layout: table, file: a, task: property}]", "needs a `phrase`"),
        ("name: x\nsources: [{name: a, layout: table, file: a, task: classification}]", "needs a `question`"),
        (
            "name: x\nsources: [{name: a, layout: builtin, fetch: {url: 'http://a', size: 1, sha256: a}}]",
            r"sources\.0\.fetch\.sha256",
        ),
        (f"name: x\nsources: [{SOURCE}]\non_bad_row: ignore", "on_bad_row"),
        (f"name: x\nsources: [{SOURCE}, {SOURCE}]", "stands in the recipe twice"),
        (f"name: x\nsources: [{SOURCE}]\nderived: [{{task: facts, sources: [b]}}]", "unknown sources b"),
        (f"name: x\nsources: [{SOURCE}]\nvalidation_permille: 1001", "validation_permille"),
        ("name: x\nsources: [", "not valid YAML"),
        ("just text", "not a mapping"),
        (f"name: x\nkind: pretrain\nsources: [{SOURCE}]", "pretraining"),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message) as caught:
        load_recipe(path)
    assert "recipe.yaml" in str(caught.value)


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml cannot be read"):
        load_recipe(tmp_path / "none.yaml")


def test_weights_become_the_mixture_where_training_names_none() -> None:
    sources = [
        {"name": "a", "task": "iupac", "weight": 3.0},
        {"name": "a", "task": "description", "weight": 1.0},
    ]
    derived = [{"task": "facts", "weight": 0.5}]
    kept = {"train": {"a": {"iupac": 10, "description": 20, "facts": 8}}, "validation": {"a": {"iupac": 99}}}
    manifest = {"recipe": {"sources": sources, "derived": derived}, "counts": {"kept": kept}}
    assert recipe_mixture(manifest) == {"iupac/a": 30.0, "description/a": 20.0, "facts/a": 4.0}
    even = [{**source, "weight": 1.0} for source in sources]
    assert recipe_mixture({"recipe": {"sources": even}, "counts": {"kept": kept}}) == {}
    assert recipe_mixture({}) == {}
