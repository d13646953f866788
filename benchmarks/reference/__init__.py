"""The reference network: one small council pathway, written for several engines."""
