"""What checking and asking again do to descriptions: claims contradicted, likeness to published texts, and time.

choosing.py    held-out descriptions of prepared shards
answering.py   the raw answer and the checked one to each, kept as they come
reporting.py   figures with paired intervals, table, predictions of both
"""
