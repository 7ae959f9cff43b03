"""What studies share: a base configuration with named overrides, cells that can be resumed, a report with a verdict.

study.py       what a study is: settings, ablations, tiers of size, how a cell is measured, what follows
cell_log.py    OUT/cells.jsonl: every finished cell, found again by a later run
running.py     all cells of a study within a budget, then its report
results.py     the rows of all cells, selected and averaged with intervals
findings.py    verdict, tables and charts
charts.py      charts as PNG and SVG
writing.py     data (CSV, JSON), charts and the Markdown report, on a folder and on a documentation page
training.py    training runs of a cell, through `llamo.training`
"""
