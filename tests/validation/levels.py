"""The small councils of the mechanism tests: with staff to spare, just enough, and too few.

Standing cases are set low in every group, so that no group's week is full before the test begins.
"""

from __future__ import annotations

from tests.councils import Tree, merged, part_of_council

_FEW_STANDING_CASES: Tree = {"review": {"kept_open_percent": 30}}
STEADY = merged(part_of_council(), _FEW_STANDING_CASES)
SLACK = merged(part_of_council(staffing=1.5), _FEW_STANDING_CASES)
SHORT = merged(part_of_council(staffing=0.7), _FEW_STANDING_CASES)
