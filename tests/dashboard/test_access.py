"""Who comes in: nobody from elsewhere without authentication, and nobody by guessing."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.runs.manager import Runs
from dashboard.service.access import Gate, Proxy, gate_of, is_loopback
from dashboard.service.account import TRIES, Account
from dashboard.settings import Settings
from ibsim.errors import InputError
from tests.dashboard.conftest import ROOT

PASSWORD = "four plain words here"


@pytest.fixture(scope="module")
def account() -> Account:
    return Account.new("director", PASSWORD)


def client(gate: Gate, runs: Runs) -> FlaskClient:
    server: Flask = create_app([], Settings(runs.folder, gate), runs).server
    return server.test_client()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_this_machine_needs_no_authentication(host: str) -> None:
    assert is_loopback(host) and gate_of(host, None, "", "") is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "example.org", "localhost.example.org"])
def test_another_address_is_refused_without_authentication(host: str, account: Account) -> None:
    with pytest.raises(InputError, match="no authentication is configured"):
        gate_of(host, None, "", "")
    assert gate_of(host, account, "", "") is account
    assert gate_of(host, None, "X-User", "10.0.0.5") == Proxy("X-User", "10.0.0.5")


@pytest.mark.parametrize(
    ("header", "proxy", "both"),
    [
        ("X-User", "", False),
        ("", "10.0.0.5", False),
        ("X-User", "example.org", False),
        ("X-User", "::1", True),
    ],
)
def test_options_that_would_leave_a_gap_are_refused(
    header: str, proxy: str, both: bool, account: Account
) -> None:
    with pytest.raises(InputError):
        gate_of("0.0.0.0", account if both else None, header, proxy)


def test_the_command_refuses_with_exit_2_and_one_message(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "ibsim",
        "dashboard",
        "--host",
        "0.0.0.0",
        "--runs",
        str(tmp_path / "runs"),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "no authentication is configured" in done.stderr and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_password_is_asked_for_and_lets_in(account: Account, runs: Runs) -> None:
    browser = client(account, runs)
    asked = browser.get("/market?results=a%22%3Cscript%3E")
    assert asked.status_code == 401 and "<script>" not in asked.text and "Password" in asked.text
    assert browser.post("/_dash-update-component", json={}).status_code in (400, 401)
    assert browser.get("/_dash-layout").status_code == 401
    wrong = browser.post("/login", data={"user": "director", "password": "wrong", "to": "/"})
    assert wrong.status_code == 401
    right = browser.post("/login", data={"user": "director", "password": PASSWORD, "to": "/market?year=all"})
    assert right.status_code == 303 and right.headers["Location"] == "/market?year=all"
    cookie = right.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert browser.get("/market").status_code == 200
    assert browser.post("/logout").status_code == 303
    assert browser.get("/market").status_code == 401


def test_the_cookie_is_for_https_alone_where_https_is_used(account: Account, runs: Runs) -> None:
    browser = client(account, runs)
    login = {"user": "director", "password": PASSWORD}
    answer = browser.post("/login", data=login, base_url="https://ibsim.example")
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("cookie", ["", "in", "ImluIg.aaaa.bbbb", "a" * 3000])
def test_a_made_up_cookie_lets_nobody_in(cookie: str, account: Account, runs: Runs) -> None:
    browser = client(account, runs)
    browser.set_cookie("ibsim_session", cookie)
    assert browser.get("/_dash-layout").status_code == 401


def test_guessing_is_stopped_even_for_the_right_password(account: Account, runs: Runs) -> None:
    browser = client(account, runs)
    for _ in range(TRIES):
        assert browser.post("/login", data={"user": "director", "password": "guess"}).status_code == 401
    assert browser.post("/login", data={"user": "director", "password": PASSWORD}).status_code == 429


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nX: y"])
def test_signing_in_leads_nowhere_else(to: str, account: Account, runs: Runs) -> None:
    answer = client(account, runs).post("/login", data={"user": "director", "password": PASSWORD, "to": to})
    assert answer.headers["Location"] == "/"


def test_the_proxy_alone_is_believed(runs: Runs) -> None:
    browser = client(Proxy("X-User", "10.0.0.5"), runs)

    def status(address: str, **headers: str) -> int:
        found = browser.get("/", environ_base={"REMOTE_ADDR": address}, headers=headers)
        return found.status_code

    assert status("10.0.0.5", **{"X-User": "somebody"}) == 200
    assert status("10.0.0.5") == status("10.0.0.5", **{"X-User": " "}) == 403
    assert status("10.0.0.6", **{"X-User": "somebody"}) == 403
    assert status("10.0.0.6", **{"X-User": "somebody", "X-Forwarded-For": "10.0.0.5"}) == 403


def test_whether_the_server_lives_is_told_to_anybody(account: Account, runs: Runs) -> None:
    for gate in (account, Proxy("X-User", "10.0.0.5")):
        assert client(gate, runs).get("/health").status_code == 200


def test_an_account_is_kept_without_its_password_and_only_for_its_owner(
    account: Account, tmp_path: Path
) -> None:
    path = tmp_path / "account.json"
    account.write(path)
    assert PASSWORD not in path.read_text() and path.stat().st_mode & 0o077 == 0
    again = Account.read(path)
    assert again.fits("director", PASSWORD)
    assert not again.fits("director", PASSWORD + " ") and not again.fits("directors", PASSWORD)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"user": "a", "salt": "zz", "scrypt": "00", "cost": [2, 1, 1]}']
)
def test_a_damaged_account_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "account.json").write_text(text)
    with pytest.raises(InputError, match="set-password"):
        Account.read(tmp_path / "account.json")


def test_a_hash_that_would_eat_the_memory_is_refused(tmp_path: Path) -> None:
    text = '{"user": "a", "salt": "00", "scrypt": "00", "cost": [1073741824, 8, 1]}'
    (tmp_path / "account.json").write_text(text)
    with pytest.raises(InputError, match="damaged"):
        Account.read(tmp_path / "account.json")


def test_the_log_names_nobody(account: Account, runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    browser = client(account, runs)
    with caplog.at_level(logging.INFO, logger="ibsim.dashboard"):
        browser.post("/login", data={"user": "director", "password": PASSWORD})
        browser.get("/people?results=mrs-smiths-case", headers={"User-Agent": "somebody's browser"})
    assert "/people" in caplog.text
    for personal in ("director", PASSWORD, "smith", "browser", "127.0.0.1"):
        assert personal not in caplog.text
