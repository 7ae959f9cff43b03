"""Over-smoothing: do deep graph encoders make the atoms of a molecule alike, and what changes it?

molecule_sets.py   four kinds of molecules, from outside data or built in
measures.py        how alike the states of a graph's nodes are
theory.py          how fast they have to become alike: a bound from the spectrum of the graph
encoders.py        untrained, trained, shipped, and one that keeps the theory's assumptions
maps.py            node states in two dimensions
study.py           settings, ablations, cells
conclusions.py     verdict, tables, charts
"""
