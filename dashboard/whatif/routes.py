"""The addresses under which a what-if is downloaded as YAML and as Excel."""

from __future__ import annotations

from flask import Flask, Response, request

from dashboard.whatif.change import parse_all
from dashboard.whatif.checking import download
from dashboard.whatif.parent import parent
from ibsim.errors import InputError

TYPES = {
    ".yaml": "application/yaml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_QUERY = 20_000


def install(server: Flask) -> None:
    """Answer to /what-if/scenario.yaml and .xlsx, with the parent and the changes in the query."""

    @server.get("/what-if/scenario.<kind>")
    def scenario(kind: str) -> Response:
        suffix = f".{kind}"
        if suffix not in TYPES or len(request.query_string) > MOST_QUERY:
            return Response("There is no such file.", 404, mimetype="text/plain")
        asked = request.args
        try:
            start = parent(asked.get("parent", ""))
            changes = parse_all(asked.get("sets", ""), start.rows)
            content = download(start, changes, asked.get("name", ""), asked.get("why", ""), suffix)
        except InputError as problem:
            return Response(str(problem), 400, mimetype="text/plain")
        answer = Response(content, mimetype=TYPES[suffix])
        answer.headers["Content-Disposition"] = f'attachment; filename="what-if{suffix}"'
        return answer
