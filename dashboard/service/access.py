"""Who may come in: anybody on this machine, whom the council's proxy names, or who knows the password."""

from __future__ import annotations

import html
import ipaddress
import secrets
from dataclasses import dataclass

from flask import Flask, Response, redirect, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from dashboard.service.account import Account, Tries
from ibsim.errors import InputError

COOKIE = "ibsim_session"
SESSION_SECONDS = 12 * 3600
OPEN_PATHS = ("/health", "/login", "/assets/ibsim.css", "/assets/icon.svg")
"""What is served to anybody: whether the server lives, and the page that asks for the password."""
PAGE = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Sign in · ibsim</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/assets/icon.svg"><link rel="stylesheet" href="/assets/ibsim.css">
</head><body><main class="login"><h1>ibsim</h1>{said}
<form method="post" action="/login"><input type="hidden" name="to" value="{to}">
<p><label for="user">Name</label><input id="user" name="user" autocomplete="username"
required maxlength="200"></p>
<p><label for="password">Password</label><input id="password" name="password" type="password"
autocomplete="current-password" required maxlength="200"></p>
<p><button class="main" type="submit">Sign in</button></p></form></main></body></html>
"""


@dataclass(frozen=True)
class Proxy:
    """The council's proxy: it alone may connect, and names the user in a header."""

    header: str
    address: str


Gate = Account | Proxy | None
"""Who decides who comes in; None lets in everybody who can reach the server, which is this machine only."""


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def gate_of(host: str, account: Account | None, header: str, proxy: str) -> Gate:
    """The gate that the options of `ibsim dashboard` ask for.

    Raises InputError where the server would be open to others without one, or the options contradict
    one another.
    """
    if bool(header) != bool(proxy):
        found = "one of --auth-header and --trusted-proxy"
        rule = "a header is believed from one address only"
        raise InputError("ibsim dashboard", found, rule, "give both, or neither")
    if header and account is not None:
        rule = "either the proxy says who comes in, or the account does"
        raise InputError("ibsim dashboard", "--account and --auth-header", rule, "give one of them")
    if header:
        try:
            address = str(ipaddress.ip_address(proxy))
        except ValueError:
            rule, remedy = "the proxy is named by its IP address", "write, for instance, 10.0.0.5"
            raise InputError("--trusted-proxy", proxy, rule, remedy) from None
        return Proxy(header, address)
    if account is None and not is_loopback(host):
        rule = "other machines are let in only with authentication"
        remedy = (
            "make an account (ibsim dashboard --set-password FILE) and give --account FILE, or name the "
            "council's proxy with --auth-header and --trusted-proxy"
        )
        raise InputError(f"--host {host}", "no authentication is configured", rule, remedy)
    return account


def install(server: Flask, gate: Gate) -> None:
    """Have the gate look at every request."""
    if isinstance(gate, Proxy):
        _behind(server, gate)
    elif isinstance(gate, Account):
        _with_password(server, gate)


def _behind(server: Flask, proxy: Proxy) -> None:
    @server.before_request
    def check() -> Response | None:
        if request.path == "/health":
            return None
        if request.remote_addr != proxy.address or not request.headers.get(proxy.header, "").strip():
            return Response(
                "This server is reached through the council's sign-in.", 403, mimetype="text/plain"
            )
        return None


def _with_password(server: Flask, account: Account) -> None:
    # The key lives as long as the process: a restart signs everybody out.
    signer = URLSafeTimedSerializer(secrets.token_hex(32), salt=COOKIE)
    tries = Tries()

    @server.before_request
    def check() -> Response | None:
        if request.path in OPEN_PATHS or _signed_in(signer):
            return None
        if request.method != "GET" or request.path.startswith("/_"):
            return Response("Sign in first.", 401, mimetype="text/plain")
        back = request.full_path if request.query_string else request.path
        return Response(_page(back), 401, mimetype="text/html")

    @server.get("/login")
    def ask() -> Response:
        return Response(_page("/"), mimetype="text/html")

    @server.post("/login")
    def sign_in() -> Response:
        address, to = request.remote_addr or "", _own_path(request.form.get("to", "/"))
        if not tries.may(address):
            return Response(_page(to, "Too many wrong passwords. Wait a quarter of an hour."), 429)
        if not account.fits(request.form.get("user", ""), request.form.get("password", "")):
            tries.was_wrong(address)
            return Response(_page(to, "Name or password is wrong."), 401)
        tries.was_right(address)
        answer = redirect(to, 303)
        answer.set_cookie(
            COOKIE, signer.dumps("in"), max_age=SESSION_SECONDS, httponly=True, samesite="Lax",
            secure=request.is_secure, path="/",
        )  # fmt: skip
        assert isinstance(answer, Response)
        return answer

    @server.post("/logout")
    def sign_out() -> Response:
        answer = redirect("/login", 303)
        answer.delete_cookie(COOKIE, path="/")
        assert isinstance(answer, Response)
        return answer


def _signed_in(signer: URLSafeTimedSerializer) -> bool:
    try:
        signer.loads(request.cookies.get(COOKIE, ""), max_age=SESSION_SECONDS)
    except BadSignature:
        return False
    return True


def _own_path(to: str) -> str:
    """A path of this server, never another one's address."""
    plain = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() and len(to) < 4_000
    return to if plain else "/"


def _page(to: str, said: str = "") -> str:
    told = f'<p role="alert" class="problem">{html.escape(said)}</p>' if said else ""
    return PAGE.format(said=told, to=html.escape(_own_path(to), quote=True))
