"""The common frame: overrides, cells that resume, verdicts, reports and pages."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from llamo.errors import ConfigError, DataError, UsageError
from llamo.evaluation.bootstrap import Interval
from llamo.studies.frame.charts import Bar, Chart, Line, Panel, Points, draw
from llamo.studies.frame.findings import Findings, Table, judge, judge_all, judge_below
from llamo.studies.frame.results import Results, Row
from llamo.studies.frame.running import Request, open_log, run_study
from llamo.studies.frame.study import Bench, Cell, Study, StudySettings, Tier
from llamo.studies.frame.writing import BEGIN, END, write_page


class Settings(StudySettings):
    weight: float = 1.0
    places: int = 2


def conclude(results: Results, settings: Settings) -> Findings:
    double, plain = (results.where(ablation=name).interval("y") for name in ("double", "plain"))
    line = Line("y", [0, 1], [Interval(1.0, 0.5, 1.5), 2.0])
    return Findings(
        judge(results.interval("y")),
        f"double weighs {double}, plain {plain}",
        done=[f"{settings.places} places"],
        tables=[Table("What came out", ["place", "y"], [[0, Interval(1.0, 0.5, 1.5)], [1, None]])],
        charts=[
            Chart(
                "toy", "A toy.", [Panel("a", [line], log_y=True), Panel("b", points=[Points("p", [1], [2])])]
            )
        ],
        notes=["It is a toy."],
    )


def toy(
    measured: list[str], ablations: dict[str, Sequence[str]] | None = None, **changes: object
) -> Study[Settings]:
    def measure(bench: Bench[Settings]) -> list[Row]:
        measured.append(bench.cell.key)
        place = int(str(bench.cell.labels["place"]))
        return [{"table": "values", "y": bench.settings.weight * (1 + place + bench.cell.seed)}]

    return Study(
        "toy", "Toys weigh something.", Settings,
        {"plain": (), "double": ("weight=2",)} if ablations is None else ablations,
        (Tier(0, ("places=1", "seeds=1")), Tier(5, ("seeds=2",)), Tier(60, ())),
        lambda settings: [{"place": place} for place in range(settings.places)],
        changes.get("measure", measure), conclude,
    )  # fmt: skip


def test_a_budget_buys_the_largest_tier_below_it_and_overrides_stack() -> None:
    study = toy([])
    assert [study.tier(minutes).minutes for minutes in (-1, 0, 4.9, 5, 59, 1e6)] == [0, 0, 0, 5, 5, 60]
    assert study.configure(("seeds=2", "weight=3"), ("weight=2",)) == Settings(seeds=2, weight=2.0)
    with pytest.raises(ConfigError, match=r"study toy: wieght: unknown key"):
        study.configure(("wieght=2",))
    with pytest.raises(UsageError, match=r"no ablation 'triple'; choose one of plain, double"):
        study.choose_ablations(["triple"])


def test_an_ablation_is_one_entry(tmp_path: Path) -> None:
    ablations = {"plain": (), "double": ("weight=2",), "heavy": ("weight=10", "places=1")}
    report = run_study(toy([], ablations), tmp_path, Request(minutes=0))
    assert [row["y"] for row in report.results.rows] == [1.0, 2.0, 10.0]
    assert [row["ablation"] for row in report.results.rows] == list(ablations)


def test_finished_cells_are_not_measured_again(tmp_path: Path) -> None:
    measured: list[str] = []

    def fails_at_the_third(bench: Bench[Settings]) -> list[Row]:
        if len(measured) == 2:
            raise KeyboardInterrupt
        measured.append(bench.cell.key)
        return [{"table": "values", "y": float(len(measured))}]

    with pytest.raises(KeyboardInterrupt):
        run_study(toy(measured, measure=fails_at_the_third), tmp_path, Request(minutes=5))
    assert not (tmp_path / "toy.json").exists()
    first = list(measured)
    with (tmp_path / "cells.jsonl").open("ab") as file:
        file.write(b'{"cell": "torn')
    report = run_study(toy(measured), tmp_path, Request(minutes=5))
    assert len(measured) == len(set(measured)) == 8
    assert measured[:2] == first
    assert [row["y"] for row in report.results.rows[:2]] == [1.0, 2.0]
    other = run_study(
        toy(measured), tmp_path, Request(minutes=5, overrides=("weight=7",), ablations=("plain",))
    )
    assert len(measured) == 12, "another weight is another cell"
    assert {row["y"] for row in other.results.rows} == {7.0, 14.0, 21.0}


def test_later_seeds_are_left_out_when_the_budget_is_used_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 100_000, 1000))
    monkeypatch.setattr("llamo.studies.frame.running.work_seconds", lambda: next(clock))
    report = run_study(toy([]), tmp_path, Request(minutes=5))
    assert {row["seed"] for row in report.results.rows} == {0}
    assert report.made_of["cells_left_out"] == 4
    assert "4 left out for want of time" in (tmp_path / "toy.md").read_text()


def test_a_seed_that_is_begun_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a seed pairs with nothing: what is late is decided at its first cell."""
    measured: list[str] = []
    monkeypatch.setattr(
        "llamo.studies.frame.running.work_seconds",
        lambda: 1e6 if any("1" in key for key in measured) else 0.0,
    )

    def measure(bench: Bench[Settings]) -> list[Row]:
        measured.append(str(bench.cell.seed))
        return [{"table": "values", "y": 1.0}]

    report = run_study(toy([], measure=measure), tmp_path, Request(minutes=5, overrides=("seeds=3",)))
    cells = [row["seed"] for row in report.results.rows]
    assert set(cells) == {0, 1}
    assert cells.count(1) == cells.count(0) > 1


