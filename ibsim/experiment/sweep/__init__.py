"""Many points of one scenario: a design over levers and uncertainties, run, tabled and put in words."""
