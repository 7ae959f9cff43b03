"""From outside files to training input: records, sources, tasks, recipes, leakage filter, shards, collate.

`records` is the common format (one conversation a record), `sources` read published files, `tasks` word the
questions and answers, `leakage` keeps test molecules out, `recipes` and `prepare` bring them together, and
`shards` stores the result with featurised graphs, so that training needs no RDKit.
"""
