"""Training: stages as data, one trainer for all of them."""
