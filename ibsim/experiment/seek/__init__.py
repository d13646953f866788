"""The least lever that meets a target, and the front of several levers, by a search that respects noise."""
