"""Reads result folders: finds them, checks them, keeps what was read, and hands it out in plain types."""
