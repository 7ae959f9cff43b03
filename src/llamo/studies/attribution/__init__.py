"""Is the picture of an attribution true? Masking tests of faithfulness, and a check with random weights.

`masking` takes atoms away and measures what the answer loses, `random_weights` asks whether an attribution depends on
what was learned, `measuring` does both for one molecule, `summary` makes figures of all, `running` puts it together.
"""
