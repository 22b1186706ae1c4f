"""Comity: one picture of a partnership that two sovereign sides hold in common, each owning its own records."""

__version__ = "0.1.0"
