"""Generalisation: trained on one kind of molecules, asked about another, at equal budget.

settings.py     what is trained, and which shift
sources.py      six sources of outside data, three of packages, or four built-in lists
shifts.py       who is trained on and who is asked about: by source, by size, by scaffold
study.py        ablations, cells
differences.py  losses paired by molecule, slopes against similarity
conclusions.py  verdict, tables, charts
"""
