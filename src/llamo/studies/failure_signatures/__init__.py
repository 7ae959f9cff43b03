"""Failure signatures: runs that are broken on purpose, and what the training signals say of them.

settings.py    what is trained, and how it is broken
study.py       ablations (each a fault, or none), cells
conclusions.py verdict, sensitivity and specificity, charts
"""
