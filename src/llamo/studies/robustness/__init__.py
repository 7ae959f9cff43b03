"""Robustness probes: does an answer depend on what it should, and on nothing else? Asked of the raw model.

`molecules` picks who is asked about, `question` says what is asked and how the molecule is shown, `asking` puts it to
the model and keeps every answer (`answer_log`). One file a probe makes questions and judges answers: `random_smiles`,
`wrong_graph`, `dropped_smiles`, `similarity_bands`, `motif_questions`, `asked_format`. `figures` holds what comes out,
`report` writes it, `running` puts it together.
"""
