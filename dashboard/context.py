"""What a page is given: the view of its link, and the results that the view names."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.data.library import Library
from dashboard.data.run import Run
from dashboard.view import View
from ibsim.errors import ResultFolderError


@dataclass(frozen=True, eq=False)
class Context:
    """The results to show.  `runs` are those that the link names, the newest where it names none.

    `baseline` is what they are compared with, None where the link names none.  `problems` says which named
    results cannot be shown, and why.
    """

    view: View
    library: Library
    runs: tuple[Run, ...]
    baseline: Run | None
    problems: tuple[ResultFolderError, ...]

    @classmethod
    def of(cls, view: View, library: Library) -> Context:
        """Read what a view names; damaged and unknown results become problems."""
        newest = tuple(entry.id for entry in library.runs()[:1])
        runs, problems = [], []
        for id in view.results or newest:
            try:
                runs.append(library.run(id))
            except ResultFolderError as problem:
                problems.append(problem)
        baseline = None
        if view.against:
            try:
                baseline = library.run(view.against)
            except ResultFolderError as problem:
                problems.append(problem)
        return cls(view, library, tuple(runs), baseline, tuple(problems))

    @property
    def run(self) -> Run | None:
        """The result in front; None where there is nothing to show."""
        return self.runs[0] if self.runs else None

    @property
    def year(self) -> str:
        """The financial year of the view if the run in front has it, else its last; `all` stays."""
        years = self.run.years if self.run else ()
        if self.view.year == "all" or self.view.year in years:
            return self.view.year
        return years[-1] if years else "all"
