"""Other graphs: the same encoder, projector and language model on graphs that are no molecules.

adapter.py     from nodes and links of kinds to what the model takes, in the place of the molecule featuriser
social.py      social networks: generated with known communities, and ego networks of published ones
proteins.py    contact graphs of model proteins
questions.py   questions in words with their true answers, as training records
study.py       settings, ablations, cells
conclusions.py verdict, tables, charts
"""
