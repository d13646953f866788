"""Verification: the engine's own pass against theory, and shipped councils against their books."""
