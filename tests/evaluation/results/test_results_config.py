from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from tiny_results import COPY, config, quoted

from llamo.data.recipes import load_recipe
from llamo.errors import ConfigError
from llamo.evaluation.results.config import load_config
from llamo.evaluation.results.quoted import load_quoted

SHIPPED = Path(__file__).parents[3] / "configs" / "results" / "default.yaml"


def write(folder: Path, values: object, name: str = "config.yaml") -> Path:
    (folder / name).write_text(yaml.safe_dump(values))
    return folder / name


def system(**changes: object) -> list[dict[str, object]]:
    return [{"name": "copy", "title": "copy", "command": COPY, **changes}]


def test_the_shipped_files_are_sound():
    """Every data set of the issue is there, its recipe has the sources, and the quoted figures have a table each."""
    shipped = load_config(SHIPPED)
    assert {one.name for one in shipped.datasets} == {
        "chebi20_test", "iupac", "qm9", "forward_reaction", "retrosynthesis", "reagent", "bbbp", "bace",
    }  # fmt: skip
    figures = load_quoted(shipped).figures
    assert {figure.dataset for figure in figures} <= {one.name for one in shipped.datasets}
    recipe = load_recipe(shipped.recipe)
    sources = {(source.name, source.task) for source in recipe.sources}
    for dataset in shipped.datasets:
        for table in filter(None, (dataset.input, dataset.known)):
            assert not isinstance(table.source, str) or (table.source, dataset.task) in sources
    held_back = [one for one in shipped.datasets if one.name not in ("chebi20_test", "bbbp", "bace")]
    assert {one.input.take for one in held_back} == {"validation"}
    assert all(one.known is None or one.known.take == "train" for one in held_back)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"systems": system(command="rm -rf $output $input")}, "begins with `llamo`"),
        (
            {"systems": system(command="llamo baseline copy --in $input --out $outptu")},
            "unknown field $outptu",
        ),
        ({"systems": system(command="llamo baseline copy --in $input")}, "lacks $output"),
        ({"systems": system(before="llamo bank build x --out $made")}, "$made of copy"),
        ({"systems": system(command=f"{COPY} --bank $made")}, "$made of copy"),
        ({"systems": system(before="llamo bank build x --out y")}, "$made of copy"),
        ({"systems": system() + system()}, "two systems of texts have one name"),
        ({"floor": "kopy"}, "the floor 'kopy' is none of"),
        ({"known": None}, "has no table `known`"),
        ({"columns": {"homo": "homo_hartree"}}, "$column in the command"),
        ({"protocol": "bleurt"}, "there is no protocol 'bleurt'"),
        ({"metrics": []}, "datasets.0.metrics"),
        ({"colour": "red"}, "datasets.0.colour: unknown key"),
    ],
)
def test_a_fault_in_a_data_set_is_named(tmp_path, changes, said):
    with pytest.raises(ConfigError, match="results config") as error:
        load_config(write(tmp_path, config(**changes)))
    assert said in str(error.value)


def test_a_speed_of_no_cell_is_refused(tmp_path):
    values = config() | {"speeds": [{"title": "x", "cell": "texts/model/all", "aim": 1}]}
    with pytest.raises(ConfigError, match="texts/model/all, which is no cell"):
        load_config(write(tmp_path, values))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"dataset": "nowhere"}, "no data set of the config"),
        ({"scores": {"bleu-9": 0.1}}, "whose columns are bleu-4, exact"),
        ({"source": "hearsay"}, "unknown source 'hearsay'"),
        ({"scores": {}}, "scores"),
    ],
)
def test_a_quoted_figure_needs_a_source_and_a_place(tmp_path, changes, said):
    values = quoted()
    values["figures"][0].update(changes)
    write(tmp_path, values, "quoted.yaml")
    with pytest.raises(ConfigError) as error:
        load_quoted(load_config(write(tmp_path, config())))
    assert said in str(error.value)
