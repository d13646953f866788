"""What a request may look like, what every answer says, and what is noted of both."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dash import Dash
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

MOST_BYTES = 512 * 1024
"""A request body that is larger is none of the dashboard's."""
UPDATE = "/_dash-update-component"
LOG = logging.getLogger("ibsim.dashboard")
REFUSED = "This is not a request that the dashboard makes."
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
POLICY = (
    "default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Plotly and the grid write styles into the page; scripts come from this server or have a known hash."""


def install(app: Dash, hosts: Sequence[str] | None) -> None:
    """Look at each request first and at each answer last.

    `hosts` are the names by which the server may be called, None for any; a page of another site that has
    its own name point here is refused by it.
    """
    server: Flask = app.server
    server.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    server.config["MAX_FORM_MEMORY_SIZE"] = MOST_BYTES
    policy = POLICY.format(scripts=" ".join(f"'{hash}'" for hash in _hashes(app)))

    @server.before_request
    def check() -> Response | None:
        g.began = time.perf_counter()
        if hosts is not None and urlsplit(f"//{request.host}").hostname not in hosts:
            return _refuse(421)
        if request.method == "POST":
            if not _is_ours(request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")):
                return _refuse(403)
            if request.path == UPDATE and not _is_known(app):
                return _refuse(400)
        return None

    @server.after_request
    def finish(answer: Response) -> Response:
        answer.headers.update(HEADERS)
        answer.headers.setdefault("Content-Security-Policy", policy)
        if not request.path.startswith(("/assets/", "/_dash-component-suites/")):
            answer.headers["Cache-Control"] = "no-store"
        _note(answer)
        return answer

    @server.errorhandler(Exception)
    def fail(error: Exception) -> Any:
        if isinstance(error, HTTPException):
            return Response(error.name, error.code, mimetype="text/plain")
        note_fault(error)
        return Response("The dashboard failed at this; it is noted in its log.", 500, mimetype="text/plain")


def note_fault(error: Exception) -> None:
    """Note what failed and where, not with which values: they may be somebody's."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "nowhere"
    LOG.error("fault: %s at %s", type(error).__name__, place)


def _hashes(app: Dash) -> list[str]:
    """What Dash writes into the page as a script, by its hash."""
    return [found.strip("'") for found in app.csp_hashes()]


def _refuse(code: int) -> Response:
    return Response(REFUSED, code, mimetype="text/plain")


def _is_ours(origin: str | None, site: str | None) -> bool:
    """Whether a request that changes something comes from a page of this server (or from no page)."""
    if site is not None and site not in ("same-origin", "none"):
        return False
    return origin is None or urlsplit(origin).netloc == request.host


def _is_known(app: Dash) -> bool:
    """Whether the body calls a callback as the page would, with its inputs and states."""
    if request.mimetype != "application/json":
        return False
    try:
        body = json.loads(request.get_data(cache=True))
    except (ValueError, RecursionError):
        return False
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return False
    known = app.callback_map.get(body["output"])
    if known is None or "callback" not in known or not _are_texts(body.get("changedPropIds", [])):
        return False
    both = ("inputs", "state")
    return _writes(body["output"], body.get("outputs")) and all(
        _fit(known[name], body.get(name, [])) for name in both
    )


def _writes(output: str, found: Any) -> bool:
    """Whether the parts of the page that are to be written are those of the callback."""
    several = output.startswith("..")
    names = output.strip(".").split("...") if several else [output]
    if isinstance(found, list) != several:
        return False
    wanted = [{"id": name.rpartition(".")[0], "property": name.rpartition(".")[2]} for name in names]
    for one in wanted:
        one["property"] = one["property"].partition("@")[0]  # what Dash adds where several write one part
    return _fit(wanted, found if several else [found])


def _are_texts(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) and "." in one for one in found)


def _fit(wanted: list[dict[str, Any]], found: Any) -> bool:
    """Whether what was sent has the ids and properties that a callback takes, in their order."""
    if not isinstance(found, list) or len(found) != len(wanted):
        return False
    return all(_fits(one, other) for one, other in zip(wanted, found, strict=True))


def _fits(wanted: dict[str, Any], found: Any) -> bool:
    if str(wanted["id"]).startswith("{"):  # a pattern: one part of the page or several
        several = found if isinstance(found, list) else [found]
        return all(
            isinstance(one, dict) and isinstance(one.get("id"), dict) and _same(wanted, one)
            for one in several
        )
    return isinstance(found, dict) and found.get("id") == wanted["id"] and _same(wanted, found)


def _same(wanted: dict[str, Any], found: dict[str, Any]) -> bool:
    return bool(found.get("property") == wanted["property"])


def _note(answer: Response) -> None:
    """One line a request: what, not who; the query, which may name somebody's scenario, is left out."""
    took = 1000 * (time.perf_counter() - g.get("began", time.perf_counter()))
    path = request.path if len(request.path) < 100 and request.path.isprintable() else "(odd path)"
    LOG.info("%s %s %d %.0f ms", request.method, path, answer.status_code, took)
