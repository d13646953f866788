"""Timings of ibsim beside other ways to write the same simulation."""
