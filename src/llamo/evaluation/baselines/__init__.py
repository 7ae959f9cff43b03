"""Answers that no trained model of this package was needed for, to know what a model is worth.

`question_table` reads what is asked, `known_texts` and `training_table` what is known (never the molecules that are
asked about), and `output` writes what `llamo evaluate` reads. Between them one file a baseline: `constant`, `copy`,
`knn`, `boosting` (fingerprints and gradient boosting) and `in_context` (a language model behind an endpoint).
`splitting` makes the parts that are trained on and asked about.
"""
