"""The error tree: every failure that a user can meet has one of these names.

    IbsimError
    ├── InputError            what the user gave cannot be used        (exit 2)
    │   ├── ScenarioError     a scenario file, its parents or a --set
    │   ├── EvidenceError     an evidence pack or an override
    │   └── ResultFolderError a result folder that is in the way or damaged
    └── RunError              the run itself failed                    (exit 1)
        └── BooksError        people, hours or pounds did not add up

An `InputError` says four things, in this order: where, what was found, the rule,
the remedy.  Nothing has been written when it is raised.
"""

from __future__ import annotations

from typing import Self


class IbsimError(Exception):
    """Anything that ibsim raises on purpose."""

    exit_code = 1


class InputError(IbsimError):
    """Input that breaks a rule, told so that its author can mend it.

    `where` names file, line and path as far as they are known; `found` quotes the
    offending value; `rule` says what is allowed; `remedy` says what to do.
    """

    exit_code = 2

    def __init__(self, where: str, found: str, rule: str, remedy: str) -> None:
        self.where, self.found, self.rule, self.remedy = where, found, rule, remedy
        # Errors cross process borders, and SimPy's clock, by their arguments.
        super().__init__(where, found, rule, remedy)

    def within(self, place: str) -> Self:
        """The same error, with the file before the part of it that is to blame."""
        return type(self)(f"{place}, {self.where}", self.found, self.rule, self.remedy)

    def __str__(self) -> str:
        return f"{self.where}\n  found:  {self.found}\n  rule:   {self.rule}\n  remedy: {self.remedy}"


class ScenarioError(InputError):
    """A scenario file, one of its parents or a `--set` breaks a rule."""


class EvidenceError(InputError):
    """An evidence pack or an evidence override breaks a rule."""


class ResultFolderError(InputError):
    """A result folder is in the way, damaged, or in use by another run."""


class RunError(IbsimError):
    """A run started from valid input and could not be finished."""


class BooksError(RunError):
    """People, hours or pounds did not add up at the end of a replication."""