def test_outputs_say_the_same(tmp_path: Path) -> None:
    report = run_study(toy([]), tmp_path, Request(minutes=5))
    summary = json.loads((tmp_path / "toy.json").read_text())
    text = (tmp_path / "toy.md").read_text()
    assert summary["verdict"] == report.findings.verdict == "supported"
    assert f"**Supported**: {report.findings.reason}" in text
    assert summary["settings"] == {"seeds": 2, "weight": 1.0, "places": 2}
    assert summary["ablations"] == {"plain": [], "double": ["weight=2"]}
    rows = list(csv.DictReader((tmp_path / "toy.values.csv").open()))
    assert [float(row["y"]) for row in rows] == [row["y"] for row in report.results.rows]
    assert "| 0 | 1.000 [0.500, 1.500] |\n| 1 | - |" in text
    assert (tmp_path / "toy.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "toy.svg").read_text()


def test_a_page_keeps_what_people_wrote(tmp_path: Path) -> None:
    report = run_study(toy([]), tmp_path, Request(minutes=0))
    page = tmp_path / "docs" / "toy.md"
    page.parent.mkdir()
    page.write_text(f"# Toy\n\nBy hand.\n\n{BEGIN}\nold\n{END}\n\nAlso by hand.\n")
    for _ in range(2):
        write_page(page, report.findings, claim="Toys weigh something.", made_of=report.made_of)
    text = page.read_text()
    assert text.startswith("# Toy\n\nBy hand.\n")
    assert text.endswith(f"{END}\n\nAlso by hand.\n")
    assert "old" not in text
    assert "](figures/toy.png)" in text
    assert (page.parent / "figures" / "toy.svg").is_file()
    page.write_text("no markers")
    with pytest.raises(DataError, match="has not the two lines"):
        write_page(page, report.findings, claim="", made_of={})


@pytest.mark.parametrize(
    ("interval", "verdict"),
    [
        (Interval(1.0, 0.1, 2.0), "supported"),
        (Interval(-1.0, -2.0, -0.1), "not supported"),
        (Interval(0.5, -0.1, 1.0), "cannot tell"),
        (Interval(1.0, 1.0, 1.0), "cannot tell"),
        (None, "cannot tell"),
    ],
)
def test_a_verdict_needs_the_whole_interval(interval: Interval | None, verdict: str) -> None:
    assert judge(interval) == verdict


def test_a_claim_needs_all_its_parts() -> None:
    assert judge_all(["supported", "supported"]) == "supported"
    assert judge_all(["supported", "cannot tell"]) == "cannot tell"
    assert judge_all(["supported", "not supported", "cannot tell"]) == "not supported"
    assert judge_all([]) == "cannot tell"
    assert judge_below(Interval(0.1, 0.05, 0.15), 0.2) == "supported"
    assert judge_below(Interval(0.3, 0.25, 0.35), 0.2) == "not supported"
    assert judge_below(None) == "cannot tell"


def test_cells_are_named_by_what_files_hold(tmp_path: Path) -> None:
    class OfTable(StudySettings):
        table: Path | None = None

    def key(table: Path | None) -> str:
        return Bench(Cell("plain", 0), OfTable(table=table), tmp_path).key

    first, second, folder = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "shards"
    first.write_text("CCO")
    second.write_text("CCO")
    assert key(first) == key(second) != key(None)
    second.write_text("CCN")
    assert key(first) != key(second)
    folder.mkdir()
    missing = key(folder)
    (folder / "manifest.json").write_text("{}")
    assert len({missing, key(folder), key(first)}) == 3


def test_a_log_is_refused_where_it_is_another_thing(tmp_path: Path) -> None:
    path = tmp_path / "cells.jsonl"
    with open_log(path, {"study": "a"}) as log:
        log.add({"k": {"rows": [{"table": "t", "y": 1.0}], "seconds": 0.5}})
        with pytest.raises(UsageError, match="another llamo study is writing"):
            open_log(path, {"study": "a"})
    with pytest.raises(UsageError, match="cells of another study"):
        open_log(path, {"study": "b"})
    path.write_text("something else\n")
    with pytest.raises(DataError, match="no log of a study's cells"):
        open_log(path, {"study": "a"})


def test_an_end_that_passes_its_value_by_a_rounding_is_drawn(tmp_path: Path) -> None:
    bar = Bar("a", Interval(0.3, 0.30000000000000004, 0.30000000000000004))
    paths = draw(Chart("bars", "Bars.", [Panel("a", bars=[bar])], shares_legend=True), tmp_path)
    assert [path.name for path in paths] == ["bars.png", "bars.svg"]
