"""The tasks, one file each: how a row of a source becomes a question and its answer.

Each module owns its name `TASK`, its `INSTRUCTIONS` (several wordings), its answer format and a pure function
`make_record(row, rng, source=...)`; rows come in with canonical SMILES.
"""
