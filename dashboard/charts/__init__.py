"""Charts: results in, a titled figure with its table and its words out."""
