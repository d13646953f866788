"""What is done with replications: run them, on this machine or elsewhere."""
