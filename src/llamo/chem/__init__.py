"""Molecules: reading, OGB features, motifs, exact facts, functional groups, drawing. RDKit lives here.

This package file imports nothing, so that `llamo.chem.molgraph` (numpy only) can be used where RDKit is not
installed.
"""
