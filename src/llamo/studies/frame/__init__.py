"""What studies share: a base configuration with named overrides, cells that can be resumed, a report with a verdict.

study.py       what a study is: settings, ablations, tiers of size, how a cell is measured, what follows
running.py     all cells of a study within a budget, each kept in OUT/cells.jsonl as it comes, then its report
clock.py       what counts as work
results.py     the rows of all cells, selected and averaged with intervals
findings.py    verdict, tables and charts
charts.py      charts as PNG and SVG
writing.py     data (CSV, JSON), charts and the Markdown report, on a folder and on a documentation page
training.py    training runs of a cell, through `llamo.training`
small_language_model.py  a random language model for cells that need one
taught_language_model.py  the same, taught the texts of a task
fact_records.py  questions with computed answers about any molecules, as shards
"""
