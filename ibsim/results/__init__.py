"""What a run found: the metric registry, statistics over replications, the result folder, the summary."""
