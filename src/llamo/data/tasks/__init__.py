"""The tasks, one file each: how a row of a source becomes a question and its answer, and how an answer is read.

Each module owns its `NAME`, its `INSTRUCTIONS` (several wordings), a pure function `make_record(row, rng, source=...)`
that decides the answer's format, and its `TASK`, which adds the parser and the names of its metrics. `catalogue` lists
them all.
"""
