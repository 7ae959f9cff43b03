"""All tasks by their common form, and a new one added exactly as CONTRIBUTING.md says."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from llamo.data.job_list import make_jobs
from llamo.data.leakage import SAME_MOLECULE, Blocklist
from llamo.data.recipes import Recipe
from llamo.data.records import Record
from llamo.data.row_work import EMPTY, INVALID, Job, Settings, run_job
from llamo.data.sources.rows import (
    LabelRow,
    MoleculeRow,
    PropertyRow,
    ReactionRow,
    RecordRow,
    Row,
    ScalarRow,
    TagsRow,
    TextRow,
)
from llamo.data.tasks.catalogue import TASKS, find_task, tasks_of
from llamo.data.tasks.task import molecule_question, one_turn
from llamo.data.tasks.wording import SkippedRowError
from llamo.errors import UsageError
from llamo.inference.prompts import task_prompt, task_settings

ROOT = Path(__file__).parents[2]
SETTINGS = Settings(seed=0, blocklist=Blocklist(), max_atoms=100)
ROWS: dict[type[Row], Row] = {
    TextRow: TextRow(1, "OCC", "The molecule is a primary alcohol."),
    PropertyRow: PropertyRow(1, "OCC", -0.25, 0.08, 0.33),
    ReactionRow: ReactionRow(1, "OCC.CC(=O)Cl", "c1ccncc1", "CC(=O)OCC"),
    MoleculeRow: MoleculeRow(1, "OCC", "Oc1ccccc1"),
    ScalarRow: ScalarRow(1, "OCC", "esol", "aqueous solubility", 1.1, "log mol/L"),
    LabelRow: LabelRow(1, "OCC", "bbbp", "Does this molecule cross the blood-brain barrier?", True),
    TagsRow: TagsRow(1, "OCC", ("solvent", "Aging")),
}
PAIRS = [(name, row) for name, task in TASKS.items() for row in task.rows]


def ready_made(answer: str, *, task: str = "conversation") -> RecordRow:
    record = one_turn(
        ROWS[TextRow], task, molecule_question("OCC", "What is it?"), answer, source="elsewhere"
    )
    return RecordRow(7, record)


@pytest.mark.parametrize(("name", "row_type"), PAIRS)
def test_each_task_makes_valid_records_that_its_parser_reads(name: str, row_type: type[Row]) -> None:
    outcome = run_job(Job(name, "here", ROWS[row_type]), SETTINGS)
    assert outcome.record is not None, outcome.reason
    assert Record.model_validate_json(outcome.record.model_dump_json()) == outcome.record
    assert outcome.record.id.startswith(f"here:1:{name}")
    assert len(outcome.graphs) == len(outcome.record.molecules) > 0
    answer = outcome.record.messages[-1].text
    read = TASKS[name].parse(answer)
    assert read is not None
    if TASKS[name].answer == "smiles":
        assert read == answer
    if TASKS[name].choices:
        assert answer in TASKS[name].choices


@pytest.mark.parametrize(("name", "row_type"), PAIRS)
def test_prediction_asks_a_question_of_the_training_data(name: str, row_type: type[Row]) -> None:
    """Draw records until one has the wording that prediction uses; so training and use cannot drift apart."""
    task, row = TASKS[name], ROWS[row_type]
    if not task.own_question:
        return
    cell = "OCC.CC(=O)Cl>c1ccncc1>CC(=O)OCC" if task.ask.__module__ != "llamo.data.tasks.task" else "OCC"
    (message,) = task_prompt(name, cell)
    asked = [part.get("text") or part["smiles"] for part in message["content"]]  # type: ignore[attr-defined]
    for seed in range(300):
        outcome = run_job(Job(name, "here", row), Settings(seed=seed, blocklist=Blocklist(), max_atoms=100))
        assert outcome.record is not None
        content = outcome.record.messages[0].model_dump()["content"]
        if asked[-1] == content[-1]["text"] and (cell == "OCC" or len(asked) == len(content)):
            return
    pytest.fail(f"no record asks {asked}")


def test_keys_are_the_names_and_files() -> None:
    for name, task in TASKS.items():
        assert task.name == name
        assert (ROOT / "src/llamo/data/tasks" / f"{name}.py").is_file()
        assert task.metrics
        assert 5 < len(set(task.instructions)) <= 10 or not task.instructions


def test_rows_know_their_tasks() -> None:
    assert tasks_of(ReactionRow) == ("forward_reaction", "retrosynthesis", "reagent")
    assert tasks_of(LabelRow) == ("classification",)
    assert set(tasks_of(RecordRow)) == set(TASKS)


def test_an_unknown_task_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match=r"'captions'.*description, iupac"):
        find_task("captions")


def test_a_row_of_another_kind_is_an_error_not_a_skip() -> None:
    with pytest.raises(TypeError, match="'iupac' makes no records of a PropertyRow"):
        run_job(Job("iupac", "here", ROWS[PropertyRow]), SETTINGS)


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        (
            Job("property", "a", ScalarRow(1, "CCO", "x", "x", float("nan"), "")),
            "target is not a finite number",
        ),
        (Job("iupac", "a", TextRow(1, "CCO", "  ")), "empty name"),
        (Job("iupac", "a", TextRow(1, "C1CC", "propane")), INVALID),
        (Job("tags", "a", TagsRow(1, "", ("solvent",))), EMPTY),
        (Job("conversation", "a", RecordRow(1, ready_made("It is so.").record)), ""),
        (Job("forward_reaction", "a", ready_made("It is an alcohol.")), EMPTY),
    ],
)
def test_bad_rows_have_a_reason(job: Job, reason: str) -> None:
    outcome = run_job(job, SETTINGS)
    assert outcome.reason == reason
    assert (outcome.record is None) == bool(reason)


def test_an_empty_answer_is_skipped_and_never_a_crash() -> None:
    with pytest.raises(SkippedRowError, match="empty answer"):
        one_turn(ROWS[TextRow], "x", molecule_question("C", "What?"), " \n", source="a")


def test_ready_made_records_get_canonical_smiles_and_the_recipe_s_names() -> None:
    outcome = run_job(Job("conversation", "mine", ready_made("It is ethanol.")), SETTINGS)
    assert outcome.record is not None
    assert (outcome.record.id, outcome.record.task) == ("mine:7:conversation", "conversation")
    assert (outcome.record.source, outcome.record.molecules) == ("mine", ["CCO"])


def test_molecules_in_ready_made_answers_are_held_against_the_blocklist() -> None:
    from llamo.chem.reading import connectivity

    blocked = Settings(seed=0, blocklist=Blocklist(frozenset({connectivity("CCOC(C)=O")})), max_atoms=100)
    row = ready_made("The product is CC(=O)OCC.")
    assert run_job(Job("forward_reaction", "mine", row), blocked).reason == SAME_MOLECULE
    outcome = run_job(Job("forward_reaction", "mine", row), SETTINGS)
    assert set(outcome.keys) == {connectivity("CCO"), connectivity("CCOC(C)=O")}


def test_a_task_is_one_file_and_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the example of CONTRIBUTING.md as it stands there: its file, its line, nothing else."""
    section = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("## Add a task")[1].split("\n## ")[0]
    code, line = re.findall(r"```python\n(.*?)```", section, flags=re.DOTALL)
    assert len(code.splitlines()) < 30
    path = tmp_path / "formula.py"
    path.write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("llamo.data.tasks.formula", path)
    assert spec is not None
    assert spec.loader is not None
    formula = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, formula)
    spec.loader.exec_module(formula)
    for name, task in eval(f"{{{line}}}", {"formula": formula}).items():
        monkeypatch.setitem(TASKS, name, task)

    recipe = Recipe.model_validate(
        {
            "name": "tiny",
            "sources": [{"name": "builtin", "layout": "builtin"}],
            "derived": [{"task": "formula", "cap": 3}],
        }
    )
    made = [run_job(job, SETTINGS).record for job in make_jobs(recipe)]
    assert [record.task for record in made if record] == ["formula"] * 3
    outcome = run_job(Job("formula", "here", MoleculeRow(3, "OCC")), SETTINGS)
    assert outcome.record is not None
    assert (outcome.record.id, outcome.record.messages[-1].text) == ("here:3:formula", "C2H6O")
    assert TASKS["formula"].parse("The formula is C2H6O.") == "C2H6O"
    (message,) = task_prompt("formula", "OCC")
    assert message["content"] == [
        {"type": "molecule", "smiles": "CCO"},
        {"type": "text", "text": formula.INSTRUCTIONS[0]},
    ]
    assert task_settings("formula").max_new_tokens == 24
    assert "formula" in tasks_of(MoleculeRow)


def test_the_table_of_tasks_is_complete() -> None:
    rows = {}
    for line in (ROOT / "docs/tasks.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[0].startswith("`"):
            rows[cells[0].strip("`")] = cells
    assert list(rows) == list(TASKS)
    for name, (_, prompt, _, _, metrics) in rows.items():
        assert re.findall(r"[\w-]+", metrics) == list(TASKS[name].metrics)
        assert (TASKS[name].own_question or "") in prompt
