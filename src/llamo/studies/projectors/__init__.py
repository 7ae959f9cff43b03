"""Which projector: all levels or one, with motifs or without, at equal token count and budget.

settings.py         sizes, and what is trained
named_molecules.py  molecules made up by rule, with systematic names
material.py         records of three tasks: of the package, or drawn from prepared shards
training.py         the runs of a cell
measuring.py        losses and numbers on held-back records
study.py            ablations and cells
comparing.py        paired differences with intervals over seeds and samples
published.py        the paper's table
conclusions.py      verdicts, tables, chart
"""
