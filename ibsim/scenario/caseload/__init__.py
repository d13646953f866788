"""A council's own caseload and backlog: reading the file that a scenario names, and telling what it holds."""

from ibsim.scenario.caseload.naming import caseload_of, moved
from ibsim.scenario.caseload.reading import read_caseload

__all__ = ["caseload_of", "moved", "read_caseload"]
