"""What drives the results: each factor alone, Morris screening, Sobol indices, what flips a decision."""
