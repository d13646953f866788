"""What comes from outside and means no good: no crash, no traceback, nothing read or written elsewhere."""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard.context import Context
from dashboard.data.library import Library
from dashboard.runs.manager import Runs
from dashboard.view import View
from ibsim.errors import ResultFolderError
from ibsim.results.seal import write_manifest
from tests.dashboard.browser import PATHS
from tests.payloads import PAYLOADS as FORMULAS

PAYLOADS = (
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "{{7*7}}"),
    *("${7*7}", "';alert(1)//", "<svg/onload=alert(1)>", "=cmd|' /C calc'!A0", "\u202eevil", "a" * 5000),
    *("\x00", "%00", "../../x"),
)
SCRIPTS = (
    *PAYLOADS, *FORMULAS, "</script><script>alert(1)</script>", "<iframe src=javascript:alert(1)>",
    "<body onload=alert(1)>", "<a href='javascript:alert(1)'>x</a>", "<math><mi xlink:href=data:x>",
    "[x](javascript:alert(1))", "![x](http://example.org/a.png)", "<style>*{display:none}</style>",
)  # fmt: skip
"""Texts in names and notes that a careless page would run, fetch or hide behind."""
UPDATE = "/_dash-update-component"


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()  # type: ignore[no-any-return]  # Dash says nothing of its server's type


def callback(app: Dash, part: str) -> dict[str, Any]:
    """The body with which a browser calls the callback that writes `part`, without values."""
    output = next(output for output in app.callback_map if part in output)
    known = app.callback_map[output]
    names = output.strip(".").split("...") if output.startswith("..") else [output]
    return {
        "output": output,
        "outputs": [{"id": name.rpartition(".")[0], "property": name.rpartition(".")[2]} for name in names],
        "inputs": [dict(one, value=None) for one in known["inputs"]],
        "state": [dict(one, value=None) for one in known["state"]],
        "changedPropIds": [],
    }


def shown(app: Dash, client: FlaskClient, path: Any, search: Any) -> Any:
    """What the dashboard answers when it is asked for a page."""
    body = callback(app, "main.children")
    body["inputs"][0]["value"], body["inputs"][1]["value"] = path, search
    return client.post(UPDATE, json=body)


def odd(dice: random.Random, depth: int = 0) -> Any:
    """A value that no browser of ours sends."""
    kinds: list[Any] = [
        None, True, -1, 2**70, 1.5, float("1e308"), "", dice.choice(PAYLOADS), [], {}, {"id": []}, [[[]]],
        {"namespace": "dash_html_components", "type": "Script", "props": {"children": "alert(1)"}},
    ]  # fmt: skip
    if depth < 3:
        kinds += [[odd(dice, depth + 1) for _ in range(3)], {dice.choice(PAYLOADS): odd(dice, depth + 1)}]
    return dice.choice(kinds)


def broken(dice: random.Random, body: dict[str, Any]) -> bytes:
    """The body with something wrong in it."""
    tree = json.loads(json.dumps(body))
    way = dice.randrange(7)
    if way == 0:
        return json.dumps(tree).encode()[: dice.randrange(1, 200)]
    if way == 1:
        return dice.randbytes(dice.randrange(300))
    if way == 2:
        return json.dumps(odd(dice)).encode()
    key = dice.choice(list(tree))
    if way == 3:
        tree[key] = odd(dice)
    elif way == 4:
        del tree[key]
    elif tree["inputs"]:
        one = dice.choice(tree["inputs"])
        if isinstance(one, dict):
            one[dice.choice(["id", "property", "value"])] = odd(dice)
    return json.dumps(tree).encode()


def check_malformed(app: Dash, client: FlaskClient, count: int) -> None:
    dice = random.Random(5)
    parts = list(app.callback_map)
    answers: dict[int, int] = {}
    for _ in range(count):
        body = broken(dice, callback(app, dice.choice(parts)))
        answer = client.post(UPDATE, data=body, content_type="application/json")
        answers[answer.status_code] = answers.get(answer.status_code, 0) + 1
        assert answer.status_code in (200, 204, 400, 500)
        assert b"Traceback" not in answer.data and b"site-packages" not in answer.data
    assert answers.get(400, 0) > count / 4
    assert answers.get(500, 0) < count / 20
    assert client.get("/health").status_code == 200


def test_malformed_callbacks_are_refused(app: Dash, client: FlaskClient) -> None:
    check_malformed(app, client, 200)


@pytest.mark.slow
def test_two_thousand_malformed_callbacks_are_refused(app: Dash, client: FlaskClient) -> None:
    check_malformed(app, client, 2000)


@pytest.mark.parametrize("path", PATHS)
def test_every_page_stands_whatever_its_link_says(path: str, app: Dash, client: FlaskClient) -> None:
    for payload in PAYLOADS:
        for name in ("results", "against", "group", "year", "month", "metric", "parent", "sets"):
            answer = shown(app, client, path, View(more={name: payload}).search)
            assert answer.status_code == 200, (path, name, payload)
            assert "Traceback" not in answer.text


