"""A part of what compiled verbs share, for tests of single rooms."""

from __future__ import annotations

from ibsim.verification.part import shared_with as shared_with
