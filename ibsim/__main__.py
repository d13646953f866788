"""Lets `python -m ibsim` do what the command `ibsim` does."""

from __future__ import annotations

from ibsim.cli import main

if __name__ == "__main__":
    main()
