"""The report of results, as `ibsim report` writes it: one page that prints cleanly."""

from __future__ import annotations

from flask import Flask, Response, request

from dashboard.data.library import Library
from dashboard.view import MAX_RESULTS
from ibsim.errors import InputError

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


def install(server: Flask, library: Library) -> None:
    """Answer to /report with the report of the results that the query names."""

    @server.get("/report")
    def report() -> Response:
        from ibsim.results.reading import read_run
        from ibsim.results.report import Contents, report_html

        ids = list(dict.fromkeys(request.args.getlist("results")))[:MAX_RESULTS]
        try:
            runs = tuple(read_run(library.run(id).path) for id in ids)
            if not runs:
                rule = "a report is about at least one result"
                raise InputError("/report", "no results", rule, "choose one")
            page = report_html(Contents(runs))
        except InputError as problem:
            said = f"{problem.found}: {problem.rule}. {problem.remedy.capitalize()}."
            return Response(f"There is no such report.\n\n{said}\n", 404, mimetype="text/plain")
        answer = Response(page, mimetype="text/html")
        answer.headers["Content-Security-Policy"] = POLICY
        return answer
