"""Fitting a scenario to a council's own figures, with what stays unknown said."""
