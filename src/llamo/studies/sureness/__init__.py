"""What a model's own probabilities are worth, measured and fitted on held-out records: writes `calibration.json`.

choosing.py    questions with Yes or No, numbers and descriptions of the validation split
measuring.py   what the model says to them, and how probable it finds that
fitting.py     temperature, curve, widths and threshold, each measured on what it was not fitted to
reporting.py   calibration.json, figures, reliability plots
"""
