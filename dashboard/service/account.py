"""The built-in account: one name and a password of which only a salted scrypt hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import threading
import time
from collections import OrderedDict, deque
from dataclasses import dataclass
from pathlib import Path

from ibsim.errors import InputError

COST, BLOCK, LANES = 2**15, 8, 1
"""Parameters of scrypt for new hashes: 32 MB and some 80 ms each, what OWASP's cheat sheet calls enough."""
MOST_COST, MOST_BLOCK, MOST_LANES = 2**18, 32, 4
LEAST_CHARACTERS, MOST_CHARACTERS = 12, 200
TRIES, TRIES_OF_ALL, WINDOW_SECONDS = 5, 30, 900.0
"""After so many wrong passwords from one address, or from all, in so many seconds none is looked at."""
MOST_ADDRESSES = 1_000


@dataclass(frozen=True)
class Account:
    """Who may come in."""

    user: str
    salt: bytes
    digest: bytes
    cost: int = COST
    block: int = BLOCK
    lanes: int = LANES

    @classmethod
    def new(cls, user: str, password: str) -> Account:
        """An account with a fresh salt.  InputError for a name or password that is too short or long."""
        if not user.strip() or len(user) > MOST_CHARACTERS or not user.isprintable():
            rule = f"a name has 1 to {MOST_CHARACTERS} letters"
            raise InputError("the account", "no such name", rule, "choose another name")
        if not LEAST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
            rule = f"a password has {LEAST_CHARACTERS} to {MOST_CHARACTERS} characters"
            found = f"a password of {len(password)} characters"
            raise InputError("the account", found, rule, "choose a longer one, such as four words")
        salt = secrets.token_bytes(16)
        return cls(user, salt, _scrypt(password, salt, COST, BLOCK, LANES))

    def fits(self, user: str, password: str) -> bool:
        """Whether these are the account's; it takes the same time whichever of the two is wrong."""
        found = _scrypt(password[:MOST_CHARACTERS], self.salt, self.cost, self.block, self.lanes)
        same_user = hmac.compare_digest(user.encode(), self.user.encode())
        return hmac.compare_digest(found, self.digest) and same_user

    def write(self, path: Path) -> None:
        """Keep the account in a file that only its owner can read; an older one is replaced."""
        tree = {
            "user": self.user,
            "salt": self.salt.hex(),
            "scrypt": self.digest.hex(),
            "cost": [self.cost, self.block, self.lanes],
        }
        beside = path.with_name(f".{path.name}.new")
        try:
            beside.unlink(missing_ok=True)
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(tree, file)
            beside.replace(path)
        except OSError as error:
            rule = "the account goes into a file that you may write to"
            raise InputError(str(path), error.strerror or str(error), rule, "name another file") from error

    @classmethod
    def read(cls, path: Path) -> Account:
        """The account of a file; InputError if it holds none."""
        try:
            tree = json.loads(path.read_text(encoding="utf-8"))
            cost, block, lanes = (int(part) for part in tree["cost"])
            account = cls(
                str(tree["user"]),
                bytes.fromhex(tree["salt"]),
                bytes.fromhex(tree["scrypt"]),
                cost,
                block,
                lanes,
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            found = error.strerror if isinstance(error, OSError) and error.strerror else "no account"
            rule = "--account names a file that `ibsim dashboard --set-password FILE` wrote"
            raise InputError(f"--account {path}", found, rule, "make one with --set-password") from error
        sound = 2 <= cost <= MOST_COST and 1 <= block <= MOST_BLOCK and 1 <= lanes <= MOST_LANES
        if not sound or not account.digest or not account.salt:
            rule = "an account has a salted scrypt hash with parameters in bounds"
            raise InputError(
                f"--account {path}", "a damaged account", rule, "make it anew with --set-password"
            )
        return account


class Tries:
    """Counts wrong passwords by address; keeps nothing longer than the window, and no more than it must."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()
        self._all: deque[float] = deque(maxlen=TRIES_OF_ALL)

    def may(self, address: str) -> bool:
        """Whether a password from this address is looked at."""
        since = time.monotonic() - WINDOW_SECONDS
        with self._lock:
            wrong = self._wrong.get(address, deque())
            recent = sum(at > since for at in wrong)
            return recent < TRIES and sum(at > since for at in self._all) < TRIES_OF_ALL

    def was_wrong(self, address: str) -> None:
        """Count a wrong password."""
        now = time.monotonic()
        with self._lock:
            self._wrong.setdefault(address, deque(maxlen=TRIES)).append(now)
            self._wrong.move_to_end(address)
            while len(self._wrong) > MOST_ADDRESSES:
                self._wrong.popitem(last=False)
            self._all.append(now)

    def was_right(self, address: str) -> None:
        """Forget the wrong passwords of an address."""
        with self._lock:
            self._wrong.pop(address, None)


def _scrypt(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    memory = 256 * cost * block
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=lanes, maxmem=memory, dklen=32)
