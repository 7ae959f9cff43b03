"""What does instruction tuning need: stage 2, conversations, validated ones, instructions in words?

settings.py     sizes, and what stage 2 is given
material.py     records of every kind: captions, questions, conversations; written as one folder of shards
following.py    what is asked afterwards, and whether what is written follows it
preferring.py   which of a few true answers is preferred
study.py        ablations and cells
conclusions.py  verdict, tables, chart
"""
