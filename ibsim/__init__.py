"""ibsim simulates a council that moves people from care management to individual budgets.

Both systems run side by side and compete for the same staff.  A scenario file says what the council
is like and what it decides; a run answers how many people get through, how long each step takes and
what the co-ordinators' week looks like.  Start with `ibsim --help`, or in Python with
`ibsim.scenario.load` and `ibsim.replication.run`.
"""

__version__ = "0.1.0"
