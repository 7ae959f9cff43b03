"""Studies: questions about the model, each one command that writes data, a plot and a report."""
