"""Overhead: what encoder and projector cost beside the language model's reading of the prompt.

random_graphs.py   graphs of any size, so that nothing is computed once for two alike atoms
live_memory.py     the peak of what tensors hold
costs.py           parameters, operations, time and memory of one part on one batch
scaling.py         a law fitted to times, checked on sizes it has not seen
study.py           settings, ablations, cells
conclusions.py     verdict, tables, charts
"""
