"""What does the graph encoder know? Linear probes of its frozen states on MoleculeNet.

settings.py         which encoder, which sets, how states are pooled
molecule_sets.py    the sets, split by scaffold
representations.py  a row of numbers for each molecule: states, random states, fingerprint
fitting.py          logistic and ridge regression, their strength chosen on the validation part
study.py            ablations and cells
conclusions.py      verdict, tables, chart
"""