def test_a_link_is_never_part_of_a_path(results: Path, tmp_path: Path, runs: Runs) -> None:
    secret = tmp_path / "secret"
    shutil.copytree(results / "base", secret)
    library = Library([results])
    dice = random.Random(2)
    parts = (
        "..",
        ".",
        "secret",
        "base",
        "~",
        "%2e%2e",
        "\x00",
        "/",
        "\\",
        str(secret),
        "C:",
        "con",
        "pilot/..",
    )
    for _ in range(500):
        id = dice.choice(("/", "\\", "%2f")).join(dice.choice(parts) for _ in range(dice.randrange(1, 5)))
        if id in ("base", "pilot"):
            continue
        with pytest.raises(ResultFolderError, match="no such result"):
            library.run(id)
        assert Context.of(View(results=(id,)), library).run is None
        assert runs.status(id) is None and not runs.cancel(id)


def test_names_and_notes_of_a_scenario_stay_text(own_results: Path, runs: Runs) -> None:
    from dashboard.app import create_app
    from dashboard.settings import Settings

    assert len(set(SCRIPTS)) >= 60
    pilot = own_results / "pilot"
    tree = json.loads((pilot / "manifest.json").read_text())
    pairs = [(SCRIPTS[-1], SCRIPTS[0]), *zip(SCRIPTS[::2], SCRIPTS[1::2], strict=False)]
    for number, pair in enumerate(pairs):
        folder = own_results / f"named-{number}"
        shutil.copytree(pilot, folder, copy_function=os.link)
        (folder / "manifest.json").unlink()
        tree["name"], tree["why"] = pair
        write_manifest(folder, tree)
    app = create_app([own_results], Settings(runs.folder), runs)
    for number, pair in enumerate(pairs):
        answer = shown(app, app.server.test_client(), "/method", f"?results=named-{number}")
        assert answer.status_code == 200, pair
        told = json.dumps(answer.get_json())
        assert all(json.dumps(payload)[1:-1] in told for payload in pair), pair
        assert "dangerously" not in told and "Traceback" not in told


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("manifest.json", b"{"), ("manifest.json", b""), ("manifest.json", b'{"format": 99}'),
        ("summary.csv", b"metric\n"), ("summary.csv", None), ("series.parquet", b"PAR1"),
    ],
)  # fmt: skip
def test_a_damaged_folder_is_named_and_explained(
    name: str, content: bytes | None, own_results: Path, runs: Runs
) -> None:
    from dashboard.app import create_app
    from dashboard.settings import Settings

    damaged = own_results / "pilot" / name
    damaged.unlink() if content is None else damaged.write_bytes(content)
    app = create_app([own_results], Settings(runs.folder), runs)
    for path in PATHS:
        answer = shown(app, app.server.test_client(), path, "?results=pilot")
        assert answer.status_code == 200
        assert "cannot be shown" in answer.text and "What to do" in answer.text


def test_nobody_sets_a_lever_that_names_a_file(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "caseload.csv").write_text("secret")
    sets = f"population.caseload_file={tmp_path / 'caseload.csv'}\nworkforce.support_planners_fte=3"
    answer = client.get("/what-if/scenario.yaml", query_string={"parent": "metropolitan", "sets": sets})
    assert answer.status_code == 200
    assert "caseload" not in answer.text and "support_planners_fte: 3" in answer.text


@pytest.mark.parametrize("parent", ["", "../../etc/passwd", "/etc/passwd", "metropolitan.yaml", "\x00"])
def test_a_what_if_starts_from_nothing_but_a_shipped_scenario(parent: str, client: FlaskClient) -> None:
    answer = client.get("/what-if/scenario.yaml", query_string={"parent": parent})
    assert answer.status_code == 400 and "root:" not in answer.text


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post(UPDATE, data=b"[" * 2_000_000, content_type="application/json")
    assert answer.status_code in (400, 413)


def test_another_sites_page_can_do_nothing(client: FlaskClient, app: Dash) -> None:
    body = callback(app, "main.children")
    assert client.post(UPDATE, json=body).status_code == 200
    assert client.post(UPDATE, json=body, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.post(UPDATE, json=body, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post(UPDATE, data=json.dumps(body), content_type="text/plain").status_code == 400
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 421


def test_answers_say_what_a_browser_may_do_with_them(client: FlaskClient) -> None:
    for path in ("/", "/_dash-layout", "/assets/view.js", "/no-such-page", "/report"):
        with client.get(path) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy and "unsafe-eval" not in policy
        assert "script-src 'self' 'unsafe-inline'" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_what_fails_is_noted_without_values(
    app: Dash, client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> Any:
        raise LookupError("Mrs Smith")

    monkeypatch.setattr(Context, "of", fail)
    answer = shown(app, client, "/", "")
    assert "Traceback" not in answer.text and "Smith" not in answer.text
    assert "LookupError" in caplog.text and "Smith" not in caplog.text
