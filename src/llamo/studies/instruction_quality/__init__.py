"""How good are conversations made by machine, and can their validator be trusted?

settings.py          which conversations
conversations.py     composed from facts, held against another molecule, read from files
local_writer.py      written by a language model that is served on this machine
measuring.py         what the validator finds: rows of claims, relevance, variety
asked_quantities.py  whether an answer names what is asked for
answer_sample.py     answers drawn to be rated, and the validator's own verdict on each
rating_form.py       the form for raters, out and in again; form.html is its page
agreement.py         Cohen's kappa of raters and validator
sample/              the labelled answers of the package
study.py             ablations and cells
conclusions.py       verdict, tables, chart
"""
