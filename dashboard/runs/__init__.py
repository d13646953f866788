"""Runs that the dashboard starts: each is a process with a folder that says all that is known of it."""
